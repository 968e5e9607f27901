// A selected word or term lights up in the problem and in every step: a highlight of the browser's, no change of the page.

const TEXTS = ".problem-text :is(.prose, .raw), .reference .prose, .step-body :is(.prose, .raw), .final-answer .prose";
const BLOCKS = "p, li, td, th, pre, div, .katex, br";
const MOST_CHARACTERS = 80;
const WORD = /[\p{L}\p{N}_]/u;
const SETTLED = 60;
let settling;
let lit = "";
let walked = null;

/** Whether there was something to let go of. */
export function clearTerm() {
  const had = lit !== "" || !getSelection().isCollapsed;
  getSelection().removeAllRanges();
  light("");
  return had;
}

/** By keys: Shift and an arrow goes from word to word of a step, or widens what the mouse has selected. */
export function selectByKeys(key, text) {
  const selection = getSelection();
  if (!selection.isCollapsed && selection.toString() !== walked) {
    const isLine = key === "ArrowUp" || key === "ArrowDown";
    selection.modify("extend", { ArrowLeft: "left", ArrowUp: "backward" }[key] ?? (isLine ? "forward" : "right"), isLine ? "line" : "character");
    return;
  }
  const words = wordsIn(text);
  const at = words.findIndex((range) => range.startContainer === selection.anchorNode && range.startOffset === selection.anchorOffset);
  const distance = { ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0;
  const word = words[Math.min(Math.max(at + distance, 0), words.length - 1)];
  if (!word) return;
  selection.setBaseAndExtent(word.startContainer, word.startOffset, word.endContainer, word.endOffset);
  walked = selection.toString();
  word.startContainer.parentElement.scrollIntoView({ block: "nearest" });
}

function wordsIn(text) {
  const shown = [...text.children].find((part) => part.matches(TEXTS) && part.checkVisibility());
  return shown ? rangesOf(shown, /[\p{L}\p{N}_]+/gu) : [];
}

function selectedTerm() {
  const selection = getSelection();
  const ends = [selection.anchorNode, selection.focusNode].map((node) => (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node));
  if (selection.isCollapsed || !ends.every((end) => end?.closest(TEXTS))) return "";
  const term = selection.toString().trim();
  return term.length > MOST_CHARACTERS || !WORD.test(term) ? "" : term;
}

function light(term) {
  if (term === lit) return;
  lit = term;
  const texts = [...document.querySelectorAll(TEXTS)].filter((text) => term && text.checkVisibility());
  const ranges = texts.flatMap((text) => rangesOf(text, patternOf(term)));
  if (ranges.length) CSS.highlights.set("term", new Highlight(...ranges));
  else CSS.highlights.delete("term");
}

/** Whole words; a single letter is mostly a symbol, and x is not X. */
function patternOf(term) {
  const words = term.split(/\s+/).map(RegExp.escape ?? escaped).join("\\s+");
  const before = WORD.test([...term][0]) ? "(?<![\\p{L}\\p{N}_])" : "";
  const after = WORD.test([...term].at(-1)) ? "(?![\\p{L}\\p{N}_])" : "";
  return new RegExp(before + words + after, term.length > 1 ? "giu" : "gu");
}

const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** What the pattern finds in the visible characters of a text, across its inline elements. */
function rangesOf(text, pattern) {
  const { nodes, starts, characters } = read(text);
  return [...characters.matchAll(pattern)].map((found) => {
    const range = new Range();
    const first = nodeAt(starts, found.index);
    const end = found.index + found[0].length;
    const last = nodeAt(starts, end - 1);
    range.setStart(nodes[first], found.index - starts[first]);
    range.setEnd(nodes[last], end - starts[last]);
    return range;
  });
}

/** The characters of a text with the nodes that they stand in. A formula's MathML is there for screen readers only. */
function read(text) {
  const nodes = [];
  const starts = [];
  let characters = "";
  let block = null;
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) =>
    node.nodeType === Node.ELEMENT_NODE ? (node.matches(".katex-mathml") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP) : NodeFilter.FILTER_ACCEPT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    // Each symbol of a formula stands for itself: xy is x times y.
    const around = node.parentElement.closest(".katex") ? node : node.parentElement.closest(BLOCKS);
    if (around !== block) characters += "\n";
    block = around;
    nodes.push(node);
    starts.push(characters.length);
    characters += node.data;
  }
  return { nodes, starts, characters };
}

/** The last node that starts at or before this character. */
function nodeAt(starts, at) {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle] <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

if (CSS.highlights) {
  document.addEventListener("selectionchange", () => {
    clearTimeout(settling);
    settling = setTimeout(() => light(selectedTerm()), SETTLED);
  });
}
