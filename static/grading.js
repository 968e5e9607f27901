// Grading by keys: one key grades a step, saves it and goes on to the next. The keys of labels stand in `data-key`.

import { ask, checked, dropUnchosen, followDefinition, hasOpenQuestion, hideDefinition, isMissing, list, markDot, marksOf, nameOf } from "./rows.js";
import { read, rowOf, rows, say, show, toggleDefinition, update, valueOf, wanted } from "./rows.js";
import { isIdle, save } from "./saving.js";

const MOST_IDLE = 60_000;
const byId = (id) => document.getElementById(id);
const isOpen = "open" in list.dataset;
const undone = [];
let current = null;
let since = performance.now();
let awaiting = null;

const actions = {
  j: () => goTo(neighbour(1)),
  ArrowDown: () => goTo(neighbour(1)),
  k: () => goTo(neighbour(-1)),
  ArrowUp: () => goTo(neighbour(-1)),
  ArrowRight: () => rove(1),
  ArrowLeft: () => rove(-1),
  "?": () => byId("keys").showModal(),
  h: () => toggleDefinition(current),
  t: () => byId("main").classList.toggle("is-raw"),
};
const grading = {
  ".": () => goTo(nextMissing()),
  "/": () => current.form.querySelector(".finder input")?.focus(),
  n: openComment,
  z: undo,
  Backspace: undo,
  b: () => openUnfinished("bad_problem"),
  g: () => openUnfinished("give_up"),
  Enter: submit,
};
if (isOpen) Object.assign(actions, grading);

function neighbour(distance) {
  const all = wanted();
  const at = all.indexOf(current);
  // A step after the first error is not among them: from there back to the last one that is.
  const from = at < 0 ? all.findLastIndex((row) => row.index < current.index) - distance : at;
  return all[Math.min(Math.max(from + distance, 0), all.length - 1)];
}

function nextMissing() {
  const missing = wanted().filter(isMissing);
  return missing.find((row) => row.index > current.index) ?? missing[0] ?? current;
}

function goTo(row) {
  makeCurrent(row);
  (checked(row) ?? marksOf(row)[0] ?? row.item).focus({ preventScroll: true });
  row.item.scrollIntoView({ block: "nearest" });
}

function makeCurrent(row) {
  if (row === current) return;
  countSeconds();
  const was = current;
  current = row;
  for (const [each, isIt] of [[was, false], [row, true]]) {
    each?.item.classList.toggle("is-current", isIt);
    if (each) markDot(each, isIt);
  }
  hideDefinition();
  list.dispatchEvent(new CustomEvent("row:current", { detail: row }));
}

/** Time counts for the current row while somebody looks at the page, at most a minute between two signs of life. */
function countSeconds() {
  const now = performance.now();
  if (current && !document.hidden) current.seconds += Math.min(now - since, MOST_IDLE) / 1000;
  since = now;
}

/** An input of a row has changed, by key or by mouse: save it and go on. */
function changed(row, input) {
  undone.push([row, row.state]);
  countSeconds();
  dropUnchosen(row);
  ask(row);
  if (!row.isWhole && !valueOf(read(row), "verdict")) {
    undone.pop();
    say(row, "not saved: choose a verdict, the rest goes with it", "is-unsaved");
    return;
  }
  save(row);
  changedNow(row);
  if (row.isWhole && input.matches(".choice input")) input.focus({ preventScroll: true });
  if (row.isWhole || row !== current || input.matches("textarea, [type=checkbox], [data-kind=many]")) return;
  goTo(hasOpenQuestion(row) ? row : neighbour(1));
}

function changedNow(row) {
  update(current, row);
  if (row === current) list.dispatchEvent(new CustomEvent("row:current", { detail: row }));
}

function undo() {
  const [row, state] = undone.pop() ?? [];
  if (!row) return announce("Nothing to undo.");
  show(row, state);
  save(row, state);
  changedNow(row);
  goTo(row);
}

function press(input) {
  if (input.matches("textarea")) return input.focus();
  if (input.matches("button")) return input.click();
  // Pressing the chosen answer again takes it back, except for the verdict.
  input.checked = input.name === "verdict" || !input.checked;
  changed(current, input);
}

function rove(distance) {
  const marks = marksOf(current);
  const at = Math.max(0, marks.indexOf(document.activeElement));
  marks[(at + distance + marks.length) % marks.length]?.focus();
  followDefinition(current);
}

function openComment() {
  current.item.classList.add("is-commenting");
  current.form.elements.comment.focus();
}

function openUnfinished(reason) {
  if (isRefused()) return;
  const box = byId("unfinished");
  box.open = true;
  box.querySelector(`[value=${reason}]`).checked = true;
  box.querySelector("[name=note]").focus();
}

function leaveField(field) {
  if (byId("unfinished")?.contains(field)) byId("unfinished").open = false;
  field.blur();
  goTo(current);
}

function submit() {
  if (isRefused()) return;
  byId("finish-form").requestSubmit();
}

/** Nothing is handed in past a write that is on its way, nor the whole chain past a row that is not saved. */
function holdBack(event) {
  const form = event.target;
  if (!byId("finish")?.contains(form)) return;
  awaiting = isIdle() ? null : form;
  const unsaved = form.id === "finish-form" && wanted().find((row) => row.form.querySelector(".row-state.is-unsaved"));
  if (!awaiting && !unsaved) return;
  event.preventDefault();
  event.stopPropagation();
  if (!awaiting) goTo(unsaved);
  const words = awaiting ? "Submitting as soon as everything is saved …" : `${nameOf(unsaved)} is not saved yet.`;
  byId("finish-words").textContent = words;
  announce(words);
}

const rowNamed = (name) => rows.find(({ form }) => form.id === name);

/** A preview hands nothing in, and says so. */
function isRefused() {
  const words = byId("finish").dataset.refusal;
  if (!words) return false;
  byId("finish-words").textContent = words;
  announce(words);
  return true;
}

function announce(words) {
  byId("live").textContent = words;
}

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || byId("keys").open) return;
  if (target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) {
    if (key === "Escape") leaveField(target);
    return;
  }
  if ((key === "Enter" || key === " ") && target.closest("a, button, summary")) return;
  const input = isOpen && current.form.querySelector(`:enabled[data-key="${CSS.escape(key)}"]`);
  const act = input ? () => press(input) : actions[key];
  if (!act) return;
  event.preventDefault();
  if (!event.repeat || key.startsWith("Arrow") || key === "j" || key === "k") act();
});

list.addEventListener("change", ({ target }) => changed(rowOf(target), target));
list.addEventListener("focusin", ({ target }) => makeCurrent(rowOf(target)));
list.addEventListener("click", ({ target }) => {
  if (!target.closest("a, button, label, textarea") && getSelection().isCollapsed) goTo(rowOf(target));
});
list.addEventListener("submit", (event) => {
  event.preventDefault();
  changed(rowOf(event.target), event.submitter ?? event.target);
});
list.addEventListener("row:answered", ({ detail: row }) => {
  const words = row.form.querySelector(".row-state").textContent;
  const of = list.querySelectorAll("li.step").length;
  announce(row.isWhole ? `Whole chain: ${words || "not answered"}` : `${nameOf(row)} of ${of}: ${words || "not graded"}`);
  changedNow(row);
  if (!isIdle()) return;
  byId("finish-words").textContent = "";
  awaiting?.requestSubmit();
});
// In the capture phase: before htmx hears of it.
document.addEventListener("submit", holdBack, { capture: true });
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const finish = byId("finish");
  if (!finish || ctx.target?.id !== "finish") return;
  if (finish.dataset.missing) goTo(rowNamed(finish.dataset.missing));
  update(current);
});
byId("keys-button").addEventListener("click", () => byId("keys").showModal());
document.addEventListener("visibilitychange", countSeconds);

update(null);
goTo(isOpen ? rowNamed(byId("finish").dataset.missing) ?? wanted().find(isMissing) ?? rows[0] : rows[0]);
