// The call screen. Chords (data-key) are keys.js's; here only what a telephone adds. Without this file every form
// still works: it saves when it is sent.
//
// [data-dial] a tel: link, [data-dial-now] has just been asked for · .timer[data-timer] starts with it
// form[data-save-to] is saved there 800 ms after the last key, and when a field is left
// [data-reached] says that somebody answered and goes to the first question
// [data-auto-next] remembers its switch · [data-lane-form] is sent by choosing · [data-quick] and [data-exact] exclude
// each other

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const PAUSE = 800;
const NEXT = "call-auto-next";

// --- the telephone -----------------------------------------------------------------------------------------

function startTimer() {
  const timer = one("[data-timer]");
  if (!timer || timer.dataset.since) return;
  timer.hidden = false;
  timer.textContent = "00:00";
  timer.dataset.since = new Date().toISOString();
}

document.addEventListener("click", (event) => event.target.closest("[data-dial]") && startTimer());

function ring(root) {
  const link = root.matches?.("[data-dial-now]") ? root : one("[data-dial-now]", root);
  if (!link) return;
  link.removeAttribute("data-dial-now");
  startTimer();
  link.focus();
  if (matchMedia("(pointer: coarse)").matches) link.click(); // at a desk Enter hands it to the softphone, if there is one
}

// --- what is typed -----------------------------------------------------------------------------------------

let waiting = 0;
let saving = Promise.resolve();

async function save(form) {
  const answer = await fetch(form.dataset.saveTo, {
    method: "POST",
    body: new FormData(form),
    headers: { "HX-Request": "true" },
  });
  if (answer.ok) one("#saved").textContent = (await answer.text()).trim();
}

function saveSoon(form, pause) {
  clearTimeout(waiting);
  waiting = setTimeout(() => { saving = saving.then(() => save(form)).catch(() => {}); }, pause);
}

const formOf = (event) => event.target.form?.dataset.saveTo && event.target.form;

document.addEventListener("input", (event) => formOf(event) && saveSoon(formOf(event), PAUSE));
document.addEventListener("change", (event) => formOf(event) && saveSoon(formOf(event), 0));
document.addEventListener("submit", (event) => event.target.dataset.saveTo && clearTimeout(waiting));

// --- small things ------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reached]");
  if (!button) return;
  button.setAttribute("aria-pressed", "true");
  (one("#answers [data-rate] input:checked") ?? one("#answers [data-rate] input") ?? one("#answers textarea"))?.focus();
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if ("quick" in field.dataset) all("[data-exact]").forEach((exact) => { exact.value = ""; });
  if ("exact" in field.dataset && field.value) all("[data-quick]").forEach((quick) => { quick.checked = false; });
  if ("autoNext" in field.dataset) localStorage.setItem(NEXT, field.checked ? "on" : "off");
  field.closest("[data-lane-form]")?.requestSubmit();
});

function greet(root) {
  ring(root);
  all("[data-auto-next]", root).forEach((field) => { field.checked = localStorage.getItem(NEXT) !== "off"; });
  one(".qi[aria-current]")?.scrollIntoView({ block: "nearest" });
}

greet(document);
document.body.addEventListener("htmx:load", (event) => greet(event.detail.elt));
