"""The two statements of the planner. Everything in them is compiled by the ORM or a constant; values are parameters."""

import json
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from workflow.occasions import Occasions

_COLUMNS: Final = (
    "firm_id, id, rule_id, rule_key, channel, subject_kind, subject_id, occasion, anchor_at, customer_id, project_id,"
    " branch_id, assignee_id, title, due_from, due_at, snapshot, why, merge_key, state, created_at"
)

_INSERT: Final = """
WITH facts AS ({facts}), anchors AS ({anchors}),
windows (anchor, due_from, due_at, why) AS (VALUES {windows}),
wanted AS (
    SELECT f.*, a.anchor, w.due_from, w.due_at, w.why, a.occasion || {generation} AS occasion
    FROM facts f
    JOIN anchors a ON a.subject_id = f.id
    JOIN windows w ON w.anchor = a.anchor
)
INSERT INTO workflow_touchpoint ({columns})
SELECT %s, md5(concat_ws('|', %s::text, %s::text, %s::text, w.id::text, w.occasion))::uuid, %s, %s, %s, %s, w.id,
       w.occasion, w.anchor, w.fact_customer_id, w.fact_project_id, w.fact_branch_id, {assignee},
       left(coalesce(w.fact_title, ''), 120), w.due_from, w.due_at, {snapshot}, w.why, {merge}, 'planned', %s
FROM wanted w
ORDER BY 2
ON CONFLICT DO NOTHING
RETURNING id
"""

_GENERATION: Final = """
    CASE (
        SELECT count(*) FROM workflow_touchpoint t
        WHERE t.firm_id = %s AND t.rule_key = %s AND t.subject_id = f.id AND t.state = 'superseded'
          AND split_part(t.occasion, '#', 1) = a.occasion
    ) WHEN 0 THEN '' ELSE '#' || (
        SELECT count(*) FROM workflow_touchpoint t
        WHERE t.firm_id = %s AND t.rule_key = %s AND t.subject_id = f.id AND t.state = 'superseded'
          AND split_part(t.occasion, '#', 1) = a.occasion
    ) END
"""

_ONE_A_DAY: Final = "coalesce(w.fact_project_id::text || '/' || (w.due_from AT TIME ZONE %s)::date::text, '')"

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


def insert(
    occasions: Occasions, *, values: dict[str, Any], facts_of_subject: set[str], snapshot: list[str]
) -> list[UUID]:
    """Insert what is missing and return its ids, in the order of their keys so that two planners cannot deadlock."""
    firm_and_rule = [values["firm_id"], values["rule_key"]]
    performer = f"{values['performer']}_id"
    statement = _INSERT.format(
        facts=occasions.facts[0],
        anchors=occasions.anchors[0],
        windows=", ".join(
            ["(%s::timestamptz, %s::timestamptz, %s::timestamptz, %s::jsonb)"] * len(occasions.windows)
        ),
        generation=_GENERATION,
        columns=_COLUMNS,
        assignee=f"w.fact_{performer}" if performer in facts_of_subject else "NULL",
        snapshot=_snapshot(snapshot),
        merge=_ONE_A_DAY if values["merges"] else "''",
    )
    windows = [
        value
        for opening in occasions.windows
        for value in (
            opening.anchor,
            opening.due_from,
            opening.due_at,
            json.dumps(opening.why, ensure_ascii=False),
        )
    ]
    key = [values["firm_id"], values["rule_key"], values["subject_kind"]]
    row = [values[name] for name in ("rule_id", "rule_key", "channel", "subject_kind")]
    params = [
        *occasions.facts[1],
        *occasions.anchors[1],
        *windows,
        *firm_and_rule,
        *firm_and_rule,
        values["firm_id"],
        *key,
        *row,
        *([settings.TIME_ZONE] if values["merges"] else []),
        values["created_at"],
    ]
    return _ids(statement, params)


def supersede(
    occasions: Occasions, *, firm_id: int, rule_key: str, at: datetime, only: list[UUID] | None
) -> list[UUID]:
    """Close open touchpoints whose occasion no longer stands. Weekly rounds: only those planned ahead of their day."""
    if occasions.standing is None:
        return []
    scope = ""
    more: list[Any] = []
    if only is not None:
        scope, more = "AND t.subject_id = ANY(%s)", [only]
    elif occasions.as_of is not None:
        scope, more = (
            "AND t.occasion = %s AND t.created_at < %s",
            [occasions.standing[1][-1], occasions.as_of],
        )
    statement = _SUPERSEDE.format(facts=occasions.facts[0], anchors=occasions.standing[0], scope=scope)
    return _ids(statement, [*occasions.facts[1], *occasions.standing[1], at, firm_id, rule_key, at, *more])


def _snapshot(names: list[str]) -> str:
    """Facts as they were, in one object; PostgreSQL takes at most a hundred arguments, so several are joined."""
    pairs = [f"'{name}', w.fact_{name}" for name in names]
    parts = [f"jsonb_build_object({', '.join(pairs[i : i + 40])})" for i in range(0, len(pairs), 40)]
    return " || ".join(parts)


def _ids(statement: str, params: list[Any]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [row[0] for row in cursor.fetchall()]
