"""In every test: a statement that names a firm's table must hold it to its firm, and every table it joins as well.

Row security would answer it rightly, but on a distributed database it would ask every node, and on one node it
costs the index. Statements that mean to lean on row security alone say so: ``-- row security only``.

Every connection of the application's role is watched from the moment it opens: in threads and servers, and in tests
that ask for no fixture of ours. ``tests/architecture/test_firm_statements.py`` fails when nobody watches.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tests.plugins.firm_references import without_firm

EXEMPT = "row security only"
WATCHED = "default"
ASKS = re.compile(
    r"(?:[\s(]|/\*.*?\*/|--.*?\n)*(?:EXPLAIN|WITH|SELECT|INSERT|UPDATE|DELETE|MERGE)\b",
    re.IGNORECASE | re.DOTALL,
)
"""The rest (TRUNCATE, ALTER, LOCK …) is not the application's to say; other tests say so."""


class WithoutFirm(AssertionError):
    """A statement on a firm's table that does not name its firm."""


@pytest.fixture(autouse=True, scope="session")
def _every_statement_names_its_firm() -> Iterator[None]:
    from django.db.backends.signals import connection_created

    connection_created.connect(_watch_over)
    yield
    connection_created.disconnect(_watch_over)


def _watch_over(connection: Any, **_: Any) -> None:
    if connection.alias == WATCHED and _watch not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _watch)


def _watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    text = sql if isinstance(sql, str) else sql.as_string(context["cursor"].cursor)
    if missing := _unnamed(text):
        raise WithoutFirm(f"{', '.join(missing)}: nothing compares firm_id\n{text}")
    return execute(sql, params, many, context)


@cache
def _unnamed(text: str) -> list[str]:
    from tenancy.checks import firm_models

    if EXEMPT in text or not ASKS.match(text):
        return []
    return without_firm(text, [model._meta.db_table for model in firm_models()])
