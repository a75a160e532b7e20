"""The statements of the planner. Everything in them is compiled by the ORM or a constant; values are parameters."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from workflow import cap_sql
from workflow.occasions import Occasions, Opening
from workflow.triggers import Sql

_COLUMNS: Final = (
    "firm_id, id, rule_id, rule_key, channel, subject_kind, subject_id, occasion, anchor_at, customer_id, project_id,"
    " branch_id, assignee_id, title, due_from, due_at, snapshot, why, merge_key, state, created_at, closed_at"
)

_INSERT: Final = """
WITH facts AS ({facts}), anchors AS ({anchors}),
windows (anchor, due_from, due_at, why) AS (VALUES {windows}),
wanted AS MATERIALIZED (
    SELECT f.*, a.anchor, w.due_from, w.due_at, w.why, a.occasion || {generation} AS occasion
    FROM facts f
    JOIN anchors a ON a.subject_id = f.id
    JOIN windows w ON w.anchor = a.anchor
),
named AS MATERIALIZED (
    SELECT w.*, md5(concat_ws('|', %s::text, %s::text, %s::text, w.id::text, w.occasion))::uuid AS key FROM wanted w
),
keyed AS (
    SELECT n.* FROM named n
    WHERE (SELECT 1 FROM workflow_touchpoint t WHERE t.firm_id = %s AND t.id = n.key) IS NULL
),
{judged}
INSERT INTO workflow_touchpoint ({columns})
SELECT %s, w.key, %s, %s, %s, %s, w.id,
       w.occasion, w.anchor, w.fact_customer_id::uuid, w.fact_project_id::uuid, w.fact_branch_id::uuid, {assignee},
       left(coalesce(w.fact_title, ''), 120), w.due_from, w.due_at, {snapshot},
       CASE WHEN w.is_over THEN w.why || %s::jsonb ELSE w.why END, {merge},
       CASE WHEN w.is_over THEN 'skipped' ELSE 'planned' END, %s, CASE WHEN w.is_over THEN %s END
FROM judged w
ORDER BY 2
ON CONFLICT DO NOTHING
RETURNING id, state
"""

_GENERATION: Final = """
    coalesce('#' || (
        SELECT nullif(count(*), 0) FROM workflow_touchpoint t
        WHERE t.firm_id = %s AND t.rule_key = %s AND t.subject_kind = %s AND t.subject_id = f.id
          AND t.state = 'superseded' AND split_part(t.occasion, '#', 1) = a.occasion
    ), '')
"""

_ONE_A_DAY: Final = "coalesce(w.fact_{whose}_id::text || '/' || (w.due_from AT TIME ZONE %s)::date::text, '')"

_SUPERSEDE: Final = """
WITH facts AS ({facts}), anchors AS ({anchors}),
standing AS MATERIALIZED (SELECT f.id AS subject_id, a.occasion FROM facts f JOIN anchors a ON a.subject_id = f.id)
UPDATE workflow_touchpoint t SET state = 'superseded', closed_at = %s
WHERE t.firm_id = %s AND t.rule_key = %s AND t.state = 'planned' AND t.due_at > %s {scope}
  AND (t.subject_id, split_part(t.occasion, '#', 1)) NOT IN (SELECT subject_id, occasion FROM standing)
RETURNING t.id
"""
"""NOT IN is read into one hash table whatever the planner guesses; NOT EXISTS became a loop in a loop right after a
large import, when no table has statistics yet. Neither column can be empty."""

_MOVE: Final = """
WITH facts AS ({facts}), anchors AS ({anchors}),
windows (anchor, due_from, due_at, why) AS (VALUES {windows})
UPDATE workflow_touchpoint t SET state = 'superseded', closed_at = %s
FROM facts f JOIN anchors a ON a.subject_id = f.id JOIN windows w ON w.anchor = a.anchor
WHERE t.firm_id = %s AND t.rule_id = %s AND t.state = 'planned' AND t.due_from > %s AND t.subject_id = f.id
  AND split_part(t.occasion, '#', 1) = a.occasion AND (t.due_from, t.due_at) <> (w.due_from, w.due_at)
RETURNING t.id
"""


@dataclass(frozen=True)
class Row:
    """What every touchpoint of one insert shares. ``merge``: whose calls of one day become one (project, customer)."""

    firm_id: int
    rule_id: UUID
    rule_key: str
    channel: str
    subject_kind: str
    assignee: str
    merge: str
    cap: cap_sql.Cap | None
    snapshot: Sequence[str]
    created_at: datetime


def insert(occasions: Occasions, windows: Sequence[Opening], row: Row) -> list[UUID]:
    """Insert what is missing and return what is to be done, in the order of keys so that two planners cannot deadlock.

    What is already there is seen by its key and left out before anything is written down of it.
    What is over the rule's cap is kept as skipped, with the reason, and not returned.
    """
    values, given = _windows(windows)
    judged = cap_sql.judged(row.cap, row.firm_id)
    statement = _INSERT.format(
        facts=occasions.facts[0],
        anchors=occasions.anchors[0],
        windows=values,
        generation=_GENERATION,
        judged=judged[0],
        columns=_COLUMNS,
        assignee=f"w.fact_{row.assignee}::uuid" if row.assignee else "NULL",
        snapshot=_snapshot(row.snapshot),
        merge=_ONE_A_DAY.format(whose=row.merge) if row.merge else "''",
    )
    params = [
        *occasions.facts[1],
        *occasions.anchors[1],
        *given,
        *[row.firm_id, row.rule_key, row.subject_kind] * 2,
        row.firm_id,
        *judged[1],
        *[row.firm_id, row.rule_id, row.rule_key, row.channel, row.subject_kind],
        json.dumps(row.cap.why if row.cap else [], ensure_ascii=False),
        *([settings.TIME_ZONE] if row.merge else []),
        row.created_at,
        row.created_at,
    ]
    return [pk for pk, state in _rows(statement, params) if state == "planned"]


def supersede(
    occasions: Occasions, *, firm_id: int, rule_key: str, at: datetime, only: list[UUID] | None
) -> list[UUID]:
    """Close open touchpoints whose occasion no longer stands. Weekly rounds: only those planned ahead of their day."""
    if occasions.standing is None:
        return []
    scope: Sql = ("", [])
    if only is not None:
        scope = "AND t.subject_id = ANY(%s)", [only]
    elif occasions.as_of is not None:
        scope = "AND split_part(t.occasion, '#', 1) = %s", [occasions.week]
        if occasions.windows:
            scope = scope[0] + " AND t.created_at < %s", [*scope[1], occasions.as_of]
    statement = _SUPERSEDE.format(facts=occasions.facts[0], anchors=occasions.standing[0], scope=scope[0])
    given = [at, firm_id, rule_key, at, *scope[1]]
    return [pk for (pk,) in _rows(statement, [*occasions.facts[1], *occasions.standing[1], *given])]


def close_moved(occasions: Occasions, *, firm_id: int, rule_id: UUID, at: datetime) -> list[UUID]:
    """Close touchpoints whose occasion stands but falls on another time now, because the calendar changed.

    Only those nobody can have begun, and only of the wording in force: a rule edited is not a day moved.
    """
    if not occasions.openings:
        return []
    anchors = occasions.standing if occasions.as_of is not None else occasions.anchors
    if anchors is None:
        return []
    values, given = _windows(occasions.openings)
    statement = _MOVE.format(facts=occasions.facts[0], anchors=anchors[0], windows=values)
    params = [*occasions.facts[1], *anchors[1], *given, at, firm_id, rule_id, at]
    return [pk for (pk,) in _rows(statement, params)]


def _windows(windows: Sequence[Opening]) -> Sql:
    given = [
        value
        for one in windows
        for value in (one.anchor, one.due_from, one.due_at, json.dumps(one.why, ensure_ascii=False))
    ]
    return ", ".join(["(%s::timestamptz, %s::timestamptz, %s::timestamptz, %s::jsonb)"] * len(windows)), given


def _snapshot(names: Sequence[str]) -> str:
    """Facts as they were, in one object; PostgreSQL takes at most a hundred arguments, so several are joined."""
    pairs = [f"'{name}', w.fact_{name}" for name in names]
    parts = [f"jsonb_build_object({', '.join(pairs[i : i + 40])})" for i in range(0, len(pairs), 40)]
    return " || ".join(parts)


def _rows(statement: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
