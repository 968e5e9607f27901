// Grading by keys: one key grades a step, saves it and goes on to the next. The keys of labels stand in `data-key`.

import { ask, hasOpenQuestion, isIdle, read, rowOf, rows, save, say, show } from "./saving.js";

const MOST_IDLE = 60_000;
const HOVER = 700;
const byId = (id) => document.getElementById(id);
const list = byId("steps");
const isOpen = "open" in list.dataset;
const undone = [];
let current = null;
let since = performance.now();
let awaiting = null;
let asked = -1;
let hovering;

const actions = {
  j: () => goTo(neighbour(1)),
  ArrowDown: () => goTo(neighbour(1)),
  k: () => goTo(neighbour(-1)),
  ArrowUp: () => goTo(neighbour(-1)),
  ArrowRight: () => rove(1),
  ArrowLeft: () => rove(-1),
  "?": () => byId("keys").showModal(),
  h: toggleDefinition,
  t: () => byId("main").classList.toggle("is-raw"),
};
const grading = {
  ".": () => goTo(nextUngraded()),
  n: openComment,
  z: undo,
  Backspace: undo,
  b: () => openUnfinished("bad_problem"),
  g: () => openUnfinished("give_up"),
  Enter: submit,
};
if (isOpen) Object.assign(actions, grading);

const dots = document.querySelectorAll(".rail .dot");
const dotOf = (row) => dots[row.index];
const marksOf = (row) => [...row.form.querySelectorAll(".mark input")];
const checked = (row) => marksOf(row).find((input) => input.checked);
const isFlawed = (row) => list.dataset.flawed.split(" ").includes(row.state.verdict);

/** The steps that ask for a grade: all, or up to the first error where the campaign stops there. */
function wanted() {
  const first = "stops" in list.dataset ? rows.findIndex((row) => row.state.verdict && isFlawed(row)) : -1;
  return first < 0 ? rows : rows.slice(0, first + 1);
}

function neighbour(distance) {
  return wanted()[Math.min(Math.max(current.index + distance, 0), wanted().length - 1)];
}

function nextUngraded() {
  const open = wanted().filter((row) => !row.state.verdict);
  return open.find((row) => row.index > current.index) ?? open[0] ?? current;
}

function goTo(row) {
  makeCurrent(row);
  (checked(row) ?? marksOf(row)[0]).focus({ preventScroll: true });
  row.item.scrollIntoView({ block: "nearest" });
}

function makeCurrent(row) {
  if (row === current) return;
  countSeconds();
  const was = current;
  current = row;
  for (const [each, isIt] of [[was, false], [row, true]]) {
    each?.item.classList.toggle("is-current", isIt);
    if (each) dotOf(each).classList.toggle("is-current", isIt);
  }
  byId("about").hidden = true;
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
  ask(row);
  if (!read(row).verdict) {
    undone.pop();
    say(row, "not saved: choose a verdict, the rest goes with it", "is-unsaved");
    return;
  }
  save(row);
  update(row);
  if (input.matches("textarea, [type=checkbox]") || row !== current) return;
  goTo(hasOpenQuestion(row) ? row : neighbour(1));
}

function undo() {
  const [row, state] = undone.pop() ?? [];
  if (!row) return announce("Nothing to undo.");
  show(row, state);
  save(row);
  update(row);
  goTo(row);
}

function press(input) {
  if (input.matches("textarea")) return input.focus();
  // Pressing the chosen answer again takes it back, except for the verdict.
  input.checked = input.name === "verdict" || !input.checked;
  changed(current, input);
}

function rove(distance) {
  const marks = marksOf(current);
  const at = Math.max(0, marks.indexOf(document.activeElement));
  marks[(at + distance + marks.length) % marks.length].focus();
  if (!byId("about").hidden) showDefinition();
}

function openComment() {
  current.item.classList.add("is-commenting");
  current.form.elements.comment.focus();
}

function openUnfinished(reason) {
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

function toggleDefinition() {
  if (byId("about").hidden) showDefinition();
  else byId("about").hidden = true;
}

function showDefinition(input = document.activeElement?.closest(".mark, .choice")?.querySelector("input") ?? checked(current)) {
  const criterion = input?.name === "verdict" ? list.dataset.verdict : input?.name.split(".")[1];
  const text = byId(`about-${criterion}-${input?.value}`);
  if (!text) return;
  byId("about").replaceChildren(...text.cloneNode(true).childNodes);
  byId("about").hidden = false;
}

function submit() {
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
  const words = awaiting ? "Submitting as soon as everything is saved …" : `Step ${unsaved.index + 1} is not saved yet.`;
  byId("finish-words").textContent = words;
  announce(words);
}

function announce(words) {
  byId("live").textContent = words;
}

/** Bring rail, progress and the rows after the first error in line with what the rows say. */
function update(changed) {
  const steps = wanted();
  for (const row of changed && steps.length === asked ? [changed] : rows) {
    const mark = row.index < steps.length ? checked(row)?.closest(".mark") : null;
    const tone = [...(mark?.classList ?? [])].find((name) => name.startsWith("tone-")) ?? "";
    dotOf(row).className = `dot ${tone} ${row === current ? "is-current" : ""}`;
    dotOf(row).firstChild.textContent = `Step ${row.index + 1}: ${mark?.title ?? "not graded"}`;
    row.item.classList.toggle("is-after-error", row.index >= steps.length);
    row.form.inert = row.index >= steps.length;
  }
  asked = steps.length;
  const done = steps.filter((row) => row.state.verdict).length;
  byId("progress-words").textContent = `${done} of ${asked} graded`;
  byId("finish")?.classList.toggle("is-complete", done === asked);
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
  announce(`Step ${row.index + 1} of ${rows.length}: ${words || "not graded"}`);
  update(row);
  if (!isIdle()) return;
  byId("finish-words").textContent = "";
  awaiting?.requestSubmit();
});
// In the capture phase: before htmx hears of it.
document.addEventListener("submit", holdBack, { capture: true });
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const finish = byId("finish");
  if (!finish || ctx.target?.id !== "finish") return;
  if (finish.dataset.missing) goTo(rows[finish.dataset.missing]);
  update();
});
list.addEventListener("mouseover", ({ target }) => {
  clearTimeout(hovering);
  const input = target.closest(".mark, .choice")?.querySelector("input");
  if (input) hovering = setTimeout(showDefinition, HOVER, input);
});
byId("keys-button").addEventListener("click", () => byId("keys").showModal());
document.addEventListener("visibilitychange", countSeconds);

update();
goTo(isOpen ? rows[byId("finish").dataset.missing] ?? wanted().find((row) => !row.state.verdict) ?? rows[0] : rows[0]);
