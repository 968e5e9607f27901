// Says beside each label what the choice amounts to (kept, renamed, merged, split, dropped) before it is saved.
const form = document.querySelector("form.mapping");
const rows = [...form.querySelectorAll(".mapping-row")].map((element) => ({
  element,
  key: element.dataset.key,
  title: element.dataset.title,
  select: element.querySelector("select"),
  words: element.querySelector(".mapping-outcome"),
}));
const elsewhere = form.dataset.elsewhere.split(" ").map((value) => ({ value, title: "a label on another page" }));

function outcome(row) {
  const value = row.select.value;
  if (value === "") return "not decided";
  if (value === "-") return "dropped";
  if (value === "*") {
    const ticked = [...row.element.querySelectorAll(".among :checked")].map((box) => box.value);
    return ticked.length < 2 ? "split: tick at least two" : `split among ${ticked.length}`;
  }
  const others = [
    ...rows.filter((other) => other !== row && other.select.value === value),
    ...elsewhere.filter((other) => other.value === value),
  ];
  if (others.length) return `merged with ${others.map((other) => other.title).join(", ")}`;
  return value === row.key && row.select.selectedOptions[0].text.trim() === row.title ? "kept" : "renamed";
}

function signature(row) {
  const ticked = [...row.element.querySelectorAll(".among :checked")].map((box) => box.value);
  return [row.select.value, ...(row.select.value === "*" ? ticked : []), outcome(row)].join(" ");
}

for (const row of rows) {
  row.saved = { signature: signature(row), words: [...row.words.childNodes] };
}

form.addEventListener("change", () => {
  for (const row of rows) {
    if (signature(row) === row.saved.signature) {
      row.words.replaceChildren(...row.saved.words);
    } else {
      const words = document.createElement("span");
      words.className = "tag tone-unsure";
      words.textContent = `${outcome(row)}, not saved`;
      row.words.replaceChildren(words);
    }
  }
});
