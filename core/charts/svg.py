"""What all charts are drawn with."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Shape:
    """What all charts have: ``title`` is read aloud instead of the picture, so let it say the finding."""

    title: str

    template = "chart"

    def drawing(self) -> SafeString:
        raise NotImplementedError

    def head(self) -> list[str]:
        return []

    def rows(self) -> list[tuple[str, list[str]]]:
        return []

    def legend(self) -> list[tuple[str, str]]:
        return []


def svg(width: int, height: int, title: str, *parts: SafeString, classes: str = "") -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        f"chart {classes}".strip(),
        width,
        height,
        title,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{short(x)} {short(y)}" for x, y in points)


def short(value: float) -> str:
    return f"{value:.1f}"
