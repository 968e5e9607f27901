// What a label means, beside the problem: by the key `h`, or under a mouse that rests on it.

import { renderMaths } from "./maths.js";
import { checked, list } from "./rows.js";

const about = document.getElementById("about");
const HOVER = 700;
const LABELS = ".mark, .choice";
let hovering;

export function toggleDefinition(row) {
  if (about.hidden) define(focused() ?? checked(row));
  else hideDefinition();
}

export function followDefinition(row) {
  if (!about.hidden) define(focused() ?? checked(row));
}

export function hideDefinition() {
  about.hidden = true;
}

const focused = () => document.activeElement?.closest(LABELS)?.querySelector("input");

async function define(input) {
  if (!input) return;
  const criterion = input.name === "verdict" ? list.dataset.verdict : input.closest(".question").dataset.question;
  const text = document.getElementById(`about-${criterion}-${input.value}`) ?? (await fetched(criterion, input.value));
  if (!text) return;
  about.replaceChildren(...text.cloneNode(true).childNodes);
  about.hidden = false;
  renderMaths(about);
}

/** Those of long questions are not in the page until somebody looks at one. */
async function fetched(criterion, label) {
  const answer = await fetch(`${list.dataset.address}labels/${criterion}/${label}/`).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("definitions").append(...page.body.children);
  return document.getElementById(`about-${criterion}-${label}`);
}

list.addEventListener("mouseover", ({ target }) => {
  clearTimeout(hovering);
  const input = target.closest(".option") ?? target.closest(LABELS)?.querySelector("input");
  if (input) hovering = setTimeout(define, HOVER, input);
});
