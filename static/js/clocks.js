// Clocks. The server says when something is due and in which words; here one interval counts on.

const words = JSON.parse(document.body.dataset.words);
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
const fill = (pattern, given) => pattern.replace(/\{(\w)\}/g, (_, name) => given[name]);
const two = (number) => String(number).padStart(2, "0");

/** The same sentences as core.ui.formats.due. */
function sentence(left) {
  if (left < 0) {
    const late = -left;
    if (late >= DAY) return fill(words.lated, { d: Math.floor(late / DAY) });
    return fill(words.late, { t: `${Math.floor(late / HOUR)}:${two(Math.floor((late % HOUR) / MINUTE))}` });
  }
  if (left < HOUR) return fill(words.m, { m: Math.floor(left / MINUTE) });
  if (left < DAY) return fill(words.h, { h: Math.floor(left / HOUR), m: Math.floor((left % HOUR) / MINUTE) });
  return fill(words.d, { d: Math.floor(left / DAY) });
}

function tone(left, whole) {
  if (left < 0) return "bad";
  return left <= (whole ? whole / 4 : HOUR) ? "warn" : "ok";
}

function tick(clock, now) {
  const due = Date.parse(clock.dataset.due) / 1000;
  const start = Date.parse(clock.dataset.start) / 1000 || 0;
  const left = Math.floor(due - now);
  const text = sentence(left);
  const label = clock.querySelector("span");
  if (label.textContent === text) return;
  const wasLate = clock.classList.contains("sla--bad");
  label.textContent = text;
  clock.className = clock.className.replace(/sla--\w+/, `sla--${tone(left, start && due - start)}`);
  turn(clock.querySelector(".ring circle:last-child"), start ? (now - start) / (due - start) : left < 0 ? 1 : 0.5);
  if (left < 0 && !wasLate) document.querySelector("#live").textContent = words.breach;
}

function turn(circle, share) {
  const length = 2 * Math.PI * circle.r.baseVal.value;
  circle.setAttribute("stroke-dasharray", `${(length * Math.max(0, Math.min(1, share))).toFixed(1)} ${length.toFixed(1)}`);
}

function countUp(timer, now) {
  const gone = Math.max(0, Math.floor(now - Date.parse(timer.dataset.since) / 1000));
  timer.textContent = `${two(Math.floor(gone / MINUTE))}:${two(gone % MINUTE)}`;
}

setInterval(() => {
  if (document.hidden) return;
  const now = Date.now() / 1000;
  document.querySelectorAll('.sla[data-state="running"]').forEach((clock) => tick(clock, now));
  document.querySelectorAll(".timer[data-since]").forEach((timer) => countUp(timer, now));
}, 1000);
