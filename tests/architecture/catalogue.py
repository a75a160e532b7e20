"""What PostgreSQL itself says about our tables; guards ask it instead of a list kept by hand."""

from typing import Any

from django.db import connection

from tenancy.checks import firm_models

FIRM_TABLES = sorted(model._meta.db_table for model in firm_models())


def rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def value(sql: str, *params: Any) -> Any:
    return rows(sql, *params)[0][0]


def key_columns(table: str, kind: str) -> list[tuple[str, list[str], str]]:
    """``(constraint, columns in order, table pointed to)`` of one kind: p, u, x or f."""
    return rows(
        """
        SELECT c.conname,
               array(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(num, ord)
                     JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num ORDER BY k.ord),
               coalesce(t.relname::text, '')
        FROM pg_constraint c LEFT JOIN pg_class t ON t.oid = c.confrelid
        WHERE c.conrelid = %s::regclass AND c.contype = %s
        """,
        table,
        kind,
    )


def index_columns(table: str) -> list[tuple[str, bool, list[str]]]:
    """``(index, unique, columns in order)`` of every index of a table."""
    return rows(
        """
        SELECT i.indexrelid::regclass::text, i.indisunique,
               array(SELECT pg_get_indexdef(i.indexrelid, n, true) FROM generate_series(1, i.indnkeyatts) n)
        FROM pg_index i WHERE i.indrelid = %s::regclass
        """,
        table,
    )
