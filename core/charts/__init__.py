"""Charts drawn by the server as SVG: they print, follow the dark theme and cost no script.

A view builds one of the shapes below, a template says ``{% chart shape %}``; every chart brings its numbers as a
table one can open. Colours are names of tokens: c1 … c6.
"""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.charts.axes import Bars, Line, Series
from core.charts.parts import Donut, Funnel, HBars, Heat, Part
from core.charts.svg import Shape, path
from core.ui.drawing import draw

__all__ = ["Bars", "Donut", "Funnel", "HBars", "Heat", "Line", "Part", "Series", "Shape", "chart", "spark"]


def chart(shape: Shape) -> SafeString:
    """Draw a shape, with its legend and its numbers as a table."""
    return draw(shape.template, chart=shape)


def spark(values: Sequence[float], colour: str = "c1", width: int = 96, height: int = 28) -> SafeString:
    """A line without words, beside a figure that says the same."""
    if len(values) < 2:
        return SafeString()
    low, high = min(values), max(values)
    points = [
        (width * n / (len(values) - 1), height - 3 - (height - 6) * (value - low) / ((high - low) or 1))
        for n, value in enumerate(values)
    ]
    return format_html(
        '<svg viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">'
        '<path d="{}" fill="none" stroke="var(--{})" stroke-width="1.75"/></svg>',
        width,
        height,
        width,
        height,
        path(points),
        colour,
    )
