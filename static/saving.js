// What the rows of this page have written, and what each says of it: "saved" only in words that came from the server.

import { all, confirmedRevision, losesOnClosing, person, put, remove, storedElsewhere, unsentOf } from "./outbox.js";
import { announce, checked, list, nameOf, read, rows, say, show } from "./rows.js";
import { letGo, revisionOf, rowIn, send, storedRow, tryAgain } from "./sending.js";
import { isBarred, news } from "./session.js";
import { askToSignIn, describe } from "./signing_in.js";
import { words } from "./words.js";

const isOpen = "open" in list.dataset;
const addressOf = (row) => row.form.getAttribute("action");
const rowAt = (address) => rows.find((row) => addressOf(row) === address);
const isWaiting = ({ page, stuck }) => page === list.dataset.address && !stuck;

/** Whether the server has everything of this page, apart from what it does not take. */
export const isIdle = () => !all().some(isWaiting);

/** Keep what the form says now, or said before, and send it after the row's earlier writes. */
export function save(row, state = read(row)) {
  const former = unsentOf(addressOf(row)).at(-1);
  row.state = state;
  put({
    address: addressOf(row),
    page: list.dataset.address,
    anchor: row.form.id,
    title: list.dataset.campaign ?? "",
    name: nameOf(row),
    said: saidIn(row),
    revision: revisionFor(row, former),
    follows: former && !former.stuck ? former.operation : null,
    state: row.isWhole || state.some(([name]) => name === "verdict") ? state : [...state, ["verdict", ""]],
    seconds: row.seconds.toFixed(1),
  });
  if (former?.stuck) remove(former);
  row.form.querySelector(".refused")?.remove();
  sayUnsent(row);
  send();
  describe();
}

/** What a write is based on: each one counts up by one. Who has seen both sides of a conflict writes over the other. */
function revisionFor(row, former) {
  if (former && !former.stuck) return former.revision + 1;
  if (former && !row.form.querySelector(".conflict")) return former.revision;
  return revisionOf(row.form);
}

/** The grade in words, for the pages that show it when the server does not take it. */
function saidIn(row) {
  const marks = [checked(row)?.closest(".mark")?.title];
  for (const choice of row.form.querySelectorAll(".choice:has(:checked) > span")) marks.push(choice.textContent);
  const typed = [...row.form.querySelectorAll("textarea")].map(({ value }) => value && `“${value}”`);
  return [...marks, ...typed].filter(Boolean).join(", ");
}

function sayUnsent(row) {
  if (!isBarred()) return say(row, words("waiting"), "is-waiting");
  say(row, words("not_saved_but"), "is-unsaved");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link sign-in-again" });
  button.textContent = words("please_sign_in");
  row.form.querySelector(".row-state").append(" ", button);
}

function sayRefused(row, { status, words: why }) {
  const box = document.getElementById("refused").content.firstElementChild.cloneNode(true);
  const ours = words(status === 404 ? "refused_gone" : "refused_somehow", { status });
  say(row, words("not_saved"), "is-unsaved");
  box.querySelector(".row-problem").textContent = why || ours;
  box.querySelector(".try-again").hidden = !isOpen;
  // A preview keeps nothing that could be let go of.
  box.querySelector(".actions").hidden = !person;
  for (const former of row.form.querySelectorAll(".refused, .row-problem")) former.remove();
  row.form.querySelector(".answers").prepend(box);
}

// What the server says

news.addEventListener("answered", ({ detail }) => {
  const row = rowAt(detail.entry.address);
  if (row) {
    row.answer = detail.text;
    if (detail.kind === "saved") confirm(row, detail);
    else if (!isOnItsWay(row, detail.entry)) showUnsaved(row, detail);
    list.dispatchEvent(new CustomEvent("row:answered", { detail: row }));
  }
  describe();
});

/** Whether the row has a write beside the answered one, of which the storage of this tab may not know yet that it is stuck. */
function isOnItsWay(row, { operation }) {
  return unsentOf(addressOf(row)).some((entry) => !entry.stuck && entry.operation !== operation);
}

function confirm(row, { entry, text }) {
  const { revision } = row.form.elements;
  // The answer to a write that was stored long ago: what stands now came later.
  if (entry.revision + 1 < Number(revision.value)) return showStored(row);
  const isPast = unsentOf(entry.address).length > 0;
  if (!isPast && !isBusy(row)) return swapIn(row, text);
  // The row has moved on: take only the revision and the words, and leave what is being written or looked through.
  revision.value = entry.revision + 1;
  if (isPast) return;
  for (const overcome of row.form.querySelectorAll(".refused, .row-problem, .conflict, .asked-again")) overcome.remove();
  const state = rowIn(text, entry).querySelector(".row-state");
  say(row, state.textContent, state.classList.contains("is-saved") ? "is-saved" : "");
}

function showUnsaved(row, { kind, entry, text }) {
  if (text) swapIn(row, text);
  if (kind === "refused") sayRefused(row, entry.stuck);
  if (kind === "let-go" && !text) showLetGo(row);
}

/** It was let go of on another page, or there is no row to show any more. */
function showLetGo(row) {
  row.form.querySelector(".refused")?.remove();
  say(row, "", "");
  showStored(row);
}

/** Morph the row into what the server answered; the pressed mark keeps the focus, and what is being typed stays. */
function swapIn(row, text) {
  const select = `form[action="${CSS.escape(addressOf(row))}"]`;
  htmx.swap({ text, select, target: row.form, swap: "outerMorph", sourceElement: row.form });
  // A morph changes what the inputs start from; what they hold follows here.
  if (!isBusy(row)) row.form.reset();
  row.state = read(row);
}

function isBusy(row) {
  const at = document.activeElement;
  return Boolean(row.form.querySelector(".finder")) || (at?.matches("textarea, select, [type=text]") && row.form.contains(at));
}

async function showStored(row) {
  const text = await storedRow(addressOf(row));
  if (text && !unsentOf(addressOf(row)).length) swapIn(row, text);
  list.dispatchEvent(new CustomEvent("row:answered", { detail: row }));
}

/** Their own side is let go of: the row shows what is stored. */
async function keepStored(row) {
  const text = await storedRow(addressOf(row));
  if (text === null) return announce(words("no_answer"));
  for (const entry of unsentOf(addressOf(row))) letGo(entry, text);
  list.dispatchEvent(new CustomEvent("row:wanted", { detail: row }));
}

// What was left from before, or comes from another tab

function lay(row, entry) {
  if (isOpen) {
    show(row, entry.state);
    row.state = entry.state;
  }
  if (entry.stuck?.kind === "refused") sayRefused(row, entry.stuck);
  else sayUnsent(row);
  // The server says once more what stands against it.
  if (entry.stuck?.kind === "conflict") tryAgain(entry);
}

for (const row of rows) {
  const entry = unsentOf(addressOf(row)).at(-1);
  if (entry) lay(row, entry);
  else if (confirmedRevision(addressOf(row)) > revisionOf(row.form)) showStored(row);
}
addEventListener("storage", (event) => {
  const entry = storedElsewhere(event);
  const row = entry && !entry.stuck && rowAt(entry.address);
  if (!row || isBusy(row)) return;
  lay(row, entry);
  list.dispatchEvent(new CustomEvent("row:answered", { detail: row }));
});
news.addEventListener("standing", () => {
  for (const { address } of all().filter(isWaiting)) if (rowAt(address)) sayUnsent(rowAt(address));
});
list.addEventListener("click", (event) => {
  const { target } = event;
  const row = rowAt(target.closest("form.grade")?.getAttribute("action"));
  if (!row) return;
  if (target.closest(".sign-in-again")) askToSignIn();
  if (target.closest(".try-again")) {
    sayUnsent(row);
    unsentOf(addressOf(row)).forEach(tryAgain);
  }
  if (!target.closest(".keep-stored, .let-go")) return;
  event.preventDefault();
  keepStored(row);
});
addEventListener("beforeunload", (event) => {
  if (losesOnClosing()) event.preventDefault();
});
send();
