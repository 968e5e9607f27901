// Buttons that copy a text of the page. Where the browser keeps its clipboard to itself, the text is selected instead.

const SHOWN_FOR = 2_000;

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-copies]");
  if (button) copy(button);
});

async function copy(button) {
  const source = document.getElementById(button.dataset.copies);
  if (!source) return;
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    say(button, button.dataset.copied);
  } catch {
    getSelection().selectAllChildren(source);
    say(button, button.dataset.selected);
  }
}

function say(button, text) {
  const shown = button.querySelector("span");
  button.dataset.usual ??= shown.textContent;
  shown.textContent = text;
  setTimeout(() => (shown.textContent = button.dataset.usual), SHOWN_FOR);
}
