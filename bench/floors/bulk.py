"""Floors of work without a page: the bare statements, timed. What they write is taken back."""

import csv
import io
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, connections, transaction
from django.utils import timezone

from bench.world.place import refuse_strange_name
from notifications.models import TemplateVersion
from tenancy.scoping import firm_scope
from workflow.models import Rule

RULE: Final = "saturday_call"
CLAIMED_AT_ONCE: Final = 50
_TOUCHPOINTS: Final = """
    INSERT INTO workflow_touchpoint (firm_id, id, rule_id, rule_key, channel, subject_kind, subject_id, occasion,
        anchor_at, customer_id, project_id, branch_id, assignee_id, title, due_from, due_at, snapshot, why, merge_key,
        state, created_at)
    SELECT p.firm_id, md5(concat_ws('|', p.firm_id, %(rule_key)s, 'project', p.id, %(occasion)s))::uuid, %(rule)s,
        %(rule_key)s, 'call', 'project', p.id, %(occasion)s, %(at)s, p.customer_id, p.id, p.branch_id, p.adviser_id,
        left(p.number, 120), %(at)s, %(until)s, '{}', '[]', '', 'planned', %(at)s
    FROM projects_project p
    WHERE p.firm_id = %(firm)s AND p.phase IN ('inspections', 'completion')
    ON CONFLICT DO NOTHING
"""
_CALLS: Final = """
    INSERT INTO notifications_calltask (firm_id, id, subject_kind, subject_id, customer_id, project_id, branch_id, title,
        reason, phone, lane, week, due_at, not_before, assignee_id, status, attempts, postponed, touchpoint_id, merge_key,
        made_at)
    SELECT t.firm_id, md5('call/' || t.firm_id || '/' || t.id)::uuid, t.subject_kind, t.subject_id, t.customer_id,
        t.project_id, t.branch_id, left(t.title, 80), '', '', 'saturday', '', t.due_at, t.due_from, t.assignee_id, 'due', 0,
        0, t.id, '', t.created_at
    FROM workflow_touchpoint t
    WHERE t.firm_id = %(firm)s AND t.rule_key = %(rule_key)s AND t.occasion = %(occasion)s
    ON CONFLICT DO NOTHING
"""
_QUEUE: Final = """
    INSERT INTO notifications_message (firm_id, id, template_id, purpose, address, name, "values", body, segments,
        subject_kind, subject_id, rule_key, source, dedupe_key, made_at, due_at, next_at, expires_at, status, why,
        attempt_no, provider, provider_id, failure_code)
    SELECT %(firm)s, md5('floor/' || n)::uuid, %(template)s, 'notice', '+86179' || lpad(n::text, 8, '0'), '', '{}', '', 1,
        'bench', md5(n::text)::uuid, '', 'bench', 'floor/' || n, %(now)s, %(now)s, %(past)s, %(later)s, 'planned', '', 0,
        '', '', ''
    FROM generate_series(1, %(count)s) n
"""
_CLAIM: Final = """
    UPDATE notifications_message m
    SET status = 'sending', attempt_no = attempt_no + 1, lease_until = %(later)s, next_at = %(later)s
    FROM (SELECT firm_id, id FROM notifications_message
          WHERE firm_id = %(firm)s AND status IN ('planned', 'held', 'pending', 'sending', 'unknown')
              AND next_at <= %(past)s
          ORDER BY next_at, id LIMIT %(at_once)s FOR UPDATE SKIP LOCKED) due
    WHERE m.firm_id = due.firm_id AND m.id = due.id
    RETURNING m.id
"""
_FORGET: Final = "DELETE FROM notifications_message WHERE firm_id = %(firm)s AND dedupe_key LIKE 'floor/%%'"


def planning(firm_id: int, at: datetime) -> float:
    """Seconds for the weekly round by two bare statements; rolled back."""
    with firm_scope(firm_id):
        rule = Rule.objects.in_force().get(rule_key=RULE)
        values = {
            "firm": firm_id,
            "rule": rule.pk,
            "rule_key": rule.rule_key,
            "occasion": f"{at:%G-W%V}",
            "at": at,
            "until": at + timedelta(hours=20),
        }
        began = time.perf_counter()
        _run(_TOUCHPOINTS, values)
        _run(_CALLS, values)
        seconds = time.perf_counter() - began
        transaction.set_rollback(True)
    return seconds


def claim_loop(firm_id: int, count: int) -> float:
    """Seconds to claim so many texts of its own, fifty to a transaction; they are gone afterwards."""
    now = timezone.now()
    past = now - timedelta(days=3_000)  # before anything the product itself has waiting
    values = {"firm": firm_id, "count": count, "now": now, "past": past, "later": now + timedelta(days=1)}
    with _texts(values):
        began, claimed = time.perf_counter(), 0
        while claimed < count:
            with firm_scope(firm_id):
                found = _run(_CLAIM, values | {"at_once": CLAIMED_AT_ONCE})
            assert found, f"only {claimed} of {count} texts could be claimed"
            claimed += found
        return time.perf_counter() - began


def copy(rows: Iterable[Sequence[Any]]) -> float:
    """Seconds to COPY the same cells into a plain table of the owner's; the table is gone afterwards."""
    rows = list(rows)
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    text.seek(0)
    columns = ", ".join(f"c{number} text" for number in range(len(rows[0])))
    owner = connections["owner"]
    refuse_strange_name(str(owner.settings_dict["NAME"]))
    with owner.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_copy ({columns})")
        try:
            began = time.perf_counter()
            cursor.copy_expert("COPY bench_copy FROM STDIN WITH (FORMAT csv)", text)
            return time.perf_counter() - began
        finally:
            cursor.execute("DROP TABLE bench_copy")


@contextmanager
def _texts(values: dict[str, Any]) -> Iterator[None]:
    refuse_strange_name(str(connection.settings_dict["NAME"]))
    with firm_scope(values["firm"]):
        template = TemplateVersion.objects.order_by("pk")[0].pk
        _run(_FORGET, values)
        _run(_QUEUE, values | {"template": template})
    try:
        yield
    finally:
        with firm_scope(values["firm"]):
            _run(_FORGET, values)


def _run(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
