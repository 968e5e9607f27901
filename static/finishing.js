// The end of a chain: submit it, or hand it in as it is. Nothing is handed in past a write that is not confirmed.

import { announce, list, nameOf, wanted } from "./rows.js";
import { isIdle } from "./saving.js";
import { words } from "./words.js";

const SETTLING = 250;
const byId = (id) => document.getElementById(id);
let awaiting = null;
let isHandingIn = false;

/** From the press of submit until the next chain is there: keys are nobody's. */
export const isLeaving = () => isHandingIn;

/** Nobody has read a chain so soon after handing in another: what is pressed then was meant for that one. */
export function afterSettling(begin) {
  const from = document.referrer ? new URL(document.referrer).pathname : "";
  if (from.startsWith("/assignments/") && from !== location.pathname) setTimeout(begin, SETTLING);
  else begin();
}

/** Beside the rows, while the bar below them lists what is missing. */
export function makeRoomForGaps() {
  list.classList.toggle("has-gaps", Boolean(document.querySelector(".finish-error")));
}

export function submit() {
  if (!isRefused()) byId("finish-form").requestSubmit();
}

/** Who goes on grading has not finished: what waited to be handed in waits no longer. */
export function stopWaiting() {
  if (isHandingIn) return;
  if (awaiting) byId("finish-words").textContent = "";
  awaiting = null;
  list.dispatchEvent(new Event("submit:dropped"));
}

export function openUnfinished(reason) {
  if (isRefused()) return;
  const box = byId("unfinished");
  box.open = true;
  box.querySelector(`[value=${reason}]`).checked = true;
  box.querySelector("[name=note]").focus();
}

/** Whether it was open. */
export function closeUnfinished() {
  const box = byId("unfinished");
  const wasOpen = Boolean(box?.open);
  if (wasOpen) box.open = false;
  return wasOpen;
}

/** A preview hands nothing in, and says so. */
function isRefused() {
  const { refusal } = byId("finish").dataset;
  if (refusal) tell(refusal);
  return Boolean(refusal);
}

function tell(said) {
  byId("finish-words").textContent = said;
  announce(said);
}

/** Nothing is handed in past a write that is on its way, nor the whole chain past a row that is not saved. */
function holdBack(event) {
  const form = event.target;
  if (!byId("finish")?.contains(form)) return;
  awaiting = isIdle() ? null : form;
  const unsaved = form.id === "finish-form" && wanted().find((row) => row.form.querySelector(".row-state.is-unsaved"));
  if (!awaiting && !unsaved && !isHandingIn) return;
  event.preventDefault();
  event.stopPropagation();
  if (isHandingIn) return;
  if (!awaiting) list.dispatchEvent(new CustomEvent("row:wanted", { detail: unsaved }));
  tell(awaiting ? words("submit_waits") : words("row_not_saved", { name: nameOf(unsaved) }));
}

const isOurs = ({ detail: { ctx } }) => Boolean(byId("finish")?.contains(ctx.sourceElement));

// In the capture phase: before htmx hears of it.
document.addEventListener("submit", holdBack, { capture: true });
document.addEventListener("htmx:before:request", (event) => {
  if (isOurs(event)) isHandingIn = true;
});
document.addEventListener("htmx:before:response", (event) => {
  if (!isOurs(event)) return;
  const { raw, status } = event.detail.ctx.response;
  if (!raw.redirected && [200, 422].includes(status)) return;
  // No finish bar to swap in: the way to the sign-in page, or a failure.
  event.preventDefault();
  tell(words(raw.redirected || [401, 403].includes(status) ? "submit_signed_out" : "submit_failed"));
});
document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx && isOurs(event)) tell(words("submit_failed"));
});
document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  // What was answered with the address of the next chain goes on being left.
  if (ctx.target?.id === "finish" && !ctx.response?.headers.has("HX-Redirect")) isHandingIn = false;
});
// Back again from the next chain, as it was left.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) isHandingIn = false;
});
list.addEventListener("row:answered", () => {
  if (!isIdle() || isHandingIn) return;
  byId("finish-words").textContent = "";
  const form = awaiting;
  awaiting = null;
  form?.requestSubmit();
});
