// A chain whose submit got no answer is submitted again as soon as the server answers: submitting twice is submitting once.

import { list } from "./rows.js";
import { isBarred, news, renew } from "./session.js";

const FIRST_WAIT = 1_000;
const MOST_WAIT = 30_000;
const finish = () => document.getElementById("finish");
let form = null;
let failures = 0;
let timer;

function later(event) {
  const { ctx } = event.detail;
  if (!ctx || !finish()?.contains(ctx.sourceElement)) return;
  form = ctx.sourceElement;
  clearTimeout(timer);
  timer = setTimeout(attempt, waitFor());
}

/** Once it is known whose session this is, it goes on below. */
async function attempt() {
  clearTimeout(timer);
  if (!form || (await renew()) || isBarred()) return;
  timer = setTimeout(attempt, waitFor());
}

const waitFor = () => Math.min(MOST_WAIT, FIRST_WAIT * 2 ** failures++) * (0.75 + Math.random() / 2);

document.addEventListener("htmx:error", later);
document.addEventListener("htmx:before:response", (event) => {
  const { raw, status } = event.detail.ctx.response;
  const isAnswered = !raw.redirected && status < 500 && ![401, 403, 408, 425, 429].includes(status);
  if (!isAnswered) return later(event);
  if (!finish()?.contains(event.detail.ctx.sourceElement)) return;
  form = null;
  failures = 0;
});
// Who goes back to the steps meanwhile is not carried off to the next chain.
list.addEventListener("submit:dropped", () => {
  if (!form) return;
  form = null;
  clearTimeout(timer);
  document.getElementById("finish-words").textContent = "";
});
for (const name of ["online", "focus"]) addEventListener(name, attempt);
news.addEventListener("signed-in", () => {
  if (form?.isConnected) form.requestSubmit();
});
