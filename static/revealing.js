// Where a campaign shows its steps one after the other: the next one comes with the answer to a grade, and is not in the page
// before. If it did not come along, for instance because another tab sent the grade, it is fetched.

import { renderMaths } from "./maths.js";
import { currentRow, goTo } from "./moving.js";
import { update } from "./rail.js";
import { addStep, besideOf, hasMore, hasOpenQuestion, hiddenCount, list, steps, verdictOf } from "./rows.js";
import { words } from "./words.js";

const byId = (id) => document.getElementById(id);
const dots = document.querySelectorAll(".rail .dot");
let isFetching = false;

/** Take in the step that an answer brings along. */
function takeNext(text) {
  if (!text.includes("<template data-next")) return;
  const next = new DOMParser().parseFromString(text, "text/html").querySelector("template[data-next]");
  reveal(next.content, Number(next.dataset.next));
}

/** Put steps behind those that are there; `hidden` are left after them. */
function reveal(content, hidden) {
  for (const item of [...content.querySelectorAll("li.step:not(.alternative)")]) {
    if (Number(item.dataset.index) !== steps.length) continue;
    const beside = item.nextElementSibling?.matches(".alternatives") ? item.nextElementSibling : null;
    list.querySelector(".step-list").append(...[item, beside].filter(Boolean));
    list.dataset.hidden = hidden;
    const row = addStep(item);
    for (const other of beside?.querySelectorAll(".alternative") ?? []) addStep(other);
    for (const each of [item, beside].filter(Boolean)) {
      globalThis.htmx?.process(each);
      renderMaths(each);
    }
    dots[row.index].href = `#${row.form.id}`;
    goOnTo(row);
  }
  const final = content.querySelector(".final-answer");
  if (final && !hidden && !list.querySelector(".final-answer")) {
    byId("to-come").after(final);
    renderMaths(final);
  }
  sayWhatIsToCome();
}

/** Whoever has just graded the step before and writes nothing there now goes on to it. */
function goOnTo(row) {
  const from = currentRow();
  update(from);
  const isDone = from?.index === row.index - 1 && !hasOpenQuestion(from) && !besideOf(from).length;
  if (isDone && !document.activeElement.matches("textarea, select, input[type=text]")) goTo(row);
}

/** What stands in the place of the steps that are still hidden. */
function sayWhatIsToCome() {
  const place = byId("to-come");
  if (!place || !("open" in list.dataset)) return;
  place.hidden = !hiddenCount();
  const last = steps.at(-1);
  const isSending = verdictOf(last) !== "";
  const key = !hasMore() ? "to_come_stopped" : isSending ? "to_come_sending" : "to_come";
  place.textContent = words(key, { count: hiddenCount(), number: last.index + 1 });
}

/** Whether the next step should be here by now. */
const isOwed = () => hasMore() && verdictOf(steps.at(-1)) !== "" && steps.at(-1).form.querySelector(".row-state.is-saved");

async function fetchNext() {
  if (isFetching) return;
  isFetching = true;
  const answer = await fetch(list.dataset.address).catch(() => null);
  const text = answer?.ok && !answer.redirected ? await answer.text().catch(() => "") : "";
  isFetching = false;
  const page = new DOMParser().parseFromString(text, "text/html");
  const there = page.getElementById("steps");
  if (there) reveal(there, Number(there.dataset.hidden ?? 0));
}

list.addEventListener("row:answered", ({ detail: row }) => {
  takeNext(row.answer ?? "");
  sayWhatIsToCome();
  if (isOwed()) fetchNext();
});
list.addEventListener("row:current", sayWhatIsToCome);
for (const name of ["online", "focus"]) addEventListener(name, () => isOwed() && fetchNext());
