// The first page: how many grades still wait in this browser, which of them the server does not take, and why.

import { all } from "./outbox.js";
import { letGo, send } from "./sending.js";
import { news } from "./session.js";
import { describe } from "./signing_in.js";
import { words } from "./words.js";

const byId = (id) => document.getElementById(id);
const list = byId("unsent-list");
const question = byId("letting-go");
let hadSome = false;
let asked = null;

function draw() {
  const entries = all();
  const waiting = entries.filter(({ stuck }) => !stuck).length;
  const stuck = entries.filter((entry) => entry.stuck);
  hadSome ||= entries.length > 0;
  byId("unsent").hidden = !hadSome;
  byId("unsent").classList.toggle("is-settled", !entries.length);
  byId("unsent-words").textContent = wordsFor(waiting, stuck.length);
  byId("unsent-refused").hidden = !stuck.length;
  list.replaceChildren(...stuck.map(itemFor));
  describe();
}

function wordsFor(waiting, stuck) {
  if (waiting) return words(waiting === 1 ? "one_unsent" : "some_unsent", { count: waiting });
  return stuck ? "" : words("all_sent");
}

function itemFor(entry) {
  const item = byId("unsent-grade").content.firstElementChild.cloneNode(true);
  const place = item.querySelector(".unsent-place");
  place.textContent = placeOf(entry);
  place.href = `${entry.page}#${entry.anchor}`;
  item.querySelector(".unsent-said").textContent = entry.said;
  item.querySelector(".unsent-why").textContent = reasonOf(entry.stuck);
  item.querySelector(".let-go").addEventListener("click", () => ask(entry));
  return item;
}

const placeOf = ({ title, name }) => `${title}, ${name}`;

function reasonOf({ kind, status, words: why }) {
  if (kind === "conflict") return words("conflict_waits");
  return why || words(status === 404 ? "refused_gone" : "refused_somehow", { status });
}

function ask(entry) {
  asked = entry;
  byId("letting-go-words").textContent = `${placeOf(entry)}: ${entry.said}`;
  question.returnValue = "";
  question.showModal();
}

question.addEventListener("close", () => {
  if (question.returnValue === "yes") letGo(asked);
});
news.addEventListener("answered", draw);
news.addEventListener("standing", draw);
addEventListener("storage", draw);
draw();
send();
