// Confirming pairs of twins by keys: each presses what the page offers under it.

const FIELDS = "textarea, select, input:not([type=hidden])";
let isLeaving = false;

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const isChord = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  if (isChord || isLeaving || target.matches(FIELDS) || document.querySelector("dialog:modal")) return;
  const offered = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!offered && key !== "t") return;
  event.preventDefault();
  if (event.repeat) return;
  if (offered) offered.click();
  else document.getElementById("main").classList.toggle("is-raw");
});

document.addEventListener("click", ({ target }) => {
  const opener = target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
});

// The answer is on its way: a second key would be said of a page that nobody sees any more.
document.addEventListener("submit", ({ target }) => {
  isLeaving = target.method === "post";
});

// Come back to by the browser's own button, it may show as waiting what is confirmed by now.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});
