// Nothing typed is lost: forms with data-autosave save themselves through htmx, forms with data-draft are kept in this
// browser until the server has accepted them. Signing out (a form with data-forget) throws all drafts away.

const words = JSON.parse(document.body.dataset.words);
const PAUSE = 800;
const AGAIN = 5000;

// --- saved by the server ---------------------------------------------------------------------------------

const waiting = new WeakMap();

function save(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  window.htmx.trigger(form, "autosave");
}

document.addEventListener("input", (event) => {
  const form = event.target.form?.closest("[data-autosave]");
  if (!form) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), PAUSE));
});

document.addEventListener("focusout", (event) => {
  const form = event.target.form?.closest("[data-autosave]");
  if (form && waiting.has(form)) save(form);
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest("[data-autosave]");
  const place = form && (form.querySelector("[data-saved]") ?? document.querySelector("[data-saved]"));
  if (!place) return;
  const time = new Date().toTimeString().slice(0, 8);
  place.textContent = event.detail.successful ? words.saved.replace("{t}", time) : words.unsaved;
  if (!event.detail.xhr?.status || event.detail.xhr.status >= 500) setTimeout(() => save(form), AGAIN);
});

// --- kept in this browser --------------------------------------------------------------------------------

const PREFIX = `draft:${document.body.dataset.who}:`;
const keyOf = (form) => `${PREFIX}${location.pathname}:${form.dataset.draft}`;
const kept = (field) => field.name && !/^(hidden|password|file|submit|button)$/.test(field.type);

function store(act) {
  try { return act(window.localStorage); } catch { return null; } // private windows have none
}

function read(form) {
  const values = {};
  for (const field of form.elements) {
    if (!kept(field)) continue;
    if (/^(checkbox|radio)$/.test(field.type)) { if (field.checked) (values[field.name] ??= []).push(field.value); } else values[field.name] = [field.value];
  }
  return values;
}

function fill(form, values) {
  let changed = false;
  for (const field of form.elements) {
    if (!kept(field)) continue;
    const given = values[field.name] ?? [];
    if (/^(checkbox|radio)$/.test(field.type)) {
      changed ||= field.checked !== given.includes(field.value);
      field.checked = given.includes(field.value);
    } else if (given.length) {
      changed ||= field.value !== given[0];
      [field.value] = given;
    }
  }
  return changed;
}

const drafting = new WeakMap();

document.addEventListener("input", (event) => {
  const form = event.target.form?.closest("[data-draft]");
  if (!form) return;
  clearTimeout(drafting.get(form));
  drafting.set(form, setTimeout(() => store((box) => box.setItem(keyOf(form), JSON.stringify(read(form)))), PAUSE));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if ("forget" in form.dataset) forgetAll();
  if (!("draft" in form.dataset)) return;
  clearTimeout(drafting.get(form));
  store((box) => { box.setItem(keyOf(form), JSON.stringify(read(form))); box.setItem(`${PREFIX}sent`, keyOf(form)); });
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest("form[data-draft]");
  if (form && event.detail.successful && event.detail.requestConfig.verb !== "get") store((box) => box.removeItem(keyOf(form)));
});

function forgetAll() {
  store((box) => Object.keys(box).filter((key) => key.startsWith("draft:")).forEach((key) => box.removeItem(key)));
}

/** A form that came back with errors shows what was sent; one that was accepted is not on the page any more. */
function bringBack() {
  const sent = store((box) => box.getItem(`${PREFIX}sent`));
  const forms = [...document.querySelectorAll("form[data-draft]")];
  const refused = (form) => form.querySelector('[aria-invalid="true"], .alert--r');
  if (sent && !forms.some((form) => keyOf(form) === sent && refused(form))) store((box) => box.removeItem(sent));
  store((box) => box.removeItem(`${PREFIX}sent`));
  forms.filter((form) => !refused(form)).forEach((form) => {
    const draft = store((box) => box.getItem(keyOf(form)));
    if (draft && fill(form, JSON.parse(draft))) document.dispatchEvent(new CustomEvent("say", { detail: words.draft }));
  });
}

bringBack();
