// The rows of the grading page, the steps and after them the whole chain: what their forms say and ask, which of them
// are wanted, how far somebody has come, and what their labels mean.

import { renderMaths } from "./maths.js";

const byId = (id) => document.getElementById(id);
const dots = document.querySelectorAll(".rail .dot");
const about = byId("about");
const HOVER = 700;
const LABELS = ".mark, .choice";
const NOT_SAID = ["csrfmiddlewaretoken", "revision"];
let hovering;
let asked = -1;

export const list = byId("steps");

/** All rows in order. A row is its item, its form, and its writes that the server has not confirmed. */
export const rows = [...list.querySelectorAll(".step")].map((item) => {
  const isWhole = item.matches(".whole-chain");
  const questions = byId(isWhole ? "chain-questions" : "questions").content;
  const row = { item, isWhole, questions, form: item.querySelector("form"), index: Number(item.dataset.index), writes: [], seconds: 0 };
  dropUnchosen(row);
  row.state = read(row);
  return row;
});
const steps = rows.filter((row) => !row.isWhole);
const whole = rows.find((row) => row.isWhole);

export const rowOf = (element) => rows[element?.closest?.(".step")?.dataset.index];
export const nameOf = (row) => (row.isWhole ? "The whole chain" : `Step ${row.index + 1}`);
export const marksOf = (row) => [...row.form.querySelectorAll(row.isWhole ? ".choice input" : ".mark input")];
export const checked = (row) => marksOf(row).find((input) => input.checked);
export const isFlawed = (row) => list.dataset.flawed.split(" ").includes(verdictOf(row));
const isAnswered = (question) => question.querySelector("input:checked") || question.querySelector("textarea")?.value;
const questionsOf = (row) => [...row.form.querySelectorAll(".question")];

/** The steps that ask for a grade: all, or up to the first error where the campaign stops there. */
function stepsToGrade() {
  const first = "stops" in list.dataset ? steps.findIndex((row) => isFlawed(row)) : -1;
  return first < 0 ? steps : steps.slice(0, first + 1);
}

/** The rows that somebody moves over. */
export const wanted = () => [...stepsToGrade(), ...(whole ? [whole] : [])];

/** Whether it still keeps the chain from being submitted, as far as the page's own marks say. */
export function isMissing(row) {
  // The taxonomy changed: the server takes this note away once the row is saved anew.
  if (row.form.querySelector(".asked-again")) return true;
  if (!row.isWhole) return !verdictOf(row);
  return questionsOf(row).some((question) => "required" in question.dataset && !isAnswered(question));
}

/** Whether a question that this verdict asks for, or that needs an answer, has none yet. */
export function hasOpenQuestion(row) {
  return questionsOf(row).some((question) => !isAnswered(question) && ("required" in question.dataset || question.dataset.shownFor));
}

/** What the form says now: the whole grade, as the fields it sends. The verdict is a label's key, `?` for unsure, empty
    for not graded. */
export function read(row) {
  return [...new FormData(row.form)].filter(([name]) => !NOT_SAID.includes(name));
}

export const valueOf = (state, name) => state.find(([each]) => each === name)?.[1] ?? "";
export const verdictOf = (row) => valueOf(row.state, "verdict");

/** Make the form say a former state. */
export function show(row, state) {
  const { form } = row;
  const says = (name, value) => state.some((field) => field[0] === name && field[1] === value);
  for (const input of form.querySelectorAll("[name=verdict]")) input.checked = input.value !== "" && says("verdict", input.value);
  for (const _ of row.questions.children) {
    // Once per question at most: an answer may open the next one.
    ask(row);
    for (const question of form.querySelectorAll(".question.is-long"))
      choose(question, state.filter(([name]) => name === `label.${question.dataset.question}`).map(([, value]) => value));
    for (const input of form.querySelectorAll(".choice input")) input.checked = says(input.name, input.value);
  }
  for (const field of form.querySelectorAll("textarea, select, input[type=text][name]")) field.value = valueOf(state, field.name);
}

/** Open the questions that the answers ask for, and take away the others with what was answered there. */
export function ask(row) {
  const box = row.form.querySelector(".questions");
  const verdict = valueOf(read(row), "verdict");
  let last = null;
  for (const question of row.questions.children) {
    const labels = read(row).filter(([name]) => name.startsWith("label."));
    const given = new Set(labels.map(([name, value]) => `${name.slice("label.".length)}.${value}`));
    if (verdict) given.add(`${list.dataset.verdict}.${verdict}`);
    const conditions = question.dataset.shownFor.split(" ").filter(Boolean);
    const isAsked = (verdict || row.isWhole) && (!conditions.length || conditions.some((answer) => given.has(answer)));
    let open = box.querySelector(`[data-question="${question.dataset.question}"]`);
    if (!isAsked) open?.remove();
    else if (!open) {
      open = question.cloneNode(true);
      if (last) last.after(open);
      else box.prepend(open);
    }
    if (isAsked) last = open;
  }
}

/** Chosen are exactly these labels of a long question: only they are in its form. */
export function choose(question, values) {
  const key = question.dataset.question;
  const choices = values.map((value) => {
    const option = byId("finders").content.getElementById(`option-${key}-${value}`);
    const choice = Object.assign(document.createElement("label"), { className: option.className.replace("option", "choice") });
    const type = question.dataset.kind === "many" ? "checkbox" : "radio";
    const input = Object.assign(document.createElement("input"), { type, name: `label.${key}`, value, checked: true });
    choice.append(input, option.querySelector("span").cloneNode(true));
    return choice;
  });
  question.querySelector(".choices").replaceChildren(...choices);
}

export function dropUnchosen(row) {
  for (const input of row.form.querySelectorAll(".is-long .choice input:not(:checked)")) input.closest(".choice").remove();
}

export function say(row, words, kind) {
  const place = row.form.querySelector(".row-state");
  place.textContent = words;
  place.className = `row-state ${kind}`;
}

/** Bring rail, progress and the rows after the first error in line with what the rows say. */
export function update(current, changed) {
  const toGrade = stepsToGrade();
  for (const row of changed && toGrade.length === asked ? [changed] : rows) {
    const isLeftOut = !row.isWhole && row.index >= toGrade.length;
    paintDot(row, { isLeftOut, isCurrent: row === current });
    row.item.classList.toggle("is-after-error", isLeftOut);
    row.form.inert = isLeftOut;
  }
  asked = toGrade.length;
  // A closed page tells what the server knows: fields that are disabled say nothing.
  if (!("open" in list.dataset)) return;
  const done = toGrade.filter((row) => !isMissing(row)).length;
  const isOpen = whole && isMissing(whole);
  byId("progress-words").textContent = `${done} of ${asked} graded${isOpen ? ", whole chain open" : ""}`;
  const again = rows.filter((row) => row.form.querySelector(".asked-again")).length;
  const need = byId("need-decision");
  if (need) need.textContent = `${again} step${again === 1 ? " needs" : "s need"} your decision.`;
  byId("finish")?.classList.toggle("is-complete", done === asked && !isOpen);
}

function paintDot(row, { isLeftOut, isCurrent }) {
  const dot = dots[row.index];
  const mark = isLeftOut || row.isWhole ? null : checked(row)?.closest(".mark");
  const tone = [...(mark?.classList ?? [])].find((name) => name.startsWith("tone-")) ?? "";
  const isSaid = row.isWhole && row.state.some(([, value]) => value);
  dot.className = `dot ${tone} ${row.isWhole ? "dot-whole" : ""} ${isSaid ? "is-answered" : ""} ${isCurrent ? "is-current" : ""}`;
  const words = row.isWhole ? (isSaid ? "answered" : "not answered") : (mark?.title ?? "not graded");
  dot.firstChild.textContent = `${nameOf(row)}: ${words}`;
}

export const markDot = (row, isCurrent) => dots[row.index].classList.toggle("is-current", isCurrent);

/** What a label means, beside the problem: by the key `h`, or under a mouse that rests on it. */
export function toggleDefinition(row) {
  if (about.hidden) define(focused() ?? checked(row));
  else hideDefinition();
}

export function followDefinition(row) {
  if (!about.hidden) define(focused() ?? checked(row));
}

export function hideDefinition() {
  about.hidden = true;
}

const focused = () => document.activeElement?.closest(LABELS)?.querySelector("input");

async function define(input) {
  if (!input) return;
  const criterion = input.name === "verdict" ? list.dataset.verdict : input.closest(".question").dataset.question;
  const text = byId(`about-${criterion}-${input.value}`) ?? (await fetched(criterion, input.value));
  if (!text) return;
  about.replaceChildren(...text.cloneNode(true).childNodes);
  about.hidden = false;
  renderMaths(about);
}

/** Those of long questions are not in the page until somebody looks at one. */
async function fetched(criterion, label) {
  const answer = await fetch(`${list.dataset.address}labels/${criterion}/${label}/`).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  byId("definitions").append(...page.body.children);
  return byId(`about-${criterion}-${label}`);
}

list.addEventListener("mouseover", ({ target }) => {
  clearTimeout(hovering);
  const input = target.closest(".option") ?? target.closest(LABELS)?.querySelector("input");
  if (input) hovering = setTimeout(define, HOVER, input);
});
