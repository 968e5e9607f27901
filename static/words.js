// What the scripts say, in the reader's language: annotator/web/words.py puts it into the page as JSON.

const said = JSON.parse(document.getElementById("words").textContent);

/** The words under a key, with each `{name}` replaced by that value. */
export function words(key, values = {}) {
  return said[key].replaceAll(/\{(\w+)\}/g, (_, name) => values[name]);
}
