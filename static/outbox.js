// The writes that the server has not confirmed. Each is an item of localStorage of its own, so that two tabs never read,
// change and write the same one. It leaves when the server has it, or when its person lets it go.

const STORE = "stepmark-outbox";
const SIGNED_IN = "stepmark-signed-in";
const CONFIRMED = "stepmark-confirmed";
const MOST_CONFIRMED = 50;

/** Whose page this is. A preview or a practice page names nobody: its writes live in memory only. */
export const person = document.querySelector("#steps, #unsent")?.dataset.person ?? "";

const inMemory = new Map();
// By operation: the storage of one tab may lag behind what another has taken out.
const gone = new Set();
let newest = 0;

/** All writes of this person, of every tab and chain, in the order in which they were made. */
export function all() {
  const found = [...new Map([...stored(), ...inMemory]).values()];
  return found.filter(({ operation }) => !gone.has(operation)).sort(inOrder);
}

/** Those of one row, which is known by the address that it is sent to. */
export const unsentOf = (address) => all().filter((entry) => entry.address === address);

/** Keep a write: `address`, `page`, `revision`, `follows` (the unsent operation it builds on), `state`, `seconds`, and for people `anchor`, `title`, `name` and what was `said`. */
export function put(write) {
  newest = Math.max(Date.now(), newest + 1, ...all().map(({ sequence }) => sequence + 1));
  const entry = { ...write, operation: drawId(), sequence: newest, stuck: null };
  entry.key = `${STORE}/${person}${entry.page}${String(newest).padStart(15, "0")}/${entry.operation}`;
  replace(entry);
  return entry;
}

/** Write an entry again, under its key: for the browser's next start if it can, else for as long as the page is open. */
export function replace(entry) {
  inMemory.delete(entry.key);
  try {
    if (!person) throw new Error("Nobody's.");
    localStorage.setItem(entry.key, JSON.stringify(entry));
  } catch {
    inMemory.set(entry.key, entry);
  }
}

export function remove({ key, operation }) {
  forget(operation);
  inMemory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // Forbidden: then it was in memory only.
  }
}

/** The server has it. A page that was on its way meanwhile does not show it yet: it finds the revision here. */
export function confirm(entry) {
  remove(entry);
  try {
    const others = confirmed().filter(([address]) => address !== entry.address);
    const latest = [...others, [entry.address, entry.revision + 1]].slice(-MOST_CONFIRMED);
    if (person) localStorage.setItem(`${CONFIRMED}/${person}`, JSON.stringify(latest));
  } catch {
    // Full or forbidden: then such a page shows it when it is loaded again.
  }
}

/** The last revision of a row that this browser has seen confirmed lately; 0 for none. */
export const confirmedRevision = (row) => confirmed().find(([address]) => address === row)?.[1] ?? 0;

function confirmed() {
  try {
    return JSON.parse(localStorage.getItem(`${CONFIRMED}/${person}`)) ?? [];
  } catch {
    return [];
  }
}

/** Another tab has taken it out. */
export const forget = (operation) => gone.add(operation);

/** Whether something would be lost if the page were closed now. */
export const losesOnClosing = () => person !== "" && inMemory.size > 0;

/** The entry that another tab has stored, by the event that tells of it. */
export function storedElsewhere({ key, newValue }) {
  const entry = newValue && person && key?.startsWith(`${STORE}/${person}/`) ? entryIn(newValue) : null;
  return entry && !gone.has(entry.operation) ? entry : null;
}

/** For all tabs: who is signed in in this browser now. */
export function noteSignedIn(who) {
  try {
    if (who && localStorage.getItem(SIGNED_IN) !== who) localStorage.setItem(SIGNED_IN, who);
  } catch {
    // Without it the other tabs hear it from the server.
  }
}

/** Whether an event of the storage tells that somebody has signed in; of interest where somebody's grades are kept. */
export const isNoteOfSignIn = ({ key, newValue }) => person !== "" && key === SIGNED_IN && Boolean(newValue);

function stored() {
  const prefix = `${STORE}/${person}/`;
  try {
    const keys = person ? Object.keys(localStorage).filter((key) => key.startsWith(prefix)) : [];
    return keys.map((key) => [key, entryIn(localStorage.getItem(key))]).filter(([, entry]) => entry);
  } catch {
    return [];
  }
}

/** An entry that can be sent; whatever else stands there is left alone. */
function entryIn(text) {
  try {
    const entry = JSON.parse(text);
    return entry.operation && entry.key && Array.isArray(entry.state) ? entry : null;
  } catch {
    return null;
  }
}

function inOrder(one, other) {
  return one.sequence - other.sequence || (one.operation < other.operation ? -1 : 1);
}

/** A random UUID; `crypto.randomUUID` is missing where a page comes over plain http from another machine. */
export function drawId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
