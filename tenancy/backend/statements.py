"""Every statement is timed: added up for the request it belongs to, and named in the log when it is slow.

Rows copied in by COPY and the COMMIT itself do not pass here; PostgreSQL's own figures have them.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings

from core import measures

log = structlog.get_logger("sql")
LONGEST_TEXT = 2_000
LITERAL = re.compile(r"'(?:[^']|'')*'")
REPEATED = re.compile(r"(\(%s(?:, %s)*\)|%s)(?:, \1){5,}")


@dataclass
class Tally:
    """What one request asked of the database. ``place`` names its route, once that is known."""

    place: Callable[[], str]
    statements: int = 0
    seconds: float = 0.0


_tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


@contextmanager
def counted(place: Callable[[], str]) -> Iterator[Tally]:
    tally = Tally(place)
    token = _tally.set(tally)
    try:
        yield tally
    finally:
        _tally.reset(token)


def watch(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django calls it so
    """The connection's own ``execute_wrapper``. One that fails or is stopped by a time limit took its time as well."""
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        seconds = time.perf_counter() - began
        tally = _tally.get()
        if tally is not None:
            tally.statements += 1
            tally.seconds += seconds
        if seconds * 1000 >= settings.SLOW_QUERY_MS > 0:
            _report(sql, seconds, tally)


def _report(sql: Any, seconds: float, tally: Tally | None) -> None:
    """Request id or task and the firm are added to every line by config.logs."""
    measures.SLOW_STATEMENTS.inc()
    where = {} if tally is None else {"route": tally.place()}
    log.warning("slow statement", ms=round(seconds * 1000), statement=without_values(sql), **where)


def without_values(sql: Any) -> str:
    """The statement as written, with its places for values; whatever was written into it as text is blotted out.

    A thousand rows of one INSERT say no more than one does.
    """
    text = " ".join(sql.split()) if isinstance(sql, str) else f"({type(sql).__name__})"
    return REPEATED.sub(r"\1, …", LITERAL.sub("'…'", text))[:LONGEST_TEXT]
