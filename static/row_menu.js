// The menu of the focused row, for those without keys: each of its buttons names the key that does the same.

import { list } from "./rows.js";

const menu = document.getElementById("row-menu");

export function closeRowMenu() {
  menu?.togglePopover(false);
}

menu?.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-act]");
  if (!button) return;
  closeRowMenu();
  list.dispatchEvent(new CustomEvent("row:act", { detail: button.dataset.act }));
});
