// The link from a step to the flawed one that it undoes: a select with the earlier steps that this person called flawed.

import { announce, isFlawed, list, repairedBy, steps, stepsToGrade } from "./rows.js";
import { words } from "./words.js";

const bar = document.getElementById("unrepaired");

/** The values of the select: none, then the flawed steps before this one, the nearest first. */
function valuesFor(row) {
  return ["", ...steps.slice(0, row.index).filter(isFlawed).map(({ index }) => String(index)).reverse()];
}

/** Offer what is flawed now, and what was chosen before. */
export function offerRepairs(row) {
  const select = row.form.elements.repairs;
  if (!select || row.isWhole) return;
  const flawed = valuesFor(row);
  row.item.classList.toggle("can-repair", flawed.length > 1);
  const { value } = select;
  const values = flawed.includes(value) ? flawed : [...flawed, value];
  select.replaceChildren(...values.map((each) => new Option(titleOf(each, flawed), each, each === value, each === value)));
}

function titleOf(value, flawed) {
  if (!value) return words("no_step");
  return words(flawed.includes(value) ? "step" : "step_not_flawed", { number: Number(value) + 1 });
}

/** The next earlier flawed step, at last none; the select when it says something new. */
export function repairNext(row) {
  const select = row.form.elements.repairs;
  const values = row.isWhole || !select ? [""] : valuesFor(row);
  if (values.length === 1 && !select?.value) {
    announce(words("nothing_to_repair"));
    return null;
  }
  offerRepairs(row);
  select.value = values[(values.indexOf(select.value) + 1) % values.length];
  return select;
}

/** A link to a step that is not flawed any more goes with the next grade of its row. */
export function dropLostRepair(row) {
  const select = row.form.elements.repairs;
  if (select?.value && !valuesFor(row).includes(select.value)) select.value = "";
}

/** Where the campaign asks for repairs: the flawed steps that nothing undoes yet, in words; no obstacle to submitting. */
export function updateUnrepaired() {
  if (!bar || !("asksRepair" in list.dataset)) return;
  const repaired = new Set(steps.map(repairedBy));
  const open = stepsToGrade().filter((row) => isFlawed(row) && !repaired.has(row) && row.index < steps.length - 1);
  const numbers = open.map(({ index }) => index + 1).join(", ");
  bar.textContent = open.length ? words(open.length === 1 ? "one_unrepaired" : "some_unrepaired", { numbers }) : "";
}
