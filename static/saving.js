// The rows of the grading page: what their forms say, and their writes, sent one after the other. A row says "saved"
// only in words that came from the server; until then it says "waiting", or why it is not saved.

const list = document.getElementById("steps");
const questions = document.getElementById("questions").content;
const MOST_WAIT = 30_000;

/** All rows in order. A row is its list item, its form, and its writes that the server has not confirmed. */
export const rows = [...list.children].map((item) => {
  const row = { item, form: item.querySelector("form"), index: Number(item.dataset.index), writes: [], seconds: 0 };
  row.state = read(row);
  return row;
});

export const rowOf = (element) => rows[element?.closest?.(".step")?.dataset.index];
export const isIdle = () => rows.every((row) => !row.writes.length);

/** What the form says now: the whole grade. The verdict is a label's key, `?` for unsure, empty for not graded. */
export function read(row) {
  const state = { verdict: "", comment: "", labels: [], texts: {} };
  for (const [name, value] of new FormData(row.form)) {
    if (name === "verdict" || name === "comment") state[name] = value;
    else if (name.startsWith("label.")) state.labels.push([name, value]);
    else if (name.startsWith("text.")) state.texts[name] = value;
  }
  return state;
}

/** Make the form say a former state. */
export function show(row, state) {
  const { form } = row;
  for (const input of form.querySelectorAll("[name=verdict]")) input.checked = input.value === state.verdict && state.verdict !== "";
  form.elements.comment.value = state.comment;
  for (const _ of questions.children) {
    // Once per question at most: an answer may open the next one.
    ask(row);
    for (const input of form.querySelectorAll(".question input"))
      input.checked = state.labels.some(([name, value]) => name === input.name && value === input.value);
  }
  for (const field of form.querySelectorAll(".question textarea")) field.value = state.texts[field.name] ?? "";
}

/** Open the questions that the answers ask for, and take away the others with what was answered there. */
export function ask(row) {
  const box = row.form.querySelector(".questions");
  const { verdict } = read(row);
  let last = null;
  for (const question of questions.children) {
    const given = new Set(read(row).labels.map(([name, value]) => `${name.slice("label.".length)}.${value}`));
    if (verdict) given.add(`${list.dataset.verdict}.${verdict}`);
    const wanted = question.dataset.shownFor.split(" ").filter(Boolean);
    const asked = verdict && (!wanted.length || wanted.some((answer) => given.has(answer)));
    let open = box.querySelector(`[data-question="${question.dataset.question}"]`);
    if (!asked) open?.remove();
    else if (!open) {
      open = question.cloneNode(true);
      if (last) last.after(open);
      else box.prepend(open);
    }
    if (asked) last = open;
  }
}

/** Whether a question that this verdict asks for, or that needs an answer, has none yet. */
export function hasOpenQuestion(row) {
  return [...row.form.querySelectorAll(".question")].some((question) => {
    const answered = question.querySelector("input:checked") || question.querySelector("textarea")?.value;
    return !answered && ("required" in question.dataset || question.dataset.shownFor);
  });
}

/** Send what the form says now, after the row's earlier writes. */
export function save(row) {
  row.state = read(row);
  row.writes.push({ operation: crypto.randomUUID(), state: row.state, seconds: row.seconds, body: null, tries: 0 });
  say(row, "waiting", "is-waiting");
  send(row);
}

export function say(row, words, kind) {
  const place = row.form.querySelector(".row-state");
  place.textContent = words;
  place.className = `row-state ${kind}`;
}

function send(row) {
  const write = row.writes[0];
  if (!write || row.isSending) return;
  row.isSending = true;
  // Fixed at the first try: the same operation is always the same write.
  write.body ??= bodyOf(write, row.form.elements.revision.value);
  write.outcome = null;
  htmx.trigger(row.form, "send");
}

function bodyOf({ operation, state, seconds }, revision) {
  const body = new URLSearchParams(state.labels);
  for (const [name, text] of Object.entries(state.texts)) body.set(name, text);
  body.set("operation_id", operation);
  body.set("revision", revision);
  body.set("verdict", state.verdict);
  body.set("comment", state.comment);
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
  if (!row.writes.length && !isTyping(row)) return;
  // The row has moved on: take only the revision, and leave what is being written.
  ctx.swap = "none";
  row.form.elements.revision.value = /name="revision"\s+value="(\d+)"/.exec(ctx.text)[1];
  if (row.writes.length) return;
  for (const overcome of row.form.querySelectorAll(".row-problem, .conflict")) overcome.remove();
  say(row, "saved", "is-saved");
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
  const answer = await fetch(list.dataset.assignment).catch(() => null);
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
