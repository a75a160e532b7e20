"""SQL compilers: every DELETE and UPDATE names the firm, and inserts stay plain VALUES."""

from typing import Any

from django.db.backends.postgresql.compiler import SQLAggregateCompiler, SQLCompiler
from django.db.models import Q
from django.db.models.sql import Query
from django.db.models.sql.compiler import (
    SQLDeleteCompiler as BaseDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler as BaseUpdateCompiler,
)

from tenancy.scoping import current_firm_id

__all__ = [
    "SQLAggregateCompiler",
    "SQLCompiler",
    "SQLDeleteCompiler",
    "SQLInsertCompiler",
    "SQLUpdateCompiler",
]


class SQLDeleteCompiler(BaseDeleteCompiler):
    def _as_sql(self, query: Query) -> Any:
        """Django's collector deletes by id alone, and over a join by ``id IN (SELECT …)``."""
        _hold_to_firm(query)
        return super()._as_sql(query)  # type: ignore[misc]  # the stubs leave it out


class SQLUpdateCompiler(BaseUpdateCompiler):
    def pre_sql_setup(self, *args: Any, **kwargs: Any) -> Any:
        """Over a join Django moves the whole condition, the firm with it, into ``id IN (SELECT …)``."""
        condition = self.query.where
        made = super().pre_sql_setup(*args, **kwargs)
        if self.query.where is not condition:
            _hold_to_firm(self.query)
        return made


def _hold_to_firm(query: Query) -> None:
    if hasattr(query.model, "is_firm_model"):
        query.add_q(Q(firm_id=current_firm_id()))
