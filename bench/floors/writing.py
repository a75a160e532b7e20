"""One row more, with the next number."""

from typing import Any, Final

from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from bench.floors.answers import as_json
from bench.world.sql import insert
from crm.models import Customer
from tenancy.models.base import uuid7
from tenancy.scoping import current_firm_id

_NUMBER: Final = """(
    INSERT INTO tenancy_counter AS c (firm_id, id, kind, year, last) VALUES (%(firm)s, %(id)s, 'bench', 2000, 1)
    ON CONFLICT (firm_id, kind, year) DO UPDATE SET last = c.last + 1 RETURNING last
)"""
_COLUMNS: Final = {
    "id": "%(id)s",
    "number": "'BENCH-' || n.last",
    "name": "'金测量'",
    "branch_id": "%(branch)s",
    "created_at": "%(now)s",
    "last_contact_at": "%(now)s",
}
_CREATE: Final = f"WITH n AS {_NUMBER} {insert(Customer, _COLUMNS, 'n')} RETURNING id, number"


def create(request: Any) -> HttpResponse:
    branch = next(iter(request.branch_ids or []), None)
    values = {"firm": current_firm_id(), "id": uuid7(), "now": timezone.now(), "branch": branch}
    with connection.cursor() as cursor:
        cursor.execute(_CREATE, values)
        made, number = cursor.fetchone()
    return as_json({"id": made, "number": number})
