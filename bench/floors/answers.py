"""From a statement to an answer, with nothing between."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.http import HttpResponse


def rows(statement: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    """psycopg2's own loaders; names from the cursor."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def as_json(found: Any) -> HttpResponse:
    return HttpResponse(json.dumps(found, default=str, ensure_ascii=False), content_type="application/json")


def near(request: Any, table: str) -> tuple[str, list[Any]]:
    """The branches this member sees, as ``visible_to`` says it."""
    if request.branch_ids is None:
        return "", []
    return f" AND {table}.branch_id = ANY(%s)", [list(request.branch_ids)]
