// What this tab keeps of a person's decisions: what they wrote and is not saved, what they decided last, and words for the
// page that they go on to.

import { person } from "./outbox.js";

const MOST = 200;
const DRAFT = `stepmark-decision/${person}`;
const LAST = `stepmark-decided/${person}`;
const NOTE = `stepmark-decision-note/${person}`;

/** What was written on the page of this address: `verdict`, `reason`, `revision`, and `sent`, the write that it went into. */
export const read = (address) => parsed(DRAFT + address);

export const put = (address, draft) => store(DRAFT + address, draft);

/** A decision that the server has: `address`, `verdict`, `reason`, `revision`. */
export function remember(decision) {
  store(LAST, [...(parsed(LAST) ?? []), decision].slice(-MOST));
}

export const last = () => (parsed(LAST) ?? []).at(-1);

/** It was taken back, or cannot be. */
export const forgetLast = () => store(LAST, (parsed(LAST) ?? []).slice(0, -1));

export const leaveNote = (address, said) => store(NOTE, { address, said });

/** Once only. */
export function noteFor(address) {
  const note = parsed(NOTE);
  store(NOTE, null);
  return note?.address === address ? note.said : "";
}

function store(name, value) {
  try {
    if (value === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Full or forbidden: then it is kept as long as the page is open.
  }
}

function parsed(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
}
