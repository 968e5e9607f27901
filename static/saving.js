// The writes of the rows, sent one after the other. A row says "saved" only in words that came from the server; until
// then it says "waiting", or why it is not saved.

import { list, read, rows, say } from "./rows.js";

const MOST_WAIT = 30_000;

export const isIdle = () => rows.every((row) => !row.writes.length);

/** Send what the form says now, or said before, after the row's earlier writes. */
export function save(row, state = read(row)) {
  row.state = state;
  row.writes.push({ operation: crypto.randomUUID(), state: row.state, seconds: row.seconds, body: null, tries: 0 });
  say(row, "waiting", "is-waiting");
  send(row);
}

function send(row) {
  const write = row.writes[0];
  if (!write || row.isSending) return;
  row.isSending = true;
  // Fixed at the first try: the same operation is always the same write.
  write.body ??= bodyOf(row, write);
  write.outcome = null;
  htmx.trigger(row.form, "send");
}

function bodyOf(row, { operation, state, seconds }) {
  const body = new URLSearchParams(state);
  if (!row.isWhole && !body.has("verdict")) body.set("verdict", "");
  body.set("operation_id", operation);
  body.set("revision", row.form.elements.revision.value);
  body.set("seconds", seconds.toFixed(1));
  return body;
}

function writeOf(event) {
  const row = rows.find(({ form }) => form === event.detail.ctx.sourceElement);
  return row?.isSending ? [row, row.writes[0]] : [];
}

list.addEventListener("htmx:config:request", (event) => {
  const [, write] = writeOf(event);
  if (write) event.detail.ctx.request.body = write.body;
});

list.addEventListener("htmx:before:response", (event) => {
  const [row, write] = writeOf(event);
  if (!row) return;
  const { raw, status } = event.detail.ctx.response;
  if (raw.redirected || status === 401 || status === 403) write.outcome = "signed out";
  else if ([200, 409, 422].includes(status)) return;
  else write.outcome = [400, 404, 405, 413].includes(status) ? "refused" : "failed";
  // Not a row: nothing to swap.
  event.preventDefault();
});

list.addEventListener("htmx:after:request", (event) => {
  const [row, write] = writeOf(event);
  if (!row) return;
  const { ctx } = event.detail;
  row.writes.shift();
  if (ctx.response.status !== 200) {
    // A later write is judged by itself; in a conflict it is the last one that is set beside what was saved.
    if (row.writes.length) ctx.swap = "none";
    return;
  }
  write.outcome = "saved";
  if (!row.writes.length && !isTyping(row) && !row.form.querySelector(".finder")) return;
  // The row has moved on: take only the revision and the words, and leave what is being written or looked through.
  ctx.swap = "none";
  const answer = new DOMParser().parseFromString(ctx.text, "text/html");
  row.form.elements.revision.value = answer.querySelector("[name=revision]").value;
  if (row.writes.length) return;
  for (const overcome of row.form.querySelectorAll(".row-problem, .conflict, .asked-again")) overcome.remove();
  const state = answer.querySelector(".row-state");
  say(row, state.textContent, state.classList.contains("is-saved") ? "is-saved" : "");
});

list.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  const row = rows.find(({ form }) => form === ctx.target);
  if (!row || ctx.swap === "none") return;
  // A morph changes what the inputs start from; what they hold follows here. After a refusal it is still theirs.
  if (ctx.response.status === 200) row.form.reset();
  row.state = read(row);
});

list.addEventListener("htmx:finally:request", (event) => {
  const row = rows.find(({ form }) => form === event.detail.ctx.sourceElement);
  if (!row?.isSending) return;
  row.isSending = false;
  const write = row.writes[0];
  const outcome = write ? write.outcome : null;
  if (outcome === "signed out") signedOut(row);
  else if (outcome === "refused") say(row, "not saved: the server does not take it. Reload the page.", "is-unsaved");
  else if (write && write.body) retry(row, write);
  else send(row);
  list.dispatchEvent(new CustomEvent("row:answered", { detail: row }));
});

function retry(row, write) {
  const wait = Math.min(MOST_WAIT, 500 * 2 ** write.tries++);
  say(row, "not saved, trying again", "is-unsaved");
  // One timer for a row, however many keys are pressed while the server is away.
  clearTimeout(row.retrying);
  row.retrying = setTimeout(() => send(row), wait * (0.75 + Math.random() / 2));
}

function signedOut(row) {
  say(row, "not saved, ", "is-unsaved");
  const link = Object.assign(document.createElement("a"), { href: list.dataset.signin, target: "_blank", textContent: "please sign in" });
  row.form.querySelector(".row-state").append(link);
}

/** Back from signing in in another tab: the new session's token, then everything that still waits. */
async function resume() {
  if (isIdle()) return;
  const answer = await fetch(list.dataset.address).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = "hx-headers:inherited";
    document.body.setAttribute(token, page.body.getAttribute(token));
    rows.forEach(send);
  }
}

function isTyping(row) {
  return document.activeElement?.matches("textarea") && row.form.contains(document.activeElement);
}

addEventListener("focus", resume);
addEventListener("online", resume);
addEventListener("beforeunload", (event) => {
  if (!isIdle()) event.preventDefault();
});
