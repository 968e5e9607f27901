// The order of criteria and labels: by dragging (Alpine's sort) or by the arrows. Positions count from 1; a row that
// never moved and is new says 0, and goes to the end.
const rowsOf = (list) => [...list.children].filter((row) => row.matches(".form-group:not(.empty-form)"));

const renumber = (list) => {
  rowsOf(list).forEach((row, index) => {
    row.querySelector("input[name$='-position']").value = index + 1;
  });
  list.dispatchEvent(new Event("change", { bubbles: true }));
};

// Named by the rows' x-sort:config.
window.draftRowsMoved = (event) => {
  const list = event.to;
  // Alpine leaves a comment of its own and the last rows in place: the template and the button stay behind all rows.
  list.append(list.querySelector(":scope > .empty-form"), list.querySelector(":scope > .form-actions"));
  renumber(list);
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) {
    return;
  }
  const row = button.closest(".form-group");
  const rows = rowsOf(row.parentElement);
  const at = rows.indexOf(row);
  const other = rows[at + (button.dataset.move === "up" ? -1 : 1)];
  if (other) {
    row.parentElement.insertBefore(row, button.dataset.move === "up" ? other : other.nextSibling);
    renumber(row.parentElement);
    button.focus();
  }
});

// Unfold numbers the rows anew as text when one that was not saved yet goes: what was typed has to be in that text.
document.addEventListener(
  "click",
  (event) => {
    const formset = event.target.closest(".delete-template")?.closest(".formset");
    formset?.querySelectorAll("input, textarea, option").forEach((field) => {
      if (field.matches("textarea")) {
        field.textContent = field.value;
      } else if (field.matches("option")) {
        field.toggleAttribute("selected", field.selected);
      } else if (field.type === "checkbox") {
        field.toggleAttribute("checked", field.checked);
      } else {
        field.setAttribute("value", field.value);
      }
    });
  },
  true,
);

document.addEventListener("formset:added", (event) => {
  const row = event.target.closest(".form-group");
  row.classList.remove("template");
  row.querySelectorAll("details").forEach((folded) => {
    folded.open = true;
  });
  row.querySelector("input[type='text']")?.focus();
});

// A row is called what its fields say.
document.addEventListener("input", (event) => {
  const name = event.target.name?.split("-").pop();
  const shown = event.target.closest(".form-row")?.querySelector(`[data-shows='${name}']`);
  if (shown) {
    shown.textContent = event.target.value;
  }
});
