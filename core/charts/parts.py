"""Parts of a whole: rings, lying bars, funnels; and tables with shaded cells."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.charts.svg import Shape, short, svg

DONUT_RADIUS = 50
COLOURS = ("c1", "c2", "c3", "c4", "c5", "c6")


@dataclass(frozen=True)
class Part:
    """One part of a whole; ``note`` stands beside the figure, ``alarm`` paints it red."""

    name: str
    value: float
    colour: str = ""
    note: str = ""
    alarm: bool = False
    url: str = ""


@dataclass(frozen=True)
class Parts(Shape):
    parts: Sequence[Part] = field(default_factory=list)
    unit: str = ""
    places: int = 0

    def text(self, value: float) -> str:
        return f"{value:,.{self.places}f}{self.unit}"

    def head(self) -> list[str]:
        return ["", self.unit or "#"]

    def rows(self) -> list[tuple[str, list[str]]]:
        return [(part.name, [self.text(part.value)]) for part in self.parts]

    def coloured(self) -> list[tuple[Part, str]]:
        return [(part, part.colour or COLOURS[n % len(COLOURS)]) for n, part in enumerate(self.parts)]


@dataclass(frozen=True)
class Donut(Parts):
    """Parts of a whole, with the whole in the middle."""

    middle: str = ""
    under: str = ""

    def drawing(self) -> SafeString:
        whole = sum(part.value for part in self.parts) or 1
        round_ = 2 * math.pi * DONUT_RADIUS
        arcs, turned = [], 0.0
        for part, colour in self.coloured():
            length = round_ * part.value / whole
            arcs.append(
                (
                    colour,
                    f"{short(max(length - 2, 1))} {short(round_ - length + 2)}",
                    short(-turned),
                    part.name,
                    self.text(part.value),
                )
            )
            turned += length
        drawn = format_html_join(
            "",
            '<circle cx="66" cy="66" r="50" fill="none" stroke="var(--{})" stroke-width="17" stroke-dasharray="{}"'
            ' stroke-dashoffset="{}" transform="rotate(-90 66 66)"><title>{} {}</title></circle>',
            arcs,
        )
        words = format_html(
            '<text class="v big" x="66" y="70" text-anchor="middle">{}</text>'
            '<text x="66" y="87" text-anchor="middle">{}</text>',
            self.middle or self.text(whole if self.parts else 0),
            self.under,
        )
        return svg(132, 132, self.title, drawn, words, classes="chart--donut")

    def legend(self) -> list[tuple[str, str]]:
        return [(f"{part.name} {self.text(part.value)}", colour) for part, colour in self.coloured()]


@dataclass(frozen=True)
class HBars(Parts):
    """Named bars lying down, best for shares; ``target`` draws a mark."""

    full: float = 100
    target: float = 0
    template = "hbars"

    def lines(self) -> list[tuple[Part, str, str]]:
        return [
            (part, self.text(part.value), short(min(100.0, part.value / (self.full or 1) * 100)))
            for part in self.parts
        ]

    @property
    def mark(self) -> str:
        return short(self.target / (self.full or 1) * 100) if self.target else ""


@dataclass(frozen=True)
class Funnel(Parts):
    """How many went on from step to step."""

    template = "funnel"

    def lines(self) -> list[tuple[Part, str, str, str]]:
        most = max((part.value for part in self.parts), default=0) or 1
        before = [None, *(part.value for part in self.parts)]
        return [
            (part, self.text(part.value), short(part.value / most * 100), _kept(part.value, before[n]))
            for n, part in enumerate(self.parts)
        ]


@dataclass(frozen=True)
class Heat(Shape):
    """A table whose cells are the darker the larger; ``bad_below`` marks what needs a look."""

    columns: Sequence[str]
    lines: Sequence[tuple[str, Sequence[float | None]]]
    places: int = 0
    low: float = 0
    high: float = 0
    bad_below: float | None = None
    template = "heat"

    def cells(self) -> list[tuple[str, list[tuple[str, str]]]]:
        return [
            (name, [(self._text(value), self._shade(value)) for value in values])
            for name, values in self.lines
        ]

    def _text(self, value: float | None) -> str:
        return "—" if value is None else f"{value:,.{self.places}f}"

    def _shade(self, value: float | None) -> str:
        if value is None:
            return "h0"
        if self.bad_below is not None and value < self.bad_below:
            return "h-bad"
        top = self.high or max((v for _, row in self.lines for v in row if v is not None), default=1) or 1
        share = (value - self.low) / ((top - self.low) or 1)
        return f"h{max(0, min(4, math.ceil(share * 4)))}"


def _kept(value: float, before: float | None) -> str:
    return "" if not before else f"{value / before:.0%}"
