// Fine up to here: the first positive verdict for every step that has none yet, stored as given in bulk.

import { announce, ask, list, marksOf, read, rows, stepsToGrade, verdictOf } from "./rows.js";
import { save } from "./saving.js";
import { words } from "./words.js";

const BULK = "in_bulk";

/** What somebody says of a row by itself is not in bulk, whatever its form held before. */
export const ownState = (row) => read(row).filter(([name]) => name !== BULK);

/** The rows that it graded, each with its state before. */
export function gradeInBulk(current) {
  const { sound } = list.dataset;
  const upTo = rows.indexOf(current);
  const open = sound ? stepsToGrade().filter((row) => rows.indexOf(row) <= upTo && !verdictOf(row)) : [];
  const before = open.map((row) => [row, row.state]);
  for (const row of open) {
    marksOf(row).find((mark) => mark.value === sound).checked = true;
    ask(row);
    save(row, [...ownState(row), [BULK, "1"]]);
  }
  announce(wordsFor(open, sound));
  return before;
}

function wordsFor(open, sound) {
  if (!sound) return words("no_sound_verdict");
  if (!open.length) return words("none_in_bulk");
  const title = marksOf(open[0]).find((mark) => mark.value === sound).closest(".mark").title;
  return words(open.length === 1 ? "one_in_bulk" : "some_in_bulk", { count: open.length, title });
}
