// Sends what is in the outbox, one write after the other, from one tab at a time. A write leaves the outbox when the server
// says that it is stored. All tabs hear of each outcome: `news` tells "answered", with `kind`, `entry` and `text`.

import { all, confirm, forget, person, remove, replace, unsentOf } from "./outbox.js";
import { face, isBarred, news, renew, TIMEOUT, token } from "./session.js";

const FIRST_WAIT = 500;
const MOST_WAIT = 30_000;
const NAME = `stepmark-outbox-${person}`;
// Answers that say nothing about the write itself.
const TRY_AGAIN = [408, 425, 429];

const channel = person ? new BroadcastChannel(NAME) : null;
let awaySince = null;
let timer;
let isRunning = false;
let isWanted = false;
let renewedFor = null;

/** Send what there is, now. */
export async function send() {
  if (isBarred()) return;
  isWanted = true;
  clearTimeout(timer);
  if (isRunning) return;
  isRunning = true;
  while (isWanted) {
    isWanted = false;
    // Missing over plain http from another machine. Then two tabs may send the same write, and the server stores it once.
    await (person && navigator.locks ? navigator.locks.request(NAME, drain) : drain());
  }
  isRunning = false;
}

async function drain() {
  for (let entry = next(); entry && !isBarred(); entry = next()) if (!(await deliver(entry))) return;
}

/** The oldest write that is not stuck. One that is stuck gives its place to a later one of its row. */
function next() {
  const entries = all();
  const entry = entries.find(({ stuck }) => !stuck);
  const former = entry && entries.find(({ address, stuck }) => stuck && address === entry.address);
  if (!former) return entry;
  takePlace(former, [entry]);
  return next();
}

/** The last of the later ones, whole as it is, on the revision of the one that was not stored. */
function takePlace(former, later) {
  const last = later.at(-1);
  later.slice(0, -1).forEach(remove);
  if (last.follows) replace({ ...last, revision: former.revision, follows: null });
  remove(former);
}

/** Whether to go on with the next one. */
async function deliver(entry) {
  const answer = await post(entry).catch(() => null);
  if (!answer || answer.status >= 500 || TRY_AGAIN.includes(answer.status)) return fail();
  if (answer.isElsewhere || answer.status === 401 || answer.status === 403) return renewFor(entry);
  const isStored = answer.status >= 200 && answer.status < 300;
  // A network that asks for a sign-in of its own answers anything with 200 and a page.
  if (isStored && revisionOf(rowIn(answer.text, entry)) !== entry.revision + 1) return fail();
  awaySince = null;
  face(null);
  if (isStored) {
    confirm(entry);
    tell({ kind: "saved", entry, text: answer.text });
  } else stick(entry, answer);
  return true;
}

async function post({ address, operation, revision, seconds, state }) {
  const body = new URLSearchParams(state);
  body.set("operation_id", operation);
  body.set("revision", revision);
  body.set("seconds", seconds);
  return answered(address, { method: "POST", body, headers: { "X-CSRFToken": token() } });
}

async function answered(address, request) {
  const headers = { Accept: "text/html", "HX-Request": "true", ...request.headers };
  // So that the server refuses it if another person is signed in now.
  if (person) headers["Stepmark-Person"] = person;
  const answer = await fetch(address, { ...request, headers, signal: AbortSignal.timeout(TIMEOUT) });
  return { status: answer.status, isElsewhere: answer.redirected, text: await answer.text() };
}

/** A row as it is stored: empty where the server has none, null if it does not answer. */
export async function storedRow(address) {
  const answer = await answered(address, {}).catch(() => null);
  if (!answer || answer.isElsewhere || answer.status === 401 || answer.status >= 500) return null;
  return rowIn(answer.text, { address }) ? answer.text : "";
}

/** The form of an answered row, or undefined where the answer is something else. */
export function rowIn(text, { address }) {
  const { forms } = new DOMParser().parseFromString(text, "text/html");
  return [...forms].find((form) => form.getAttribute("action") === address);
}

export const revisionOf = (form) => Number(form?.elements.revision?.value ?? NaN);

/** Try again after as long as it has lasted so far: key presses try at once, and do not make it longer. */
function fail() {
  awaySince ??= performance.now();
  const wait = Math.min(MOST_WAIT, Math.max(FIRST_WAIT, performance.now() - awaySince));
  clearTimeout(timer);
  timer = setTimeout(send, wait * (0.75 + Math.random() / 2));
  face("away");
  return false;
}

/** The server does not take it: it waits for its person, unless they have written something else meanwhile. */
function stick(entry, { status, text }) {
  const later = unsentOf(entry.address).filter(({ sequence }) => sequence > entry.sequence);
  if (later.length) return takePlace(entry, later);
  const kind = status === 409 ? "conflict" : "refused";
  const row = rowIn(text, entry);
  const stuck = { kind, status, words: row?.querySelector(".row-problem")?.textContent ?? "" };
  // What nobody keeps is not kept for an answer either.
  if (person) replace({ ...entry, stuck });
  else remove(entry);
  tell({ kind, entry: { ...entry, stuck }, text: row ? text : "" });
}

/** The session is gone, or has a new token since somebody signed in in another tab: then that one, and on. */
async function renewFor(entry) {
  const isKnown = renewedFor === entry.operation;
  renewedFor = null;
  if (isKnown) return fail();
  if (!(await renew())) return isBarred() ? false : fail();
  renewedFor = entry.operation;
  return true;
}

/** Try one that is stuck once more. */
export function tryAgain(entry) {
  replace({ ...entry, stuck: null });
  send();
}

/** Take one out unsent, by its person's will; `text` is its row as it is stored. */
export function letGo(entry, text = "") {
  remove(entry);
  tell({ kind: "let-go", entry, text });
}

function tell(message) {
  channel?.postMessage(message);
  news.dispatchEvent(new CustomEvent("answered", { detail: message }));
}

/** Something may have changed: the network, or the session in another tab. */
async function wake() {
  if (!isBarred() || (await renew())) send();
}

channel?.addEventListener("message", ({ data }) => {
  if (data.kind === "signed-in") return isBarred() && renew();
  if (data.kind === "saved" || data.kind === "let-go") forget(data.entry.operation);
  news.dispatchEvent(new CustomEvent("answered", { detail: data }));
});
news.addEventListener("signed-in", () => {
  channel?.postMessage({ kind: "signed-in" });
  send();
});
for (const name of ["focus", "online", "pageshow"]) addEventListener(name, wake);
document.addEventListener("visibilitychange", wake);
