// The rows of the grading page, the steps and after them the whole chain: what their forms say and ask, and which of
// them are wanted.

import { words } from "./words.js";

const byId = (id) => document.getElementById(id);
const UNSURE = "?";
const NOT_SAID = ["csrfmiddlewaretoken", "revision"];

// By the index of their node.
const beside = new Map();

export const list = byId("steps");

/** All rows in order. A row is its item, its form, and the state that it was last saved with. */
export const rows = [...list.querySelectorAll(".step")].map(rowIn);
export const steps = rows.filter((row) => !row.isWhole && !row.isAlternative);
export const whole = rows.find((row) => row.isWhole);

function rowIn(item) {
  const isWhole = item.matches(".whole-chain");
  const isAlternative = item.matches(".alternative");
  const questions = byId(isWhole ? "chain-questions" : "questions").content;
  const form = item.querySelector("form");
  const row = { item, isWhole, isAlternative, questions, form, index: Number(item.dataset.index), seconds: Number(form.dataset.seconds ?? 0) };
  dropUnchosen(row);
  row.state = read(row);
  if (isAlternative) beside.set(row.index, [...(beside.get(row.index) ?? []), row]);
  return row;
}

/** Take in a step that was hidden until now. */
export function addStep(item) {
  const row = rowIn(item);
  rows.splice(whole ? -1 : rows.length, 0, row);
  if (!row.isAlternative) steps.push(row);
  return row;
}

/** Of the steps, so many are not in the page yet. */
export const hiddenCount = () => Number(list.dataset.hidden ?? 0);
/** Whether some of them are still to come: the campaign may stop before. */
export const hasMore = () => hiddenCount() > 0 && !("stops" in list.dataset && steps.some(isFlawed));

export const rowOf = (element) => rows.find(({ item }) => item === element?.closest?.(".step"));
export const rowNamed = (name) => rowOf(byId(name ?? ""));
export const nameOf = (row) => (row.isWhole ? words("whole_chain") : words("step", { number: numberOf(row) }));
/** As the page shows it: an alternative is counted after the step of its node. */
export const numberOf = ({ index, item }) => [index + 1, item.dataset.alternative].filter(Boolean).join(".");
export const marksOf = (row) => [...row.form.querySelectorAll(row.isWhole ? ".choice input" : ".mark input")];
export const checked = (row) => marksOf(row).find((input) => input.checked);
export const isFlawed = (row) => list.dataset.flawed.split(" ").includes(verdictOf(row));
const isAnswered = (question) => question.querySelector("input:checked") || question.querySelector("textarea")?.value;
const questionsOf = (row) => [...row.form.querySelectorAll(".question")];
export const isAskedAgain = (row) => row.form.querySelector(".asked-again") !== null;

/** The steps that ask for a grade: all, or up to the first error where the campaign stops there. */
export function stepsToGrade() {
  const first = "stops" in list.dataset ? steps.findIndex((row) => isFlawed(row)) : -1;
  return first < 0 ? steps : steps.slice(0, first + 1);
}

/** The rows that somebody moves over: the whole chain only once its steps have been seen. */
export const wanted = () => [...stepsToGrade().flatMap((row) => [row, ...besideOf(row)]), ...(whole && !hasMore() ? [whole] : [])];

/** The alternatives to a step of the chain: they are offered, and keep nobody from submitting. */
export const besideOf = ({ index }) => beside.get(index) ?? [];

/** Whether it still keeps the chain from being submitted, as far as the page's own marks say. */
export function isMissing(row) {
  if (row.isAlternative) return false;
  // The taxonomy changed: the server takes this note away once the row is saved anew.
  if (isAskedAgain(row)) return true;
  const repaired = repairedBy(row);
  if (repaired && !isFlawed(repaired)) return true;
  if (!row.isWhole && [UNSURE, ""].includes(verdictOf(row))) return verdictOf(row) === "";
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
/** The step that this one is said to undo. */
export const repairedBy = (row) => steps[valueOf(row.state, "repairs") || -1];
/** Whether its grade came along from another chain, and was not given anew in this one. */
export const carriedIn = (row) => row.item.querySelector(".carried:not(.is-past)");

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
  for (const field of form.querySelectorAll("textarea, select, input[type=text][name]")) {
    const value = valueOf(state, field.name);
    // The step that it names may not be on offer now.
    if (field.matches("select") && ![...field.options].some((option) => option.value === value)) field.add(new Option(value, value));
    field.value = value;
  }
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
  offerHumanStep(row);
}

/** A flawed step may be written as it should be, unless an alternative is sound; what is not offered is not sent. */
export function offerHumanStep({ index, isWhole }) {
  const own = isWhole ? null : steps[index];
  const field = own?.form.querySelector(".human-step");
  if (!field || !("open" in list.dataset)) return;
  const says = (row) => valueOf(read(row), "verdict");
  const isNeeded = field.querySelector("textarea").value || !besideOf(own).some((row) => says(row) === list.dataset.sound);
  field.disabled = !list.dataset.flawed.split(" ").includes(says(own)) || !isNeeded;
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

export function say(row, said, kind) {
  const place = row.form.querySelector(".row-state");
  place.textContent = said;
  place.className = `row-state ${kind}`;
}

/** Say it to those who hear the page. */
export function announce(said) {
  byId("live").textContent = said;
}
