// A long question: the list of all its labels stands in the row that has the keys, and is looked through by typing.

import { choose, list } from "./rows.js";
import { words } from "./words.js";

const finders = new Map();
for (const finder of document.getElementById("finders").content.querySelectorAll(".finder")) begin(finder.cloneNode(true));

function begin(element) {
  const input = element.querySelector("input");
  const options = [...element.querySelectorAll(".option")];
  const finder = { element, input, options, names: options.map((option) => ` ${option.firstElementChild.textContent.toLowerCase()}`), active: null };
  finders.set(element.dataset.finds, finder);
  input.addEventListener("input", () => find(finder));
  // Typing here answers nothing yet.
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("keydown", (event) => pressed(finder, event));
  // Keeps the focus where it is.
  element.addEventListener("mousedown", (event) => event.target.closest(".option") && event.preventDefault());
  element.addEventListener("click", ({ target }) => target.closest(".option") && pick(finder, target.closest(".option")));
}

/** Show what fits every typed word; first in line is a label with a word that begins so. */
function find(finder) {
  const typed = finder.input.value.trim().toLowerCase();
  const parts = typed.split(/\s+/);
  const fits = finder.names.map((name) => parts.every((part) => name.includes(part)));
  finder.options.forEach((option, at) => { option.hidden = !fits[at]; });
  const found = finder.options.filter((_, at) => fits[at]);
  const begins = finder.options.find((_, at) => fits[at] && finder.names[at].includes(` ${typed}`));
  makeActive(finder, typed ? begins ?? found[0] : null);
  const count = finder.options.length;
  finder.element.querySelector(".finder-words").textContent = typed ? words("labels_found", { found: found.length, count }) : words("labels", { count });
}

function makeActive(finder, option) {
  finder.active?.classList.remove("is-active");
  finder.active = option ?? null;
  option?.classList.add("is-active");
  option?.scrollIntoView({ block: "nearest" });
  if (option) finder.input.setAttribute("aria-activedescendant", option.id);
  else finder.input.removeAttribute("aria-activedescendant");
}

function pressed(finder, event) {
  if (event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const found = finder.options.filter((option) => !option.hidden);
    const at = found.indexOf(finder.active);
    makeActive(finder, found[at < 0 && step < 0 ? found.length - 1 : Math.min(Math.max(at + step, 0), found.length - 1)]);
  } else if (event.key === "Enter") {
    if (finder.active) pick(finder, finder.active);
  } else {
    if (event.key === "Escape") clear(finder);
    return;
  }
  event.preventDefault();
}

function clear(finder) {
  finder.input.value = "";
  find(finder);
}

/** Take a label, or give it back. */
function pick(finder, option) {
  const question = finder.element.closest(".question");
  const chosen = chosenIn(question);
  const isMany = question.dataset.kind === "many";
  if (chosen.includes(option.value)) choose(question, chosen.filter((value) => value !== option.value));
  else choose(question, isMany ? [...chosen, option.value] : [option.value]);
  clear(finder);
  question.dispatchEvent(new Event("change", { bubbles: true }));
}

function chosenIn(question) {
  return [...question.querySelectorAll(".choice input:checked")].map(({ value }) => value);
}

/** The row that has the keys, or has just changed, gets the lists of its long questions. */
list.addEventListener("row:current", ({ detail: row }) => {
  for (const question of row.form.querySelectorAll(".questions:enabled .question.is-long")) {
    const finder = finders.get(question.dataset.question);
    if (!question.contains(finder.element)) {
      question.append(finder.element);
      clear(finder);
    }
    const chosen = new Set(chosenIn(question));
    for (const option of finder.options) option.ariaSelected = chosen.has(option.value);
  }
});
