// Which row has the keys, and how they get from one to the next.

import { followDefinition, hideDefinition } from "./definitions.js";
import { markDot } from "./rail.js";
import { offerRepairs } from "./repairing.js";
import { checked, isMissing, list, marksOf, wanted } from "./rows.js";
import { countFor } from "./seconds.js";

let current = null;

/** The row that has the keys; none until the page has begun. */
export const currentRow = () => current;

export function neighbour(distance) {
  const all = wanted();
  const at = all.indexOf(current);
  // A step after the first error is not among them: from there back to the last one that is.
  const from = at < 0 ? all.findLastIndex((row) => row.index < current.index) - distance : at;
  return all[Math.min(Math.max(from + distance, 0), all.length - 1)];
}

export function nextMissing() {
  const missing = wanted().filter(isMissing);
  return missing.find((row) => row.index > current.index) ?? missing[0] ?? current;
}

export function goTo(row) {
  makeCurrent(row);
  const place = checked(row) ?? marksOf(row)[0] ?? row.item;
  place.focus({ preventScroll: true });
  row.item.scrollIntoView({ block: "nearest" });
  // Of a row that is higher than the view, the part that has the keys.
  if (place !== row.item && row.item.offsetHeight > innerHeight / 2) place.scrollIntoView({ block: "nearest" });
}

export function makeCurrent(row) {
  if (row === current) return;
  countFor(row);
  const was = current;
  current = row;
  for (const [each, isIt] of [[was, false], [row, true]]) {
    each?.item.classList.toggle("is-current", isIt);
    if (each) markDot(each, isIt);
  }
  hideDefinition();
  tellCurrent();
}

/** It has the keys since now, or says something else. */
export function tellCurrent() {
  offerRepairs(current);
  list.dispatchEvent(new CustomEvent("row:current", { detail: current }));
}

/** Over the verdicts of the row, or the answers of the whole chain, without choosing. */
export function rove(distance) {
  const marks = marksOf(current);
  const at = Math.max(0, marks.indexOf(document.activeElement));
  marks[(at + distance + marks.length) % marks.length]?.focus();
  followDefinition(current);
}
