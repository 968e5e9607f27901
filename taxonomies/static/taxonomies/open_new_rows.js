// Rows start folded; a row that was just added is there to be filled in.
document.addEventListener("formset:added", (event) => {
  const row = event.target.closest(".form-group");
  const title = row.querySelector("h3");
  const folded = row.querySelector("[x-show='openRow']");
  requestAnimationFrame(() => {
    if (folded && folded.style.display === "none") {
      title.click();
    }
  });
});
