// The rail with one dot for each row, and how far somebody has come.

import { carriedIn, checked, hasMore, hiddenCount, isAskedAgain, isMissing, list, nameOf, repairedBy } from "./rows.js";
import { rowNamed, rows, steps, stepsToGrade, valueOf, whole } from "./rows.js";
import { words } from "./words.js";

const byId = (id) => document.getElementById(id);
const dots = document.querySelectorAll(".rail .dot");
// Of many rows only what has changed is looked at again.
const missing = new Set();
const askedAgain = new Set();
let asked = -1;

export const markDot = (row, isCurrent) => dots[row.index]?.classList.toggle("is-current", isCurrent);

/** Bring rail, progress and the rows after the first error in line with what the rows say. */
export function update(current, changed) {
  const toGrade = stepsToGrade();
  const isOne = changed && toGrade.length === asked;
  for (const row of isOne ? [changed] : rows) {
    const isLeftOut = !row.isWhole && row.index >= toGrade.length;
    paintDot(row, { isLeftOut, isCurrent: row.index === current?.index });
    row.item.classList.toggle("is-after-error", isLeftOut);
    row.form.inert = isLeftOut;
  }
  asked = toGrade.length;
  for (const row of isOne ? rows.filter((row) => row === changed || repairedBy(row) === changed) : rows) {
    note(missing, row, isMissing(row));
    note(askedAgain, row, isAskedAgain(row));
  }
  // A closed page tells what the server knows: fields that are disabled say nothing.
  if ("open" in list.dataset) updateProgress(toGrade);
}

function note(kept, row, isIt) {
  if (isIt) kept.add(row);
  else kept.delete(row);
}

function updateProgress(toGrade) {
  const count = toGrade.length + (hasMore() ? hiddenCount() : 0);
  const done = toGrade.filter((row) => !missing.has(row)).length;
  const isOpen = missing.has(whole);
  byId("progress-words").textContent = words(isOpen ? "progress_whole" : "progress", { done, count });
  const need = byId("need-decision");
  if (need) need.textContent = words(askedAgain.size === 1 ? "one_needs_decision" : "some_need_decision", { count: askedAgain.size });
  byId("finish")?.classList.toggle("is-complete", done === count && !isOpen);
}

function paintDot(row, { isLeftOut, isCurrent }) {
  const dot = dots[row.index];
  // Alternatives have none: where somebody is among them, the dot of their node says so.
  if (!dot || row.isAlternative) return;
  const mark = isLeftOut || row.isWhole ? null : checked(row)?.closest(".mark");
  const tone = [...(mark?.classList ?? [])].filter((name) => name.startsWith("tone-"));
  const isSaid = row.isWhole && row.state.some(([, value]) => value);
  const isFlagged = !isLeftOut && valueOf(row.state, "flag_reason") !== "";
  const classes = { "dot-whole": row.isWhole, "is-answered": isSaid, "is-flagged": isFlagged, "is-current": isCurrent };
  dot.className = ["dot", ...tone, ...Object.keys(classes).filter((name) => classes[name])].join(" ");
  const said = row.isWhole ? words(isSaid ? "answered" : "not_answered") : saidOf(row, mark);
  dot.firstElementChild.textContent = `${nameOf(row)}: ${said}`;
  dot.title = dot.firstElementChild.textContent;
}

/** What a step's mark does not show goes with it in words. */
function saidOf(row, mark) {
  if (!mark) return words("not_graded");
  const given = [valueOf(row.state, "in_bulk") && "in_bulk", carriedIn(row) && "carried"].filter(Boolean);
  return [mark.title, ...given.map((key) => words(key)), ...extrasOf(row)].join(", ");
}

/** How a row stands, for those who hear it. */
export function spoken(row) {
  const isStep = !row.isWhole && !row.isAlternative;
  const name = isStep ? words("step_of", { number: row.index + 1, count: steps.length + hiddenCount() }) : nameOf(row);
  const state = row.form.querySelector(".row-state").textContent || words(row.isWhole ? "not_answered" : "not_graded");
  return `${name}: ${[state, ...extrasOf(row)].join(", ")}`;
}

/** What a step says besides its verdict, its answers and its comment. */
function extrasOf(row) {
  const repaired = repairedBy(row);
  return [
    ...(repaired ? [words("repairs", { number: repaired.index + 1 })] : []),
    ...(valueOf(row.state, "flag_reason") ? [words("flagged")] : []),
  ];
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".rail a, #finish li a");
  const row = link && rowNamed(link.hash.slice(1));
  if (!row) return;
  event.preventDefault();
  list.dispatchEvent(new CustomEvent("row:wanted", { detail: row }));
});
// What was saved here is not only carried any more.
list.addEventListener("row:answered", ({ detail: { item, form } }) => {
  if (form.querySelector(".row-state.is-saved")) item.querySelector(".carried")?.classList.add("is-past");
});
