"""Charts with labels below and a scale at the left: lines and bars."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.charts.svg import Shape, path as path_of, short, svg

LEFT, RIGHT, TOP, BOTTOM = 34, 12, 14, 24
GRID_LINES = 4
MOST_LABELS = 12


@dataclass(frozen=True)
class Series:
    """One line or one kind of bar. ``dashed``: a target rather than a measurement."""

    name: str
    values: Sequence[float]
    colour: str = "c1"
    dashed: bool = False


@dataclass(frozen=True)
class Axes(Shape):
    """Charts with labels below and a scale at the left."""

    labels: Sequence[str]
    series: Sequence[Series]
    low: float = 0
    high: float = 0
    unit: str = ""
    places: int = 0
    width: int = 560
    height: int = 190

    @property
    def top_value(self) -> float:
        return self.high or round_up(max((max(one.values, default=0) for one in self.series), default=0)) or 1

    def x(self, index: float) -> float:
        return LEFT + (self.width - LEFT - RIGHT) * index

    def y(self, value: float) -> float:
        share = (self.top_value - value) / ((self.top_value - self.low) or 1)
        return TOP + (self.height - TOP - BOTTOM) * share

    def text(self, value: float) -> str:
        return f"{value:,.{self.places}f}{self.unit}"

    def scale(self) -> SafeString:
        steps = (self.low + (self.top_value - self.low) * line / GRID_LINES for line in range(GRID_LINES + 1))
        return format_html_join(
            "",
            '<line class="grid-l" x1="{}" x2="{}" y1="{}" y2="{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
            (
                (
                    LEFT,
                    self.width - RIGHT,
                    short(self.y(v)),
                    short(self.y(v)),
                    LEFT - 6,
                    short(self.y(v) + 4),
                    self.text(v),
                )
                for v in steps
            ),
        )

    def under(self, centre: Callable[[int], float]) -> SafeString:
        """Labels under the axis, every second one where there are many."""
        step = 1 if len(self.labels) <= MOST_LABELS else math.ceil(len(self.labels) / MOST_LABELS)
        shown = [(n, label) for n, label in enumerate(self.labels) if n % step == 0]
        return format_html_join(
            "",
            '<text x="{}" y="{}" text-anchor="middle">{}</text>',
            ((short(centre(n)), self.height - 6, label) for n, label in shown),
        )

    def framed(self, *parts: SafeString) -> SafeString:
        return svg(self.width, self.height, self.title, *parts)

    def head(self) -> list[str]:
        return ["", *(one.name for one in self.series)]

    def rows(self) -> list[tuple[str, list[str]]]:
        return [
            (label, [self.text(one.values[n]) for one in self.series]) for n, label in enumerate(self.labels)
        ]

    def legend(self) -> list[tuple[str, str]]:
        return [(one.name, one.colour) for one in self.series] if len(self.series) > 1 else []


@dataclass(frozen=True)
class Line(Axes):
    """How something moved over time; the first series is also filled."""

    def drawing(self) -> SafeString:
        return self.framed(
            self.scale(),
            self.under(self._centre),
            *(self._line(one, first=n == 0) for n, one in enumerate(self.series)),
        )

    def _centre(self, index: int) -> float:
        return self.x(index / max(1, len(self.labels) - 1))

    def _line(self, one: Series, *, first: bool) -> SafeString:
        points = [(self._centre(n), self.y(value)) for n, value in enumerate(one.values)]
        if not points:
            return SafeString()
        path = path_of(points)
        floor = self.height - BOTTOM
        closed = f"{path} L{short(points[-1][0])} {floor} L{short(points[0][0])} {floor}Z"
        return format_html(
            "{}{}{}",
            format_html('<path d="{}" fill="var(--{})" opacity=".09"/>', closed, one.colour) if first else "",
            format_html(
                '<path d="{}" fill="none" stroke="var(--{})" stroke-width="2" stroke-linejoin="round"{}/>',
                path,
                one.colour,
                SafeString(' stroke-dasharray="5 4"') if one.dashed else "",
            ),
            "" if one.dashed else self._dots(one, points),
        )

    def _dots(self, one: Series, points: list[tuple[float, float]]) -> SafeString:
        """A visible dot at the end, and an invisible one with a tooltip at every point."""
        x, y = points[-1]
        end = format_html(
            '<circle cx="{}" cy="{}" r="3.5" fill="var(--{})" stroke="var(--surface)" stroke-width="2"/>',
            short(x),
            short(y),
            one.colour,
        )
        touch = format_html_join(
            "",
            '<circle cx="{}" cy="{}" r="9" fill="transparent"><title>{} {} {}</title></circle>',
            (
                (short(px), short(py), self.labels[n], one.name, self.text(one.values[n]))
                for n, (px, py) in enumerate(points)
            ),
        )
        return end + touch


@dataclass(frozen=True)
class Bars(Axes):
    """How much of each; ``stacked`` puts the series on top of each other."""

    stacked: bool = False

    @property
    def top_value(self) -> float:
        if self.high or not self.stacked:
            return super().top_value
        return (
            round_up(
                max(
                    (sum(column) for column in zip(*(one.values for one in self.series), strict=True)),
                    default=0,
                )
            )
            or 1
        )

    def drawing(self) -> SafeString:
        columns = (self._column(n) for n in range(len(self.labels)))
        return self.framed(self.scale(), self.under(self._centre), *columns)

    @property
    def step(self) -> float:
        return (self.width - LEFT - RIGHT) / max(1, len(self.labels))

    def _centre(self, index: int) -> float:
        return LEFT + self.step * (index + 0.5)

    def _column(self, index: int) -> SafeString:
        floor = self.height - BOTTOM
        parts, piled = [], 0.0
        for order, one in enumerate(self.series):
            value = one.values[index]
            tall = floor - self.y(value)
            x, wide = self._place(index, order)
            parts.append(
                (
                    short(x),
                    short(floor - tall - piled),
                    short(wide),
                    short(tall),
                    one.colour,
                    self.labels[index],
                    one.name,
                    self.text(value),
                )
            )
            piled += tall if self.stacked else 0
        bars = format_html_join(
            "",
            '<rect x="{}" y="{}" width="{}" height="{}" rx="2" fill="var(--{})"><title>{} {} {}</title></rect>',
            parts,
        )
        return bars + (self._value(index) if len(self.series) == 1 else SafeString())

    def _place(self, index: int, order: int) -> tuple[float, float]:
        if self.stacked:
            wide = min(26.0, self.step * 0.5)
            return self._centre(index) - wide / 2, wide
        many = len(self.series)
        wide = min(22.0, self.step * 0.7 / many)
        return self._centre(index) - (wide * many + 2 * (many - 1)) / 2 + order * (wide + 2), wide

    def _value(self, index: int) -> SafeString:
        value = self.series[0].values[index]
        return format_html(
            '<text class="v" x="{}" y="{}" text-anchor="middle">{}</text>',
            short(self._centre(index)),
            short(self.y(value) - 4),
            self.text(value),
        )


def round_up(value: float) -> float:
    """The next number whose quarters are round, so that the scale reads well."""
    if value <= 0:
        return 0
    unit = 10 ** math.floor(math.log10(value))
    return next(step * unit for step in (1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10) if step * unit >= value)
