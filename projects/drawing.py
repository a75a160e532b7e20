"""A workflow as a picture: its states from top to bottom, its transitions as arrows, read from the code itself.

The longest road through the forward transitions stands in the middle; whatever is not on it stands to the right. The
same code gives the same bytes, so that a test can compare the file with the code.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from django.db import models
from django_fsm import GET_STATE, RETURN_VALUE

WIDTH, HEIGHT = 150, 36
GAP, MARGIN, TOP = 34, 24, 56
LEFT, RIGHT = 190, 560
STYLE = (
    "text{font:13px 'Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif;fill:#1a2230}"
    "rect{fill:#fff;stroke:#1f5ebd;stroke-width:1.5}path{fill:none;stroke:#7d8796;stroke-width:1.3}"
    ".p{stroke:none}.l{font-size:11px;fill:#5a6472}.t{font-size:15px;font-weight:600}.s rect{stroke:#b7791f}"
)


@dataclass(frozen=True)
class Arrow:
    name: str
    source: str
    target: str


def draw(model: type[models.Model], field: Any) -> str:
    """The picture of one state field as SVG."""
    labels = {str(value): str(label) for value, label in field.flatchoices}
    arrows = sorted(
        set(_arrows(model, field, list(labels))), key=lambda arrow: (arrow.source, arrow.target, arrow.name)
    )
    road = _road(list(labels), arrows)
    places = _places(road, [state for state in labels if state not in road])
    height = TOP + max(y for _x, y in places.values()) + HEIGHT + MARGIN
    body = [_text(MARGIN, 30, f"{model._meta.verbose_name} · {field.verbose_name}", "t")]
    body += [_line(arrow, places, road, nth) for arrow, nth in _numbered(_merged(arrows))]
    body += [_box(labels[state], x, y + TOP, on_road=state in road) for state, (x, y) in places.items()]
    return _page(RIGHT + WIDTH + 150, height, f"{model._meta.verbose_name}", body)


def _arrows(model: type[models.Model], field: Any, states: list[str]) -> Iterator[Arrow]:
    for transition in field.get_all_transitions(model):
        sources = states if transition.source in ("*", "+") else [str(transition.source)]
        for source in sources:
            for target in _targets(transition.target):
                yield Arrow(transition.name, source, target)


def _targets(target: Any) -> list[str]:
    """A way back leads to wherever it came from: one arrow to each."""
    if isinstance(target, GET_STATE | RETURN_VALUE):
        return [str(state) for state in target.allowed_states or []]
    return [str(target)]


def _road(states: list[str], arrows: list[Arrow]) -> list[str]:
    """The longest way forward from the first state, in the order the states are declared."""
    onward = {state: [a.target for a in arrows if a.source == state] for state in states}
    best: dict[str, list[str]] = {}
    for state in reversed(states):
        after = [best[t] for t in onward[state] if states.index(t) > states.index(state)]
        best[state] = [state, *max(after, key=len, default=[])]
    return best[states[0]]


def _places(road: list[str], others: list[str]) -> dict[str, tuple[int, int]]:
    middle = {state: (LEFT, nth * (HEIGHT + GAP)) for nth, state in enumerate(road)}
    step = max(1, len(road) // (len(others) + 1)) if others else 1
    aside = {state: (RIGHT, (nth + 1) * step * (HEIGHT + GAP)) for nth, state in enumerate(others)}
    return middle | aside


def _merged(arrows: list[Arrow]) -> list[Arrow]:
    """Several transitions between the same two states share an arrow."""
    names: dict[tuple[str, str], list[str]] = {}
    for arrow in arrows:
        names.setdefault((arrow.source, arrow.target), []).append(arrow.name)
    return [Arrow(" / ".join(called), source, target) for (source, target), called in names.items()]


def _numbered(arrows: list[Arrow]) -> Iterator[tuple[Arrow, int]]:
    """Which of the arrows that leave a state this is: their words stand side by side."""
    left: dict[str, int] = {}
    for arrow in arrows:
        yield arrow, left.get(arrow.source, 0)
        left[arrow.source] = left.get(arrow.source, 0) + 1


def _line(arrow: Arrow, places: dict[str, tuple[int, int]], road: list[str], nth: int) -> str:
    (x1, y1), (x2, y2) = places[arrow.source], places[arrow.target]
    if arrow.source == arrow.target:
        return _self_arrow(arrow.name, x1, y1 + TOP)
    if arrow.source in road and arrow.target in road:
        return _along(arrow, (x1, y1 + TOP), (x2, y2 + TOP), road)
    return _across(arrow, (x1, y1 + TOP), (x2, y2 + TOP), nth)


def _along(arrow: Arrow, start: tuple[int, int], end: tuple[int, int], road: list[str]) -> str:
    """One step down is a straight line; a leap or a way back bends out on the left."""
    (x, y1), (_x, y2) = start, end
    leap = road.index(arrow.target) - road.index(arrow.source)
    if leap == 1:
        middle = x + WIDTH // 2
        path = f"M{middle} {y1 + HEIGHT}L{middle} {y2 - 2}"
        return _path(path) + _text(middle + 8, (y1 + HEIGHT + y2) // 2 + 4, arrow.name, "l")
    bend = x - 30 - 8 * abs(leap)
    path = f"M{x} {y1 + HEIGHT // 2}C{bend} {y1 + HEIGHT // 2},{bend} {y2 + HEIGHT // 2},{x - 2} {y2 + HEIGHT // 2}"
    return _path(path) + _text(MARGIN, (y1 + y2 + HEIGHT) // 2, arrow.name, "l")


def _across(arrow: Arrow, start: tuple[int, int], end: tuple[int, int], nth: int) -> str:
    """Between the road and what stands aside; out above, back below, so that both can be read."""
    (x1, y1), (x2, y2) = start, end
    out = x2 > x1
    shift = HEIGHT // 3 if out else 2 * HEIGHT // 3
    left, right = (x1 + WIDTH, x2 - 2) if out else (x1, x2 + WIDTH + 2)
    if x1 == x2:
        left, right = x1 + WIDTH, x2 + WIDTH + 2
    middle = (left + right) // 2 if x1 != x2 else x1 + WIDTH + 60
    path = f"M{left} {y1 + shift}C{middle} {y1 + shift},{middle} {y2 + shift},{right} {y2 + shift}"
    if not out and x1 != x2:
        return _path(path) + _text(right + 14, y2 + shift + 13, arrow.name, "l")
    return _path(path) + _text(left + 10 + 62 * max(0, nth - 1), y1 + shift - 4, arrow.name, "l")


def _self_arrow(name: str, x: int, y: int) -> str:
    right, middle = x + WIDTH, y + HEIGHT // 2
    path = f"M{right} {middle - 8}C{right + 34} {middle - 22},{right + 34} {middle + 22},{right + 2} {middle + 8}"
    return _path(path) + _text(right + 32, middle + 4, name, "l")


def _path(path: str) -> str:
    return f'<path d="{path}" marker-end="url(#a)"/>'


def _box(label: str, x: int, y: int, *, on_road: bool) -> str:
    drawn = f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="8"/>'
    words = (
        f'<text x="{x + WIDTH // 2}" y="{y + HEIGHT // 2 + 5}" text-anchor="middle">{escape(label)}</text>'
    )
    kind = "" if on_road else ' class="s"'
    return f"<g{kind}>{drawn}{words}</g>"


def _text(x: int, y: int, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(text)}</text>'


def _page(width: int, height: int, title: str, body: list[str]) -> str:
    tip = '<marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
        f'<defs>{tip}<path d="M0 0L8 4L0 8z" fill="#7d8796" stroke="none"/></marker></defs>'
        f'<rect class="p" width="{width}" height="{height}"/>'
    )
    return "\n".join([head, *body, "</svg>", ""])
