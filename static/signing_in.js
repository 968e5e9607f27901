// Says what stands between the outbox and the server, and signs in again in place. After that everything goes on by itself.

import { all, losesOnClosing } from "./outbox.js";
import { isBarred, news, pageAt, renew, standing, TIMEOUT } from "./session.js";
import { words } from "./words.js";

const byId = (id) => document.getElementById(id);
const dialog = byId("sign-in");
const form = dialog.querySelector("form");
const bar = byId("outbox-bar");
const { login, logout, name } = dialog.dataset;
let isBusy = false;

/** In words, while it lasts. */
export function describe() {
  const count = all().filter(({ stuck }) => !stuck).length;
  const said = [];
  if (standing()) said.push(words(`standing_${standing().replace("-", "_")}`, { name, count }));
  if (losesOnClosing()) said.push(words("not_kept"));
  const text = said.join(" ");
  if (byId("outbox-words").textContent !== text) byId("outbox-words").textContent = text;
  byId("outbox-sign-in").hidden = !isBarred();
  bar.classList.toggle("is-needed", said.length > 0);
}

export function askToSignIn() {
  if (dialog.open) return;
  complain("");
  byId("sign-in-instead").hidden = standing() !== "somebody-else";
  byId("sign-in-elsewhere").hidden = true;
  dialog.showModal();
}

async function signIn(password) {
  const entrance = await pageOfSignIn();
  if (!entrance) return isBarred() ? words("no_answer") : "";
  const answer = await post(login, { csrfmiddlewaretoken: tokenIn(entrance), login: name, password });
  if (!answer || answer.status >= 500) return words("no_answer");
  if (answer.status === 429) return words("sign_in_throttled");
  if (answer.status >= 400) return wordsIn(answer.body) || words("sign_in_refused");
  if (await renew()) return "";
  // A second factor, say: its own pages ask for it.
  byId("sign-in-elsewhere").hidden = false;
  return words("sign_in_elsewhere");
}

/** The page of the sign-in, after whoever else is signed in was signed out; null if there is none, or no need for it. */
async function pageOfSignIn() {
  const answer = await pageAt(login);
  if (!answer || answer.page.querySelector("[name=login]")) return answer?.page ?? null;
  if (await renew()) return null;
  await post(logout, { csrfmiddlewaretoken: tokenIn(answer.page) });
  const after = await pageAt(login);
  return after?.page.querySelector("[name=login]") ? after.page : null;
}

const tokenIn = (page) => page.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

async function post(address, fields) {
  const headers = { "X-Requested-With": "XMLHttpRequest" };
  const body = new URLSearchParams(fields);
  const answer = await fetch(address, { method: "POST", headers, body, signal: AbortSignal.timeout(TIMEOUT) }).catch(() => null);
  return answer && { status: answer.status, body: await answer.json().catch(() => null) };
}

/** What the sign-in form complains of. */
function wordsIn(answer) {
  const fields = Object.values(answer?.form?.fields ?? {});
  return [...(answer?.form?.errors ?? []), ...fields.flatMap(({ errors }) => errors)].join(" ");
}

function complain(said) {
  const place = byId("sign-in-problem");
  place.textContent = said;
  place.hidden = !said;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (isBusy) return;
  isBusy = true;
  complain("");
  const problem = await signIn(form.elements.password.value);
  isBusy = false;
  complain(problem);
  form.elements.password.value = "";
  if (problem) form.elements.password.focus();
});
byId("sign-in-cancel").addEventListener("click", () => dialog.close());
// Its keys are not the page's.
dialog.addEventListener("keydown", (event) => event.stopPropagation());
byId("outbox-sign-in").addEventListener("click", askToSignIn);
// Whoever wants to submit now has to sign in first.
document.addEventListener("submit", ({ target }) => {
  if (isBarred() && byId("finish")?.contains(target)) askToSignIn();
}, { capture: true });
news.addEventListener("standing", describe);
news.addEventListener("signed-in", () => dialog.close());
