// Seconds of work on each row: while the page is visible, and somebody has given a sign of life within a minute.

const MOST_IDLE = 60_000;
const MOST_SECONDS = 86_400;
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart", "touchmove"];
let counted = null;
let since = performance.now();
let lastSign = since;
let isVisible = !document.hidden;

/** From now on the time is this row's. */
export function countFor(row) {
  countNow();
  counted = row;
}

/** Put the time until now into its row: before a write, which takes the whole so far. */
export function countNow() {
  const now = performance.now();
  const until = Math.min(now, lastSign + MOST_IDLE);
  if (counted && isVisible && until > since) {
    counted.seconds = Math.min(counted.seconds + (until - since) / 1000, MOST_SECONDS);
  }
  since = now;
}

function giveSign() {
  countNow();
  lastSign = since;
}

for (const sign of SIGNS) addEventListener(sign, giveSign, { capture: true, passive: true });
document.addEventListener("visibilitychange", () => {
  countNow();
  isVisible = !document.hidden;
});
