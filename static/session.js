// Whether anything stands in the way of sending, and whose session this browser has. `news` tells "standing" when that
// changes and "signed-in" when this page has taken the token of a new session.

import { isNoteOfSignIn, noteSignedIn, person } from "./outbox.js";

const TOKEN = "hx-headers:inherited";

export const TIMEOUT = 15_000;
export const news = new EventTarget();

// "away": the server does not answer. "signed-out", "somebody-else": nothing is sent until this person signs in.
let obstacle = null;
let newest = null;

export const standing = () => obstacle;
export const isBarred = () => obstacle === "signed-out" || obstacle === "somebody-else";

export function face(what) {
  if (obstacle === what) return;
  obstacle = what;
  news.dispatchEvent(new Event("standing"));
}

export const token = () => JSON.parse(document.body.getAttribute(TOKEN))["X-CSRFToken"];

/** A page of ours, by GET: its document and the address that answered, or null if the server does not answer. */
export async function pageAt(address) {
  const answer = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT) }).catch(() => null);
  const text = await answer?.text().catch(() => null);
  if (!text || answer.status >= 500) return null;
  return { page: new DOMParser().parseFromString(text, "text/html"), address: answer.url };
}

/** Ask who is signed in now. If it is still this person, take the session's token. Whether one may go on. */
export function renew() {
  // Whoever asked earlier hears the newest answer: an older one may tell of the time before somebody signed in.
  const { home, person: wanted } = document.getElementById("sign-in").dataset;
  const asked = pageAt(home).then((answer) => (newest === asked ? settle(answer, wanted) : newest));
  newest = asked;
  return asked;
}

function settle(answer, wanted) {
  if (!answer) return false;
  const now = answer.page.getElementById("unsent")?.dataset.person;
  if (now === wanted) take(answer.page);
  else face(now ? "somebody-else" : "signed-out");
  return now === wanted;
}

function take(page) {
  document.body.setAttribute(TOKEN, page.body.getAttribute(TOKEN));
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token();
  noteSignedIn(person);
  face(null);
  news.dispatchEvent(new Event("signed-in"));
}

addEventListener("storage", (event) => {
  if (!isNoteOfSignIn(event)) return;
  if (event.newValue === person) renew();
  else face("somebody-else");
});
noteSignedIn(person);
