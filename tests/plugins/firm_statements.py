"""In every test: a statement that names a firm's table must name its firm too.

Row security would answer it rightly, but on a distributed database it would ask every node, and on one node it
costs the index. Statements that mean to lean on row security alone say so: ``-- row security only``.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

EXEMPT = "row security only"


class WithoutFirm(AssertionError):
    """A statement on a firm's table without ``firm_id``."""


@pytest.fixture(autouse=True)
def _every_statement_names_its_firm(request: pytest.FixtureRequest) -> Iterator[None]:
    if "db" not in request.fixturenames and "transactional_db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    from django.db import connection

    with connection.execute_wrapper(_watch):
        yield


def _watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    text = str(sql)
    if EXEMPT not in text and "firm_id" not in text and _firm_tables().search(text):
        raise WithoutFirm(text)
    return execute(sql, params, many, context)


def _firm_tables() -> "re.Pattern[str]":
    global _pattern  # noqa: PLW0603 - compiled once, when the apps are ready
    if _pattern is None:
        from tenancy.checks import firm_models

        names = "|".join(sorted((m._meta.db_table for m in firm_models()), key=len, reverse=True))
        _pattern = re.compile(rf"(?<!_)\b(?:{names})\b")
    return _pattern


_pattern: "re.Pattern[str] | None" = None
