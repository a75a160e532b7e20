"""In development the browser's network panel shows where the time of a page went. Production tells nobody."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.template.backends import django

from tenancy.backend.statements import Tally


@dataclass
class Drawn:
    """Time spent in templates, with the statements they caused. ``depth``: a part drawn inside counts once."""

    seconds: float = 0.0
    depth: int = 0


_drawn: ContextVar[Drawn | None] = ContextVar("drawn", default=None)


@contextmanager
def drawing() -> Iterator[Drawn]:
    drawn = Drawn()
    token = _drawn.set(drawn)
    try:
        yield drawn
    finally:
        _drawn.reset(token)


def header(seconds: float, sql: Tally, drawn: Drawn) -> str:
    """As https://www.w3.org/TR/server-timing/ spells it; milliseconds."""
    return ", ".join(
        [
            f"total;dur={seconds * 1000:.1f}",
            f'sql;dur={sql.seconds * 1000:.1f};desc="{sql.statements} statements"',
            f'templates;dur={drawn.seconds * 1000:.1f};desc="templates and their SQL"',
        ]
    )


class TimedTemplate(django.Template):
    def render(self, context: Any = None, request: Any = None) -> Any:
        drawn = _drawn.get()
        if drawn is None or drawn.depth:
            return super().render(context, request)
        drawn.depth, began = 1, time.perf_counter()
        try:
            return super().render(context, request)
        finally:
            drawn.depth = 0
            drawn.seconds += time.perf_counter() - began


class TimedTemplates(django.DjangoTemplates):
    """Django's engine, timed; config.settings.dev puts it in place under DEBUG."""

    def get_template(self, template_name: str) -> TimedTemplate:
        return TimedTemplate(super().get_template(template_name).template, self)
