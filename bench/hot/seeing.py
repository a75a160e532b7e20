"""Looking at one statement where it runs: on its connection, in its transaction, behind its walls."""

import json
from collections.abc import Callable
from typing import Any

from django.db import connection

from bench.hot.acts import Hot, Stage


class NotAsked(Exception):
    """The act no longer asks this statement; ``bench/hot/acts.py`` says how it is recognised."""


class _Seen(BaseException):
    """Ends the act at its statement, so that nothing it would have done stays."""


def see(hot: Hot, stage: Stage, look: Callable[[Any, str], Any]) -> Any:
    """What ``look(cursor, statement)`` says, called in place of the statement."""
    said: list[Any] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        if not hot.is_meant(sql, params or ()):
            return execute(sql, params, many, context)
        with connection.connection.cursor() as cursor:
            said.append(look(cursor, cursor.mogrify(sql, params).decode()))
        raise _Seen

    try:
        with connection.execute_wrapper(watch):
            hot.act(stage)
    except _Seen:
        return said[0]
    raise NotAsked(f"{hot.name}: nothing with {' … '.join(hot.words)}")


def in_words(cursor: Any, statement: str) -> str:
    """The statement and its plan, run for its times."""
    lines = _run(cursor, f"EXPLAIN (ANALYZE, BUFFERS) {statement}")
    return "\n".join([statement, "", *lines, ""])


def as_tree(cursor: Any, statement: str) -> dict[str, Any]:
    """The plan, run for its rows."""
    return _tree(_run(cursor, f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"))


def with_indexes_only(cursor: Any, statement: str) -> dict[str, Any]:
    """The plan when reading a table from end to end is the last resort: what has an index shows it, however few rows."""
    cursor.execute("SET LOCAL enable_seqscan = off")
    return _tree(_run(cursor, f"EXPLAIN (FORMAT JSON) {statement}"))


def _run(cursor: Any, explained: str) -> list[Any]:
    """As long as it takes; what a plan that was run has written is taken back."""
    cursor.execute("SAVEPOINT looking")
    cursor.execute("SET LOCAL statement_timeout = 0")
    cursor.execute(explained)
    said = [line for (line,) in cursor.fetchall()]
    cursor.execute("ROLLBACK TO SAVEPOINT looking")
    return said


def _tree(said: list[Any]) -> dict[str, Any]:
    plan = json.loads(said[0]) if isinstance(said[0], str) else said[0]
    return dict(plan[0]["Plan"])
