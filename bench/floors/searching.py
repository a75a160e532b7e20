"""Equality on a token, or the range of a beginning, and the rows it leads to; each question another sample in turn."""

import json
from collections.abc import Iterator
from itertools import cycle
from typing import Any, Final

from django.db import connection
from django.http import HttpResponse

from bench.floors.answers import as_json, near, rows
from tenancy.scoping import current_firm_id

_SHOWN: Final = (
    "SELECT c.id, c.number, c.name FROM crm_customer c WHERE c.firm_id = %s AND c.deleted_at IS NULL"
)
_BY_TOKEN: Final = f"""{_SHOWN} AND c.id IN (
    SELECT t.subject_id FROM tenancy_searchtoken t
    WHERE t.firm_id = %s AND t.kind = 'customer' AND t.token = %s){{near}} LIMIT 6"""
_BY_BEGINNING: Final = f"""{_SHOWN} AND c.id IN (
    SELECT t.subject_id FROM tenancy_searchtoken t
    WHERE t.firm_id = %s AND t.kind = 'customer' AND t.token >= %s AND t.token < %s){{near}} LIMIT 6"""
_BY_PHONE: Final = f"""{_SHOWN} AND c.id IN (
    SELECT t.subject_id FROM tenancy_searchtoken t
    JOIN crm_contactpoint w ON w.firm_id = t.firm_id AND w.customer_id = t.subject_id AND w.value LIKE %s
    WHERE t.firm_id = %s AND t.kind = 'customer' AND t.token = %s AND t.field = 'reach'){{near}} LIMIT 6"""
_ESTATES: Final = """
    SELECT e.id, e.name FROM crm_estate e
    JOIN tenancy_searchtoken t ON t.firm_id = e.firm_id AND t.subject_id = e.id AND t.kind = 'estate' AND t.token = %s
    WHERE e.firm_id = %s LIMIT 6"""
_turns: dict[str, Iterator[str]] = {}


def by_name(request: Any) -> HttpResponse:
    near_sql, values = near(request, "c")
    firm_id = current_firm_id()
    return as_json(rows(_BY_TOKEN.format(near=near_sql), [firm_id, firm_id, _next("names"), *values]))


def by_initials(request: Any) -> HttpResponse:
    near_sql, values = near(request, "c")
    firm_id, start = current_firm_id(), _next("initials")
    asked = [firm_id, firm_id, start, f"{start}\U0010ffff", *values]
    return as_json(rows(_BY_BEGINNING.format(near=near_sql), asked))


def by_phone(request: Any) -> HttpResponse:
    near_sql, values = near(request, "c")
    firm_id, part = current_firm_id(), _next("phone_parts")
    return as_json(rows(_BY_PHONE.format(near=near_sql), [firm_id, f"%{part}%", firm_id, part[:4], *values]))


def by_estate(request: Any) -> HttpResponse:
    return as_json(rows(_ESTATES, [_next("estates")[:2], current_firm_id()]))


def _next(kind: str) -> str:
    """The world's own samples, read once in each process."""
    if kind not in _turns:
        with connection.cursor() as cursor:
            cursor.execute("SELECT told -> 'samples' -> %s FROM bench_world", [kind])
            _turns[kind] = cycle(json.loads(cursor.fetchone()[0]))
    return next(_turns[kind])
