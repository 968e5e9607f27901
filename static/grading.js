// Grading by keys: one key grades a step, saves it and goes on to the next. The keys of labels stand in `data-key`.

import "./alternatives.js";
import "./finding.js";
import "./revealing.js";
import "./submitting_again.js";
import { gradeInBulk, ownState } from "./bulk.js";
import { hideDefinition, toggleDefinition } from "./definitions.js";
import { afterSettling, closeUnfinished, isLeaving, makeRoomForGaps, openUnfinished, stopWaiting, submit } from "./finishing.js";
import { toggleLongText } from "./long_texts.js";
import { currentRow, goTo, makeCurrent, neighbour, nextMissing, rove, tellCurrent } from "./moving.js";
import { spoken, update } from "./rail.js";
import { dropLostRepair, repairNext, updateUnrepaired } from "./repairing.js";
import { announce, ask, dropUnchosen, hasOpenQuestion, isMissing, list, offerHumanStep, read } from "./rows.js";
import { rowNamed, rowOf, rows, say, show, valueOf, wanted } from "./rows.js";
import { closeRowMenu } from "./row_menu.js";
import { isIdle, save } from "./saving.js";
import { countNow } from "./seconds.js";
import { clearTerm, selectByKeys } from "./terms.js";
import { arrival, forgetLast, goBack, isGoingBack, isReopening, remember, rememberAll, stopGoingBack, takeBack, tell } from "./undoing.js";
import { words } from "./words.js";

const FIELDS = "textarea, select, input:not([type=radio], [type=checkbox])";
const byId = (id) => document.getElementById(id);
const isOpen = "open" in list.dataset;
// Found once: a look through the page at each key costs with its length.
const dialogs = [...document.querySelectorAll("dialog")];

const actions = {
  j: () => goTo(neighbour(1)),
  ArrowDown: () => goTo(neighbour(1)),
  k: () => goTo(neighbour(-1)),
  ArrowUp: () => goTo(neighbour(-1)),
  ArrowRight: () => rove(1),
  ArrowLeft: () => rove(-1),
  "?": () => byId("keys").showModal(),
  h: () => toggleDefinition(currentRow()),
  t: () => byId("main").classList.toggle("is-raw"),
  "+": () => toggleLongText(currentRow()),
  "=": () => toggleLongText(currentRow()),
  Escape: letGo,
};
const grading = {
  ".": () => goTo(nextMissing()),
  ",": fineUpToHere,
  "/": () => currentRow().form.querySelector(".finder input")?.focus(),
  n: () => openField("comment", "is-commenting"),
  f: () => openField("flag_reason", "is-flagging"),
  r: linkRepair,
  z: undo,
  Backspace: undo,
  b: () => openUnfinished("bad_problem"),
  g: () => openUnfinished("give_up"),
  Enter: handIn,
};
if (isOpen) Object.assign(actions, grading);

/** An input of a row has changed, by key or by mouse: save it and go on. */
function changed(row, input) {
  remember(row, row.state);
  countNow();
  dropUnchosen(row);
  dropLostRepair(row);
  ask(row);
  if (!row.isWhole && !valueOf(read(row), "verdict")) {
    forgetLast();
    say(row, words("verdict_first"), "is-unsaved");
    return;
  }
  save(row, ownState(row));
  changedNow(row);
  const isCurrent = row === currentRow();
  if (row.isWhole && input.matches(".choice input")) input.focus({ preventScroll: true });
  if (row.isWhole || !isCurrent || input.matches("textarea, select, [type=checkbox], [data-kind=many]")) return;
  goTo(hasOpenQuestion(row) ? row : neighbour(1));
}

function changedNow(row) {
  offerHumanStep(row);
  update(currentRow(), row);
  updateUnrepaired();
  if (row === currentRow()) tellCurrent();
}

function undo() {
  const group = takeBack();
  if (!group.length) return goBack({ isIdle });
  for (const [row, state] of group) {
    show(row, state);
    save(row, state);
    changedNow(row);
  }
  goTo(group[0][0]);
}

function press(input) {
  if (input.matches("textarea")) return input.focus();
  if (input.matches("button")) return input.click();
  // Pressing the chosen answer again takes it back, except for the verdict.
  input.checked = input.name === "verdict" || !input.checked;
  changed(currentRow(), input);
}

function openField(name, className) {
  const { item, form } = currentRow();
  item.classList.add(className);
  form.elements[name]?.focus();
}

function leaveField(field) {
  closeUnfinished();
  field.blur();
  goTo(currentRow());
}

function linkRepair() {
  const select = repairNext(currentRow());
  if (select) changed(currentRow(), select);
}

function fineUpToHere() {
  const group = gradeInBulk(currentRow());
  if (!group.length) return;
  rememberAll(group);
  update(currentRow());
  goTo(neighbour(1));
}

function handIn() {
  stopGoingBack();
  submit();
}

function letGo() {
  const hadOpen = [closeUnfinished(), clearTerm()].includes(true);
  hideDefinition();
  if (hadOpen) goTo(currentRow());
}

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const row = currentRow();
  const isChord = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  if (!row || isChord || isLeaving() || isReopening() || dialogs.some((dialog) => dialog.matches(":modal"))) return;
  if (target.matches(FIELDS)) {
    if (key === "Escape") leaveField(target);
    return;
  }
  if ((key === "Enter" || key === " ") && target.closest("a, button, summary")) return;
  // A wide formula that has the focus scrolls sideways.
  if ((key === "ArrowLeft" || key === "ArrowRight") && target.closest(".math-wide")) return;
  const isArrow = key.startsWith("Arrow");
  const input = isOpen && row.form.querySelector(`:enabled[data-key="${CSS.escape(key)}"]`);
  let act = input ? () => press(input) : actions[key];
  if (isArrow && event.shiftKey) act = () => selectByKeys(key, row.item.querySelector(".step-body"));
  if (!act) return;
  event.preventDefault();
  closeRowMenu();
  if (key !== "Enter") stopWaiting();
  if (!event.repeat || isArrow || key === "j" || key === "k") act();
});

list.addEventListener("change", ({ target }) => changed(rowOf(target), target));
for (const name of ["input", "pointerdown"]) list.addEventListener(name, stopWaiting);
list.addEventListener("focusin", ({ target }) => makeCurrent(rowOf(target)));
list.addEventListener("focusout", ({ target }) => {
  if (target.matches("textarea")) target.closest(".step").classList.remove("is-commenting", "is-flagging");
});
list.addEventListener("click", ({ target }) => {
  const row = rowOf(target);
  if (row && !target.closest("a, button, label, textarea, select") && getSelection().isCollapsed) goTo(row);
});
list.addEventListener("submit", (event) => {
  event.preventDefault();
  changed(rowOf(event.target), event.submitter ?? event.target);
});
list.addEventListener("row:wanted", ({ detail: row }) => goTo(row));
list.addEventListener("row:act", ({ detail: key }) => actions[key]());
list.addEventListener("row:answered", ({ detail: row }) => {
  changedNow(row);
  if (isGoingBack() && isIdle()) undo();
  // Of many at once only the last is heard.
  if (valueOf(row.state, "in_bulk") && !isIdle()) return;
  announce(spoken(row));
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id !== "finish" || !byId("finish")) return;
  const { missing } = byId("finish").dataset;
  makeRoomForGaps();
  if (missing) goTo(rowNamed(missing));
  update(currentRow());
  updateUnrepaired();
});
byId("keys-button").addEventListener("click", () => byId("keys").showModal());

function begin() {
  const back = arrival();
  if (back) {
    goTo(back.row);
    return tell(back.said);
  }
  const named = [location.hash.slice(1), byId("finish")?.dataset.missing].map(rowNamed).find(Boolean);
  goTo(named ?? (isOpen ? wanted().find(isMissing) ?? rows[0] : rows[0]));
}

update(null);
updateUnrepaired();
makeRoomForGaps();
afterSettling(begin);
