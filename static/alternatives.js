// The steps beside those of the chain: a list opens when somebody comes to its step, and stays open, so that nothing moves
// above the row that they have come to.

import { list, rowOf, steps } from "./rows.js";

list.addEventListener("row:current", ({ detail: { index, isWhole } }) => {
  if (!isWhole) steps[index].item.nextElementSibling?.classList.add("is-open");
});
list.addEventListener("click", ({ target }) => {
  const beside = target.closest(".alternatives-title")?.parentElement;
  if (beside) list.dispatchEvent(new CustomEvent("row:wanted", { detail: rowOf(beside.previousElementSibling) }));
});
