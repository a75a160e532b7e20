// What every page does: layers, answers, forms that cannot be sent twice. Delegated listeners only, so that whatever
// htmx brings works at once. Keys are in keys.js, clocks in clocks.js, drafts in drafts.js, ticked rows in lists.js.

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const body = document.body;

// --- layers ------------------------------------------------------------------------------------------------

const FIELDS = ".dlg__b input:not([type=hidden]), .dlg__b select, .dlg__b textarea";

/** Focus goes to what one came for: the first field (not on a phone, where the keyboard would jump up), or the heading. */
function openDialog(dialog) {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  const field = matchMedia("(pointer: fine)").matches ? one(FIELDS, dialog) : null;
  (one("[autofocus]", dialog) ?? field ?? one("h2[tabindex]", dialog))?.focus();
}

const topDialog = () => all("dialog[open]").pop();

/** Typed text must not vanish because somebody missed the box by a finger. */
const hasTyped = (dialog) => all("input:not([type=hidden]):not([type=search]), textarea", dialog)
  .some((field) => (/^(checkbox|radio)$/.test(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue));

const closeMenus = (except) => all("details[data-menu][open]").forEach((menu) => menu !== except && menu.removeAttribute("open"));

const clicks = {
  open: (button, event) => { event.preventDefault(); openDialog(document.getElementById(button.dataset.open)); },
  close: (button) => button.closest("dialog")?.close(),
  print: () => window.print(),
  copy: (button) => navigator.clipboard?.writeText(button.dataset.copy),
  retry: (button) => retries.get(button.closest("[data-failed]"))?.(),
};

document.addEventListener("click", (event) => {
  const within = event.target.closest("details[data-menu]");
  closeMenus(within);
  if (event.target.closest(".menu__p a, .menu__p button")) within?.removeAttribute("open");
  if (event.target.matches("dialog") && !hasTyped(event.target)) event.target.close();
  for (const [name, act] of Object.entries(clicks)) {
    const button = event.target.closest(`[data-${name}]`);
    if (button) act(button, event);
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && one("details[data-menu][open]");
  if (!menu) return;
  menu.removeAttribute("open");
  one("summary", menu).focus();
});

// "close" does not bubble, so it is caught on the way down.
document.addEventListener("close", (event) => event.target.closest("#layer") && event.target.remove(), true);
document.addEventListener("dialog:close", () => topDialog()?.close());

// --- what appears ------------------------------------------------------------------------------------------

const each = (root, selector, act) => [...(root.matches?.(selector) ? [root] : []), ...all(selector, root)].forEach(act);

function greet(root) {
  each(root, "dialog[data-auto-open]", openDialog);
  each(root, "[data-match]", checkWord);
  each(root, "form", showParts);
  each(root, ".toast[data-toast-life]", startToast);
  each(root, "[data-focus]", (element) => element.focus());
  each(root, ".steps .now", (step) => { step.parentElement.scrollLeft = step.offsetLeft - step.parentElement.clientWidth / 2; });
}

// --- toasts ------------------------------------------------------------------------------------------------

function startToast(toast) {
  const life = Number(toast.dataset.toastLife);
  all(".toast[data-toast-life]").forEach((other) => other !== toast && other.remove());
  let timer = setTimeout(() => toast.remove(), life);
  const hold = () => clearTimeout(timer);
  const release = () => { hold(); timer = setTimeout(() => toast.remove(), life); };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", release);
  toast.addEventListener("focusout", release);
}

document.addEventListener("say", (event) => {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.toastLife = 3500;
  toast.textContent = event.detail.value ?? event.detail;
  one("#toasts").replaceChildren(toast);
  startToast(toast);
});

// --- forms -------------------------------------------------------------------------------------------------

function checkWord(input) {
  const button = one("button:not([type=button])", input.form);
  if (button) button.disabled = input.value.trim() !== input.dataset.match;
}

/** Parts with data-when="field=a|b" show only while the field has one of these values; hidden ones are not sent. */
function showParts(form) {
  all("[data-when]", form).forEach((part) => {
    const [name, values] = part.dataset.when.split("=");
    const chosen = new FormData(form).getAll(name);
    part.hidden = !values.split("|").some((value) => chosen.includes(value));
    all("input, select, textarea", part).forEach((field) => { field.disabled = part.hidden; });
  });
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-match]")) checkWord(event.target);
});
document.addEventListener("change", (event) => event.target.form && showParts(event.target.form));

const busy = new WeakSet();

function begin(form, button) {
  busy.add(form);
  button?.setAttribute("aria-busy", "true");
}

function end(form) {
  if (!busy.delete(form)) return;
  each(form, "[aria-busy]", (button) => button.removeAttribute("aria-busy"));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-theme-form]")) return switchTheme(event);
  if (event.defaultPrevented || form.method !== "post" || "many" in form.dataset) return undefined;
  if (busy.has(form)) return event.preventDefault();
  return begin(form, event.submitter);
});

// The back button brings a page as it was left: busy.
window.addEventListener("pageshow", (event) => event.persisted && all("form").forEach(end));

function switchTheme(event) {
  event.preventDefault();
  const button = one("button", event.target);
  const given = new FormData(event.target);
  given.set(button.name, button.value);
  document.documentElement.dataset.theme = button.value;
  button.value = button.value === "dark" ? "light" : "dark";
  fetch(event.target.action, { method: "POST", body: given, headers: { "HX-Request": "true" } });
}

// --- htmx --------------------------------------------------------------------------------------------------

const retries = new WeakMap();
const writes = (event) => event.detail.requestConfig.verb !== "get";
const byHand = (event) => /^(submit|click)$/.test(event.detail.requestConfig.triggeringEvent?.type);

body.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = one("meta[name=csrf-token]").content;
});

body.addEventListener("htmx:beforeRequest", (event) => {
  if (!writes(event) || !byHand(event)) return;
  const source = event.detail.elt;
  if (busy.has(source)) event.preventDefault();
  else begin(source, event.detail.requestConfig.triggeringEvent.submitter ?? source.closest("button"));
});

body.addEventListener("htmx:afterRequest", (event) => end(event.detail.elt));
body.addEventListener("htmx:load", (event) => greet(event.detail.elt));

/** A refusal is said where the act was done; it never replaces the list or the form it came from. */
body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status < 400 || !xhr.responseText.includes("data-refusal")) return;
  event.detail.shouldSwap = false;
  const told = document.createRange().createContextualFragment(xhr.responseText);
  tell(requestConfig.elt, one("[data-refusal]", told));
});

function tell(source, alert) {
  const place = one(".dlg__b", source.closest("dialog") ?? document.createElement("i")) ?? source.closest("form, .card, main") ?? one("#main");
  all("[data-refusal]", place).forEach((old) => old.remove());
  place.prepend(alert);
  alert.focus();
}

body.addEventListener("htmx:responseError", (event) => {
  const { xhr, target, requestConfig, elt } = event.detail;
  const part = one(xhr.status === 403 ? "#forbidden" : "#failed").content.cloneNode(true).firstElementChild;
  part.dataset.failed = "";
  const again = () => window.htmx.ajax(requestConfig.verb.toUpperCase(), requestConfig.path, { source: elt, target, values: requestConfig.parameters });
  retries.set(part, () => { part.remove(); again(); });
  if (!writes(event)) return target.replaceChildren(part);
  part.dataset.refusal = "";
  part.tabIndex = -1;
  return tell(elt, part);
});

const offline = (is) => { one("#offline").hidden = !is; };
body.addEventListener("htmx:sendError", () => offline(true));
window.addEventListener("offline", () => offline(true));
window.addEventListener("online", () => offline(false));

greet(document);
