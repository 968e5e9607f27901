// The end of a practice chain: nothing was stored, so what every row says is sent along.

const ROW = /^(step-\d+|whole-chain)$/;
const isFinish = (element) => Boolean(element?.closest("#finish"));

document.addEventListener("formdata", ({ target, formData }) => {
  if (!isFinish(target)) return;
  for (const form of document.querySelectorAll("#steps form.grade")) {
    const said = new URLSearchParams(new FormData(form));
    if (ROW.test(form.id) && (said.get("verdict") || form.id === "whole-chain")) formData.set(form.id, said);
  }
});

// The comparison has taken the place of the finish bar: it is what there is to read now.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id === "finish") document.getElementById("practised-title")?.focus();
});
