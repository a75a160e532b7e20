"""What a world says of itself: how many rows, whether it is the same as another, what may be asked of it."""

import hashlib
from typing import Any, Final
from uuid import UUID

from django.db import connection

from bench.world import words
from core.pinyin import initials

COUNTED: Final = {
    "customers": "crm_customer",
    "contact_points": "crm_contactpoint",
    "estates": "crm_estate",
    "projects": "projects_project",
    "steps": "workflow_step",
    "warranties": "aftersales_warranty",
    "appointments": "projects_appointment",
    "touchpoints": "workflow_touchpoint",
    "call_tasks": "notifications_calltask",
    "call_attempts": "notifications_callattempt",
    "satisfactions": "notifications_satisfaction",
    "messages": "notifications_message",
    "search_tokens": "tenancy_searchtoken",
    "audit_entries": "tenancy_auditentry",
}
IDENTICAL: Final = {
    "crm_customer": "id, name, pinyin, importance, building, unit, room",
    "crm_contactpoint": "id, value, relation",
    "crm_enquiry": "id, outcome",
    "projects_project": "id, phase, mode, node, contract_fen",
    "workflow_step": "id, source, target",
    "aftersales_warranty": "id, category, months",
    "notifications_calltask": "id, lane, status",
    "notifications_callattempt": "id, outcome, note",
    "notifications_message": "id, address, status",
}
"""Columns that follow from the seed alone. Days count back from the day the world is made, and people's keys are new."""


def counts(firm_id: int) -> dict[str, int]:
    found = {
        name: _one(f"SELECT count(*) FROM {table} WHERE firm_id = %s", firm_id)
        for name, table in COUNTED.items()
    }
    under = (
        "SELECT count(*) FROM projects_project WHERE firm_id = %s AND phase IN ('inspections', 'completion')"
    )
    waiting = "SELECT count(*) FROM notifications_calltask WHERE firm_id = %s AND status IN ('due', 'in_call', 'rescheduled')"
    return found | {"under_construction": _one(under, firm_id), "calls_waiting": _one(waiting, firm_id)}


def fingerprint(firm_id: int) -> str:
    """The same for the same seed, whatever the day and the order of the rows on disk."""
    digest = hashlib.sha256()
    for table, columns in IDENTICAL.items():
        told = f"SELECT count(*) || '/' || coalesce(sum(hashtextextended(concat_ws('|', {columns}), 0)), 0)"
        digest.update(f"{table} {_one(f'{told} FROM {table} WHERE firm_id = %s', firm_id)}".encode())
    return digest.hexdigest()[:12]


def samples(firm_id: int, branch_id: UUID) -> dict[str, Any]:
    """What a question may ask for; spread over a whole branch, which the key sees too, and always the same."""
    mine = "firm_id = %s AND branch_id = %s"
    customers = _some(f"SELECT id::text, number, name FROM crm_customer WHERE {mine}", firm_id, branch_id)
    projects = _some(
        f"SELECT id::text, number FROM projects_project WHERE {mine} AND phase = 'inspections'",
        firm_id,
        branch_id,
    )
    phones = _some(
        "SELECT value FROM crm_contactpoint w WHERE w.firm_id = %s AND w.kind = 'phone' AND w.customer_id IN"
        " (SELECT id FROM crm_customer c WHERE c.firm_id = w.firm_id AND c.branch_id = %s)",
        firm_id,
        branch_id,
    )
    estates = _some("SELECT name FROM crm_estate WHERE firm_id = %s", firm_id)
    names = [name for _id, _number, name in customers]
    return {
        "customers": [{"id": pk, "number": number, "name": name} for pk, number, name in customers],
        "projects": [{"id": pk, "number": number} for pk, number in projects],
        "names": sorted({name for name in names if len(name) == 2}),
        "initials": sorted({initials(name) for name in names if len(name) == 3}),
        "phone_parts": [value[-4:] for (value,) in phones],
        "phone_starts": [value[3:10] for (value,) in phones],
        "phones": [value[3:] for (value,) in phones],
        "estates": [name for (name,) in estates],
        "no_estates": [words.NO_SUCH_ESTATE],
    }


def _one(statement: str, firm_id: int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, [firm_id])
        return cursor.fetchone()[0]


def _some(statement: str, *values: Any, count: int = 60) -> list[Any]:
    """So many of them, wherever they lie."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({statement}) AS found ORDER BY md5(found::text) LIMIT {count}", values
        )
        return list(cursor.fetchall())
