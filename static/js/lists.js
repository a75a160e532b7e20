// Lists: J/K or arrows from row to row, X ticks, Space previews; ticked rows bring up the bar of bulk acts.

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const isTyping = (target) => target.matches("textarea, select, input:not([type=checkbox]):not([type=radio])") || target.isContentEditable;

const mains = () => all("[data-list] [data-row]")
  .map((row) => one("[data-main]", row) ?? one("a[href]", row))
  .filter(Boolean);

function step(by) {
  const links = mains();
  if (!links.length) return false;
  const here = links.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
  links[Math.max(0, Math.min(links.length - 1, here + by))].focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.altKey || event.ctrlKey || event.metaKey) return;
  if (isTyping(event.target) || one("dialog[open]")) return;
  const row = event.target.closest("[data-row]");
  const letters = document.body.dataset.hotkeys !== "off";
  const moves = { j: letters && 1, k: letters && -1, ArrowDown: row && 1, ArrowUp: row && -1 }[event.key];
  if (moves && step(moves)) event.preventDefault();
  if (!row) return;
  if (event.key === "x" && letters) one("[data-pick]", row)?.click();
  if (event.key === " " && one("[data-peek]", row) && !event.target.matches("input, button")) {
    event.preventDefault();
    one("[data-peek]", row).click();
  }
});

// --- ticking ---------------------------------------------------------------------------------------------

function countPicked() {
  const picks = all("[data-pick]");
  const ticked = picks.filter((pick) => pick.checked);
  picks.forEach((pick) => pick.closest("[data-row]")?.setAttribute("aria-selected", String(pick.checked)));
  all("[data-bulk]").forEach((bar) => {
    bar.hidden = !ticked.length;
    one("[data-bulk-count]", bar).textContent = ticked.length;
  });
  all("[data-pick-all]").forEach((box) => {
    box.checked = ticked.length > 0 && ticked.length === picks.length;
    box.indeterminate = ticked.length > 0 && ticked.length < picks.length;
  });
}

let last = null;

document.addEventListener("click", (event) => {
  const pick = event.target.closest("[data-pick]");
  if (!pick) return;
  if (event.shiftKey && last?.isConnected) tickBetween(last, pick);
  last = pick;
  countPicked();
});

function tickBetween(from, to) {
  const picks = all("[data-pick]");
  const [low, high] = [picks.indexOf(from), picks.indexOf(to)].sort((a, b) => a - b);
  picks.slice(low, high + 1).forEach((pick) => { pick.checked = to.checked; });
}

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-pick-all]")) return;
  all("[data-pick]").forEach((pick) => { pick.checked = event.target.checked; });
  countPicked();
});

document.body.addEventListener("htmx:load", () => one("[data-bulk]") && countPicked());
