// Deciding contested steps by keys: one chooses the verdict, the reason follows, Enter saves both and goes on.

import { decisions, isSending, send, stop } from "./deciding.js";
import { hideDefinition, toggleDefinition } from "./definitions.js";
import { forgetLast, last, leaveNote, noteFor, put, read, remember } from "./drafts.js";
import { askToSignIn } from "./signing_in.js";
import { words } from "./words.js";

const FIELDS = "textarea, select, input:not([type=radio])";
const LINE = 80;
const byId = (id) => document.getElementById(id);
const place = byId("steps");
const here = location.pathname;

const form = () => byId("decision");
const reason = () => form()?.elements.reason;
const marks = () => [...place.querySelectorAll("[name=verdict]")];
const chosen = () => marks().find((input) => input.checked);

const actions = {
  j: () => follow("j"),
  k: () => follow("k"),
  ".": () => follow("."),
  ArrowRight: () => rove(1),
  ArrowLeft: () => rove(-1),
  // Among radio buttons they would choose.
  ArrowDown: () => scrollBy(0, LINE),
  ArrowUp: () => scrollBy(0, -LINE),
  n: goToReason,
  z: undo,
  Backspace: undo,
  Enter: save,
  h: () => form() && toggleDefinition({ form: form(), isWhole: true }),
  t: () => byId("main").classList.toggle("is-raw"),
  "?": () => byId("keys").showModal(),
  Escape: hideDefinition,
};

function follow(key) {
  const link = document.querySelector(`[data-go="${key}"]`);
  if (link) link.click();
  else tell(words("no_such_step"));
}

function rove(distance) {
  const all = marks();
  const at = Math.max(0, all.indexOf(document.activeElement));
  all[(at + distance + all.length) % all.length]?.focus();
}

function choose(input) {
  if (isSending()) return;
  input.checked = true;
  changed();
  goToReason();
}

/** Without the jump by which a browser would put it into the middle, over the step that it is about. */
function goToReason() {
  reason()?.focus({ preventScroll: true });
  reason()?.scrollIntoView({ block: "nearest" });
}

/** The whole decision as the form says it now. */
function said() {
  const { revision } = form().elements;
  return { address: here, version: place.dataset.version, revision: revision.value, verdict: chosen()?.value ?? "", reason: reason().value, isUndo: false };
}

/** It is kept in this tab until the server has it. */
function changed() {
  stop();
  put(here, said());
  say(words("decision_unsent"), "");
}

function save() {
  if (isSending() || !form()) return;
  if (!chosen()) return complain(words("decision_verdict_first"), marks()[0]);
  if (!reason().value.trim()) return complain(words("decision_reason_first"), reason());
  put(here, sending(said()));
}

function complain(why, field) {
  say(why, "is-unsaved");
  field.focus();
}

/** Take back the decision on this step; on one that is undecided, the last that was made in this tab. */
function undo() {
  if (isSending()) return;
  if (form()?.elements.take_back) sending({ ...said(), isUndo: true });
  else if (last()) sending({ ...last(), isUndo: true });
  else tell(words("nothing_to_undo"));
}

function sending(write) {
  const sent = send(write, read(here));
  hold(true);
  say(words("decision_sending"), "is-waiting");
  return sent;
}

/** While it is on its way nothing is written that its answer would sweep away. */
function hold(isHeld) {
  if (reason()) reason().readOnly = isHeld;
}

function say(text, kind) {
  const state = byId("decision-state");
  if (!state) return tell(text);
  state.textContent = text;
  state.className = `row-state ${kind}`;
  byId("live").textContent = text;
}

function tell(text) {
  byId("said").textContent = text;
}

decisions.addEventListener("saved", ({ detail: { write, form: answer } }) => {
  const { target, said: spoken, saved: revision } = answer.dataset;
  const { address, isUndo } = write;
  if (isUndo && last()?.address === address) forgetLast();
  // What was taken back stays in the form, to be changed.
  put(address, isUndo ? { ...write, revision, isUndo: false, operation: null } : null);
  if (!isUndo) remember({ ...write, revision });
  leaveNote(target, isUndo ? spoken : `${spoken} ${words("decision_undo")}`);
  location.assign(target);
});
decisions.addEventListener("refused", ({ detail: { write, status, form: answer } }) => {
  hold(false);
  if (write.address !== here) {
    // Somebody has changed that one since.
    forgetLast();
    say("", "");
    tell(words("decision_not_undone"));
  } else if (answer) {
    form().replaceWith(answer);
    byId("decision").scrollIntoView({ block: "nearest" });
    reason().focus({ preventScroll: true });
  } else say(words(status === 404 ? "refused_gone" : "refused_somehow", { status }), "is-unsaved");
});
decisions.addEventListener("waiting", () => {
  hold(false);
  say(words("decision_away"), "is-unsaved");
});
decisions.addEventListener("barred", () => {
  hold(false);
  say(words("decision_signed_out"), "is-unsaved");
  askToSignIn();
});

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const isChord = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  if (isChord || document.querySelector("dialog:modal")) return;
  if (target.matches(FIELDS)) {
    if (key === "Escape") (chosen() ?? marks()[0] ?? target).focus();
    if (key !== "Enter" || event.shiftKey || target !== reason()) return;
    event.preventDefault();
    if (!event.repeat) save();
    return;
  }
  if ((key === "Enter" || key === " ") && target.closest("a, button, summary")) return;
  if (key.startsWith("Arrow") && !marks().includes(target)) return;
  const input = marks().find((each) => each.dataset.key === key);
  const act = input ? () => choose(input) : actions[key];
  if (!act) return;
  event.preventDefault();
  if (!event.repeat || key.startsWith("Arrow")) act();
});
place.addEventListener("input", ({ target }) => (target === reason() ? changed() : choose(target)));
place.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter?.name === "take_back") undo();
  else save();
});
place.addEventListener("click", ({ target }) => {
  if (target.closest(".keep-stored")) put(here, null);
});
byId("keys-button").addEventListener("click", () => byId("keys").showModal());

/** What was written here before and is not saved comes back, on the revision that it was written on. */
function begin() {
  tell(noteFor(here));
  document.querySelector(".contested-step").scrollIntoView({ block: "start" });
  if (!form()) return;
  const draft = read(here);
  if (draft) {
    form().elements.revision.value = draft.revision;
    for (const input of marks()) input.checked = input.value === draft.verdict;
    reason().value = draft.reason;
    say(words("decision_unsent"), "");
  }
  (chosen() ?? marks()[0]).focus({ preventScroll: true });
}

begin();
