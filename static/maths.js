// Typesets the maths that annotator/web/rendering.py marks as `data-tex`. Needs vendor/katex/katex.min.js on the page.

const OPTIONS = { trust: false, maxExpand: 1000, maxSize: 20, throwOnError: false, errorColor: "var(--bad)", strict: "ignore" };

// More than ten steps full of maths have; what stands below is typeset once the page has been painted.
const AT_ONCE = 150;
const AT_A_TIME = 40;
const waiting = [];

/** Typesets every formula below `root` that is not typeset yet, or whose TeX has changed since. */
export function renderMaths(root = document) {
  if (!globalThis.katex) return;
  const formulas = [...root.querySelectorAll("[data-tex]")].filter(needsTypesetting);
  if (formulas.length > AT_ONCE && !waiting.length) setTimeout(goOn);
  waiting.push(...formulas.splice(AT_ONCE));
  typesetAll(formulas);
}

function goOn() {
  typesetAll(waiting.splice(0, AT_A_TIME).filter(needsTypesetting));
  if (waiting.length) setTimeout(goOn);
}

function typesetAll(formulas) {
  if (!formulas.length) return;
  withStyleThroughCssom(() => formulas.forEach(typeset));
  document.fonts.ready.then(() => makeWideFormulasReachable(formulas));
}

function needsTypesetting(formula) {
  return formula.typesetTex !== formula.dataset.tex || !formula.querySelector(".katex, .katex-error");
}

function typeset(formula) {
  const displayMode = formula.classList.contains("math-display");
  const tex = formula.dataset.tex;
  try {
    globalThis.katex.render(tex, formula, { ...OPTIONS, displayMode });
  } catch {
    // Not a parse error, but for instance a stack overflow: the source is still worth reading.
    formula.textContent = tex;
    formula.classList.add("katex-error");
  }
  formula.typesetTex = tex;
}

/** KaTeX writes a few style attributes, which our CSP forbids; through the CSSOM it allows the same declarations. */
function withStyleThroughCssom(render) {
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (name, value) {
    if (name === "style") this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
  try {
    render();
  } finally {
    Element.prototype.setAttribute = setAttribute;
  }
}

/** A formula wider than its text scrolls by itself, and can be reached and scrolled by keyboard. */
function makeWideFormulasReachable(formulas) {
  const words = document.querySelector("meta[name=wide-formula]").content;
  for (const formula of formulas.filter(isWide)) {
    formula.classList.add("math-wide");
    formula.tabIndex = 0;
    formula.setAttribute("role", "group");
    formula.setAttribute("aria-label", words);
  }
}

function isWide(formula) {
  if (formula.classList.contains("math-display")) return formula.scrollWidth > formula.clientWidth;
  const room = formula.closest(".prose")?.clientWidth ?? Infinity;
  return [...formula.querySelectorAll(".base")].some((base) => base.offsetWidth > room);
}

/** Copying a formula gives its TeX, as the generator wrote it. */
function copyTex(event) {
  const selection = getSelection();
  if (!selection || selection.isCollapsed) return;
  const copied = selection.getRangeAt(0).cloneContents();
  const formulas = copied.querySelectorAll("[data-tex]");
  if (!formulas.length) return;
  for (const formula of formulas) formula.textContent = formula.dataset.tex;
  for (const lineBreak of copied.querySelectorAll("br")) lineBreak.replaceWith("\n");
  for (const block of copied.querySelectorAll("p, div, li, pre, tr")) block.append("\n");
  event.clipboardData.setData("text/plain", copied.textContent.replace(/\n{3,}/g, "\n\n").trim());
  event.preventDefault();
}

renderMaths();
// Only what was swapped, for it may be one of 200 rows; what was put in its place is not the target any more.
document.addEventListener("htmx:after:swap", ({ detail }) => {
  const target = detail?.ctx.target;
  renderMaths(target?.isConnected ? target : document);
});
addEventListener("beforeprint", () => typesetAll(waiting.splice(0).filter(needsTypesetting)));
document.addEventListener("copy", copyTex);
