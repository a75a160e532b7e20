"""SQL compilers: every DELETE names the firm, and inserts stay plain VALUES."""

from typing import Any

from django.db.backends.postgresql.compiler import SQLAggregateCompiler, SQLCompiler, SQLUpdateCompiler
from django.db.models import Q
from django.db.models.sql.compiler import SQLDeleteCompiler as BaseDeleteCompiler, SQLInsertCompiler

from tenancy.scoping import current_firm_id

__all__ = [
    "SQLAggregateCompiler",
    "SQLCompiler",
    "SQLDeleteCompiler",
    "SQLInsertCompiler",
    "SQLUpdateCompiler",
]


class SQLDeleteCompiler(BaseDeleteCompiler):
    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        """Django's collector deletes by id alone; a firm's table must be asked with its firm."""
        model = self.query.model
        if hasattr(model, "is_firm_model"):
            self.query.add_q(Q(firm_id=current_firm_id()))
        return super().as_sql(*args, **kwargs)
