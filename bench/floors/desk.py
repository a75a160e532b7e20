"""The next call: one SELECT that skips what others hold, and one UPDATE."""

from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from bench.floors.answers import as_json, near, rows
from tenancy.scoping import current_firm_id

LEASE: Final = timedelta(minutes=10)
_NEXT: Final = """
    SELECT id, title, reason, phone, due_at FROM notifications_calltask c
    WHERE c.firm_id = %s AND c.status IN ('due', 'rescheduled') AND c.not_before <= %s{near}
    ORDER BY c.due_at, c.id FOR UPDATE SKIP LOCKED LIMIT 1
"""
_HOLD: Final = """
    UPDATE notifications_calltask SET status = 'in_call', lease_by_id = %s, lease_until = %s
    WHERE firm_id = %s AND id = %s
"""


def take_next(request: Any) -> HttpResponse:
    """204 when the queue is empty."""
    now, firm_id = timezone.now(), current_firm_id()
    near_sql, values = near(request, "c")
    found = rows(_NEXT.format(near=near_sql), [firm_id, now, *values])
    if not found:
        return HttpResponse(status=204)
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [request.member.pk, now + LEASE, firm_id, found[0]["id"]])
    return as_json(found[0])
