// The print button of a page that is made to be printed; browsers without JavaScript have their own.

const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => window.print());
