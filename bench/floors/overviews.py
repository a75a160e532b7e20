"""Boards and beginnings of a day: one statement for each thing the page shows."""

from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone

from bench.floors.answers import as_json, near, rows
from projects.phases import LANES
from projects.views.boards import CARDS_PER_LANE
from tenancy.scoping import current_firm_id
from workspace.workbench import QUEUE_SHOWN

_LANE: Final = """
    (SELECT p.id, p.number, p.phase, p.phase_entered_at, p.room, c.name, e.name AS estate
     FROM projects_project p
     JOIN crm_customer c ON c.firm_id = p.firm_id AND c.id = p.customer_id
     LEFT JOIN crm_estate e ON e.firm_id = p.firm_id AND e.id = p.estate_id
     WHERE p.firm_id = %s AND p.phase = %s{near} ORDER BY p.phase_entered_at DESC, p.id LIMIT %s)
"""
_TOTALS: Final = """
    SELECT p.phase, count(*) AS number, sum(p.contract_fen)::bigint AS worth FROM projects_project p
    WHERE p.firm_id = %s{near} GROUP BY p.phase
"""
_QUEUE: Final = """
    SELECT c.id, c.title, c.reason, c.lane, c.due_at FROM notifications_calltask c
    WHERE c.firm_id = %s AND c.status IN ('due', 'in_call', 'rescheduled') AND c.not_before <= %s{near}
    ORDER BY c.due_at, c.id LIMIT %s
"""
_BY_LANE: Final = """
    SELECT c.lane, count(*) AS number FROM notifications_calltask c
    WHERE c.firm_id = %s AND c.status IN ('due', 'in_call', 'rescheduled') AND c.not_before <= %s{near} GROUP BY c.lane
"""


def board(request: Any) -> HttpResponse:
    """The first cards of every lane, and how many lie behind them."""
    near_sql, values = near(request, "p")
    lanes = " UNION ALL ".join(_LANE.format(near=near_sql) for _phase in LANES)
    asked = [value for phase in LANES for value in (current_firm_id(), phase, *values, CARDS_PER_LANE)]
    return as_json({"cards": rows(lanes, asked), "totals": _totals(request)})


def workbench(request: Any) -> HttpResponse:
    """The head of the queue, and how long each lane is."""
    near_sql, values = near(request, "c")
    asked = [current_firm_id(), timezone.now(), *values]
    waiting = rows(_QUEUE.format(near=near_sql), [*asked, QUEUE_SHOWN])
    return as_json({"queue": waiting, "lanes": rows(_BY_LANE.format(near=near_sql), asked)})


def dashboard(request: Any) -> HttpResponse:
    """Phases with their number and worth, counted live."""
    return as_json(_totals(request))


def _totals(request: Any) -> list[dict[str, Any]]:
    near_sql, values = near(request, "p")
    return rows(_TOTALS.format(near=near_sql), [current_firm_id(), *values])
