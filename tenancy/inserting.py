"""Many new rows of one table in one statement, handed over as JSON: over values of rows the ORM takes longer than
PostgreSQL over the rows themselves (an import of a ledger writes thirteen rows for each of its lines).
"""

from collections.abc import Sequence
from typing import Any

import orjson
from django.db import connections, models
from django.db.models.base import Model

AT_ONCE = 1_000


def can_insert(model: type[Model]) -> bool:
    """Bytes have no form in JSON, and what the database itself fills in would have to be read back."""
    fields = model._meta.concrete_fields
    return not model._meta.db_returning_fields and not any(isinstance(f, models.BinaryField) for f in fields)


def insert(rows: Sequence[Model], *, using: str) -> None:
    """What ``bulk_create`` does for rows that carry their own keys."""
    if not rows:
        return
    fields, connection = rows[0]._meta.concrete_fields, connections[using]
    name = connection.ops.quote_name
    columns = ", ".join(name(str(field.column)) for field in fields)
    shape = ", ".join(f"{name(str(field.column))} {field.db_type(connection)}" for field in fields)
    statement = (
        f"INSERT INTO {name(rows[0]._meta.db_table)} ({columns})"  # noqa: S608 - made of our models' own names
        f" SELECT {columns} FROM json_to_recordset(%s) AS told({shape})"
    )
    with connection.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            cursor.execute(statement, [_written(rows[start : start + AT_ONCE], fields)])
    for row in rows:
        row._state.adding, row._state.db = False, using


def _written(rows: Sequence[Model], fields: Sequence[Any]) -> str:
    told = [
        {field.column: field.get_prep_value(field.pre_save(row, add=True)) for field in fields}
        for row in rows
    ]
    return orjson.dumps(told, default=str).decode()
