// What can be taken back: the former states of rows, the last one first. They belong to the tab and to its person, so they
// outlive a reload and the way from chain to chain, and a chain that was handed in before can be taken up again.

import { announce, list, rowNamed } from "./rows.js";
import { words } from "./words.js";

const MOST = 500;
const MOST_CHARACTERS = 1_000_000;
const { person, address } = list.dataset;
const NAME = `stepmark-undo/${person}`;
const ARRIVED = `stepmark-taken-up/${person}`;
const TOKEN = "hx-headers:inherited";
const TIMEOUT = 15_000;
const byId = (id) => document.getElementById(id);
// A preview names nobody: what was tried there is gone with the page.
let former = (person && parsed(stored(NAME))) || [];
let isWanted = false;
let isAsking = false;

/** Keep the state that a row had before a change. Changes of one `group` are taken back together. */
export function remember(row, state, group = "") {
  isWanted = false;
  former.push({ chain: address, row: row.form.id, state, group });
  keep();
}

/** Keep the states of rows that were changed by one key: it is taken back by one key. */
export function rememberAll(states) {
  const group = crypto.getRandomValues(new Uint32Array(2)).join("-");
  for (const [row, state] of states) remember(row, state, group);
}

/** The change came to nothing after all. */
export function forgetLast() {
  former.pop();
  keep();
}

/** Take back the last change of this chain, or the last group: `[row, state]` of each, the last one first. */
export function takeBack() {
  const at = former.findLastIndex(isHere);
  if (at < 0) return [];
  const { group } = former[at];
  const taken = former.filter((entry, index) => index === at || (group && entry.group === group));
  former = former.filter((entry) => !taken.includes(entry));
  keep();
  return taken.reverse().map(({ row, state }) => [rowNamed(row), state]).filter(([row]) => row);
}

/** Nothing is left here that could be taken back: go to the chain before, as soon as everything of this one is saved. */
export async function goBack({ isIdle }) {
  const last = former.at(-1);
  if (!last) return tell(words("nothing_to_undo"));
  isWanted = !isIdle();
  if (isWanted) return tell(words("reopening_later"));
  tell(words("reopening"));
  isAsking = true;
  const answer = await reopen(last.chain).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    store(ARRIVED, last.chain);
    return location.assign(last.chain);
  }
  isAsking = false;
  if (answer?.status !== 422 && answer?.status !== 404) return tell(words("not_reopened"));
  // It stays as it was handed in: the next key goes to the chain before it.
  former = former.filter(({ chain }) => chain !== last.chain);
  keep();
  tell(answer.status === 422 ? await answer.text() : words("nothing_to_undo"));
}

/** Whether somebody wants to go back and only waits until everything is saved. */
export const isGoingBack = () => isWanted;

export function stopGoingBack() {
  isWanted = false;
}

/** While a chain is being taken up again the keys are nobody's: this page's rows are about to be left. */
export const isReopening = () => isAsking;

/** Where somebody has just come back to a chain: the row that the next key takes back, and words for it. */
export function arrival() {
  const isBack = stored(ARRIVED) === address;
  if (isBack) store(ARRIVED, "");
  const row = isBack ? rowNamed(former.findLast(isHere)?.row) : null;
  if (!row) return null;
  const what = row.isWhole ? words("undo_whole_chain") : words("undo_step", { number: row.index + 1 });
  return { row, said: words("taken_up_again", { what }) };
}

/** Say it where the page says what it is about to do, and to those who hear it. */
export function tell(said) {
  byId("finish-words").textContent = said;
  announce(said);
}

addEventListener("pageshow", ({ persisted }) => {
  if (persisted) isAsking = false;
});

function isHere({ chain }) {
  return chain === address;
}

function reopen(chain) {
  const headers = { "HX-Request": "true", "Stepmark-Person": person, "X-CSRFToken": JSON.parse(document.body.getAttribute(TOKEN))["X-CSRFToken"] };
  return fetch(`${chain}reopen/`, { method: "POST", headers, signal: AbortSignal.timeout(TIMEOUT) });
}

/** In the tab's storage if it takes them, the oldest left out where they are too many; else as long as the page is open. */
function keep() {
  if (former.length > MOST) former = former.slice(-MOST);
  if (!person) return;
  let text = JSON.stringify(former);
  while (text.length > MOST_CHARACTERS) {
    former = former.slice(Math.ceil(former.length / 2));
    text = JSON.stringify(former);
  }
  store(NAME, text);
}

function store(name, text) {
  try {
    sessionStorage.setItem(name, text);
  } catch {
    // Full or forbidden.
  }
}

function stored(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
