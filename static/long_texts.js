// Long texts: the server clamps them to a fixed height, and their button (or `+` for the focused step) opens them.

const LONG = ".is-long-text";

export function toggleLongText(row) {
  const text = row.item.querySelector(LONG);
  if (text) toggle(text);
}

function toggle(text, isOpen = !text.classList.contains("is-open")) {
  const button = text.querySelector(":scope > .more");
  text.classList.toggle("is-open", isOpen);
  button.ariaExpanded = String(isOpen);
  // What the keys or a search in the page had scrolled to stands in its place again.
  for (const part of text.children) part.scrollTop = 0;
  if (!isOpen) text.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", ({ target }) => {
  const text = target.closest(".more")?.closest(LONG);
  if (text) toggle(text);
});
// The browser scrolls a clamped text to what gets the focus in it, or is searched for: that wants to be seen whole.
document.addEventListener("scroll", ({ target }) => {
  const text = target.closest?.(LONG);
  if (!text || target.parentElement !== text || target.scrollTop === 0) return;
  toggle(text, true);
  const looked = text.contains(document.activeElement) ? document.activeElement : getSelection().anchorNode?.parentElement;
  if (text.contains(looked)) looked.scrollIntoView({ block: "nearest" });
}, { capture: true, passive: true });
