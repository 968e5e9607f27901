/** Draws the plots of a report with Vega-Lite when they come into view, in the page's colours, and saves them as files. */

const { View, compile, expressionInterpreter, parse } = window.vega;
const COLOUR = /^var\((--[a-z-]+)\)$/;
const PIXELS_PER_POINT = 2;
const views = new Map();

/** The specification with each custom property replaced by what it is now. */
function inColours(part, style) {
  if (typeof part === "string") {
    const named = COLOUR.exec(part);
    return named ? style.getPropertyValue(named[1]).trim() : part;
  }
  if (Array.isArray(part)) return part.map((entry) => inColours(entry, style));
  if (part === null || typeof part !== "object") return part;
  return Object.fromEntries(Object.entries(part).map(([key, entry]) => [key, inColours(entry, style)]));
}

async function draw(plot) {
  const spec = JSON.parse(document.getElementById(plot.dataset.plot).textContent);
  const coloured = inColours(spec, getComputedStyle(document.documentElement));
  // As a tree that is walked, not as a function that is made: our policy allows no eval.
  const program = parse(compile(coloured).spec, null, { ast: true });
  views.get(plot)?.finalize();
  // Vega gives its container a role of its own: what the drawing shows is said by the element around it.
  const place = document.createElement("div");
  place.setAttribute("aria-hidden", "true");
  plot.querySelector(".plot-drawing").replaceChildren(place);
  const view = new View(program, { container: place, expr: expressionInterpreter, renderer: "svg", hover: false });
  views.set(plot, view);
  await view.runAsync();
  plot.dataset.drawn = "";
  for (const button of plot.querySelectorAll("[data-save]")) button.hidden = false;
}

async function save(plot, kind) {
  const view = views.get(plot);
  const file = kind === "svg" ? new Blob([await view.toSVG()], { type: "image/svg+xml" }) : await asPng(view);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `${plot.dataset.file}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function asPng(view) {
  const canvas = await view.toCanvas(PIXELS_PER_POINT);
  return new Promise((made) => canvas.toBlob(made, "image/png"));
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      draw(target);
    }
  },
  { rootMargin: "300px" },
);

for (const plot of document.querySelectorAll("[data-plot]")) {
  plot.style.setProperty("--plot-height", `${plot.dataset.height}px`);
  near.observe(plot);
  for (const button of plot.querySelectorAll("[data-save]")) {
    button.addEventListener("click", () => save(plot, button.dataset.save));
  }
}

const redrawAll = () => Promise.all([...views.keys()].map(draw));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
addEventListener("beforeprint", () => {
  for (const plot of document.querySelectorAll("[data-plot]:not([data-drawn])")) {
    near.unobserve(plot);
    draw(plot);
  }
});
