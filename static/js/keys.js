// Keys. Letters alone work outside fields only, never while an input method composes, and can be switched off
// (body data-hotkeys="off"); chords with Alt or Ctrl work everywhere, by the physical key.

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const shown = (element) => element.getClientRects().length > 0;
const layer = () => all("dialog[open]").pop() ?? document;
const isTyping = (target) => target.isContentEditable
  || (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(radio|checkbox|button|submit)$/.test(target.type));

/** "Alt+1", "Alt+S", "Ctrl+Enter" as an event tells them. */
function chordOf(event) {
  const key = event.code.replace(/^(Digit|Numpad(?=\d)|Key)/, "").replace("NumpadEnter", "Enter");
  if (event.altKey && !event.ctrlKey && !event.metaKey) return `Alt+${key}`;
  if (event.ctrlKey || event.metaKey) return `Ctrl+${key}`;
  return "";
}

function pressChord(event) {
  const chord = chordOf(event);
  if (chord === "Ctrl+K") return openSearch(event);
  const button = chord && all(`[data-key="${chord}"]`, layer()).find((element) => shown(element.labels?.[0] ?? element));
  if (!button) return false;
  event.preventDefault();
  if (!button.disabled) button.click();
  return true;
}

function openSearch(event) {
  const dialog = one("#cmdk");
  if (!dialog) return false;
  event.preventDefault();
  if (!dialog.open) dialog.showModal();
  one("input", dialog).select();
  return true;
}

/** A digit answers the rating that has the focus, wherever in it the focus is. */
function rate(event) {
  const radio = /^\d$/.test(event.key) && one(`input[value="${event.key}"]`, document.activeElement?.closest("[data-rate]") ?? document.createElement("i"));
  if (!radio) return false;
  radio.click();
  radio.focus();
  return true;
}

let went = 0;

function letter(event) {
  const key = event.key.toLowerCase();
  if (Date.now() - went < 900) {
    const link = one(`[data-go="${CSS.escape(key)}"]`);
    went = 0;
    if (link) return link.click();
  }
  if (key === "g") { went = Date.now(); return undefined; }
  if (key === "?") return one("#keys")?.showModal();
  if (key === "/" && one("[data-filter-box]")) { event.preventDefault(); return one("[data-filter-box]").focus(); }
  if (key === "n") return one("[data-new]")?.click();
  return undefined;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (pressChord(event)) return;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (rate(event) || isTyping(event.target) || document.body.dataset.hotkeys === "off" || layer() !== document) return;
  letter(event);
});

// --- search and commands ---------------------------------------------------------------------------------

const box = one("[data-cmdk]");
const choices = () => all("#cmdk li:not([hidden]) a");

function filterCommands() {
  const words = box.value.trim().toLowerCase();
  all("#cmdk-go li[data-find]").forEach((item) => { item.hidden = words !== "" && !item.dataset.find.toLowerCase().includes(words); });
  one("#cmdk-go .grp").hidden = !one("#cmdk-go li[data-find]:not([hidden])");
  if (!words) one("#cmdk-found").replaceChildren();
}

box?.addEventListener("input", filterCommands);

box?.closest("dialog").addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  const links = choices();
  if (event.key === "Enter" && event.target === box) { event.preventDefault(); links[0]?.click(); }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const next = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  (next < 0 ? box : links[Math.min(next, links.length - 1)])?.focus();
});
