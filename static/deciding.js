// Sends one decision at a time, until the server has it or refuses it. `decisions` tells "saved", "refused" (with the form
// that came back), "waiting" and "barred"; the same write is sent again under the same operation.

import { drawId } from "./outbox.js";
import { face, isBarred, news, renew, TIMEOUT, token } from "./session.js";

const FIRST_WAIT = 1_000;
const MOST_WAIT = 30_000;
// Answers that say nothing about the write itself.
const TRY_AGAIN = [408, 425, 429];
const PARTS = ["address", "version", "revision", "verdict", "reason", "isUndo"];

export const decisions = new EventTarget();

let pending = null;
let isOnItsWay = false;
let timer;
let wait = FIRST_WAIT;

export const isSending = () => isOnItsWay;

/** `write` is without an operation, which is that of `former` where it says the same. Returns it with one. */
export function send(write, former) {
  const known = pending ?? former;
  const isSame = known?.operation && PARTS.every((part) => known[part] === write[part]);
  pending = { ...write, operation: isSame ? known.operation : drawId() };
  deliver();
  return pending;
}

/** It says something else now: what was not sent is not sent any more. */
export function stop() {
  clearTimeout(timer);
  pending = null;
}

async function deliver() {
  if (!pending || isOnItsWay) return;
  clearTimeout(timer);
  isOnItsWay = true;
  let answer = await post(pending).catch(() => null);
  if (isElsewhere(answer) && (await renew())) answer = await post(pending).catch(() => null);
  isOnItsWay = false;
  take(answer);
}

const isElsewhere = (answer) => Boolean(answer) && (answer.isRedirected || answer.status === 401 || answer.status === 403);

async function post({ address, version, revision, verdict, reason, isUndo, operation }) {
  const body = new URLSearchParams({ operation_id: operation, version, revision });
  for (const [name, value] of Object.entries(isUndo ? { take_back: "1" } : { verdict, reason })) body.set(name, value);
  // So that the server refuses it if another person is signed in now.
  const person = document.getElementById("steps").dataset.person;
  const headers = { "HX-Request": "true", "Stepmark-Person": person, "X-CSRFToken": token() };
  const answer = await fetch(address, { method: "POST", body, headers, signal: AbortSignal.timeout(TIMEOUT) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { status: answer.status, isRedirected: answer.redirected, form: page.getElementById("decision") };
}

/** Only the server says that something is saved, and as which revision: a network's own sign-in page answers 200, too. */
function take(answer) {
  const { status, form } = answer ?? {};
  const isSaved = status === 200 && form?.dataset.saved === String(Number(pending.revision) + 1);
  if (isElsewhere(answer) && isBarred()) return tell("barred", {});
  const isRefused = (status === 404 || Boolean(form)) && status >= 400 && status < 500 && !TRY_AGAIN.includes(status) && !isElsewhere(answer);
  if (!isSaved && !isRefused) return tryLater();
  face(null);
  wait = FIRST_WAIT;
  const write = pending;
  pending = null;
  // The page is about to be left: nothing more is sent from it.
  isOnItsWay = isSaved;
  tell(isSaved ? "saved" : "refused", { write, status, form });
}

function tryLater() {
  timer = setTimeout(deliver, wait * (0.75 + Math.random() / 2));
  wait = Math.min(2 * wait, MOST_WAIT);
  face("away");
  tell("waiting", {});
}

const tell = (kind, detail) => decisions.dispatchEvent(new CustomEvent(kind, { detail }));

news.addEventListener("signed-in", deliver);
for (const name of ["online", "focus"]) addEventListener(name, () => isBarred() || deliver());

// Come back to by the browser's own button, it may show what is decided by now as undecided.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});
