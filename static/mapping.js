// Says beside each label what the choice amounts to (kept, renamed, merged, split, dropped) before it is saved.

import { words } from "./words.js";

const form = document.querySelector("form.mapping");
const rows = [...form.querySelectorAll(".mapping-row")].map((element) => ({
  element,
  key: element.dataset.key,
  title: element.dataset.title,
  select: element.querySelector("select"),
  place: element.querySelector(".mapping-outcome"),
}));
const elsewhere = form.dataset.elsewhere.split(" ").map((value) => ({ value, title: words("label_elsewhere") }));

function outcome(row) {
  const value = row.select.value;
  if (value === "") return words("not_decided");
  if (value === "-") return words("dropped");
  if (value === "*") {
    const ticked = [...row.element.querySelectorAll(".among :checked")].map((box) => box.value);
    return ticked.length < 2 ? words("split_needs_two") : words("split", { count: ticked.length });
  }
  const others = [
    ...rows.filter((other) => other !== row && other.select.value === value),
    ...elsewhere.filter((other) => other.value === value),
  ];
  if (others.length) return words("merged", { titles: others.map((other) => other.title).join(", ") });
  return value === row.key && row.select.selectedOptions[0].text.trim() === row.title ? words("kept") : words("renamed");
}

function signature(row) {
  const ticked = [...row.element.querySelectorAll(".among :checked")].map((box) => box.value);
  return [row.select.value, ...(row.select.value === "*" ? ticked : []), outcome(row)].join(" ");
}

for (const row of rows) {
  row.saved = { signature: signature(row), said: [...row.place.childNodes] };
}

form.addEventListener("change", () => {
  for (const row of rows) {
    if (signature(row) === row.saved.signature) {
      row.place.replaceChildren(...row.saved.said);
    } else {
      const tag = document.createElement("span");
      tag.className = "tag tone-unsure";
      tag.textContent = words("not_saved_outcome", { outcome: outcome(row) });
      row.place.replaceChildren(tag);
    }
  }
});
