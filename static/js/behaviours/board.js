// The board: dragging a card asks the same question as its button does. Nothing moves until the server says so, and
// every card has the button, so nobody has to drag.
//
// <div data-board data-sortable="{% static "vendor/sortable.js" %}"> · lanes [data-lane="design"] · cards [data-card][data-moves="/projects/…/advance/"]

async function arm(board) {
  const { default: Sortable } = await import(board.dataset.sortable);
  board.querySelectorAll("[data-lane]").forEach((lane) => new Sortable(lane, {
    group: board.id || "board",
    sort: false,
    animation: 140,
    delay: 180,
    delayOnTouchOnly: true,
    draggable: "[data-moves]",
    ghostClass: "kcard--ghost",
    onEnd: (event) => dropped(event),
  }));
  board.dataset.armed = "";
}

function dropped({ item, from, to, oldDraggableIndex }) {
  if (from === to) return;
  const cards = [...from.querySelectorAll("[data-moves]")];
  from.insertBefore(item, cards[oldDraggableIndex] ?? null);
  const address = new URL(item.dataset.moves, location.href);
  address.searchParams.set("to", to.dataset.lane);
  window.htmx.ajax("GET", address.pathname + address.search, { target: "#layer", swap: "innerHTML", source: item });
}

function look(root) {
  root.querySelectorAll("[data-board][data-sortable]:not([data-armed])").forEach(arm);
}

look(document);
document.body.addEventListener("htmx:load", (event) => look(event.detail.elt.parentElement ?? document));
