"""The history of the call desk, and what waits in its queue."""

from typing import Any, Final

from bench.world.filled import Filling
from bench.world.sql import ONCE, chance, insert, key_of, local_day, one_of, weighed
from notifications.models import CallAttempt, CallReason, CallTask, Satisfaction, ScriptVersion
from workflow.models import Rule, Step, Touchpoint

WAITING: Final = 0.02
"""Of the customers: open calls whose time comes within a few days."""
_LANES: Final = {"saturday": 0.6, "node": 0.25, "warranty": 0.06, "repair": 0.05, "manual": 0.04}
_OUTCOMES: Final = {"done": 0.88, "unreachable": 0.07, "cancelled": 0.05}
_NUMBERED: Final = """(
    SELECT p.*, c.name, c.created_at, row_number() OVER (ORDER BY p.id) AS nth
    FROM projects_project p JOIN crm_customer c ON c.firm_id = p.firm_id AND c.id = p.customer_id
    WHERE p.firm_id = %(firm)s
)"""
_NTH: Final = (
    """1 + floor({thrown} * (SELECT count(*) FROM projects_project WHERE firm_id = %(firm)s))::bigint"""
)
_RULED: Final = "t.lane = 'saturday'"


def write(filling: Filling) -> None:
    rule, script = _rule(), _script()
    given = {"rule": rule.pk, "rule_key": rule.rule_key, "script": script, "reason": rule.name}
    filling.run(insert(Touchpoint, _touchpoint(), _history(_RULED)), **given, rows=filling.shape.calls)
    filling.run(insert(CallTask, _task(), _history()), **given, rows=filling.shape.calls)
    filling.run(insert(CallReason, _REASON, _WITH_TOUCHPOINT), **given)
    filling.run(insert(CallAttempt, _attempt(), _ENDED))
    _satisfactions(filling)
    for nth, (source, target) in enumerate((("due", "in_call"), ("in_call", "status"))):
        filling.run(insert(Step, _step(nth, source, target), _ENDED))
    waiting = max(20, round(filling.shape.customers * WAITING))
    filling.run(insert(CallTask, _waiting_task(), _waiting()), **given, rows=waiting)


def _rule() -> Rule:
    """The firm's own weekly round of the sites under construction."""
    rule: Rule = Rule.objects.in_force().get(rule_key="saturday_call")
    return rule


def _script() -> Any:
    return ScriptVersion.objects.filter(script__lane="saturday").values_list("pk", flat=True).first()


def _history(condition: str = "true") -> str:
    """One call for each number, about a project chance names, on a day of its life; two in a week are one."""
    key = "md5(concat_ws('/', %(world)s, 'call', i))::uuid"
    at = f"p.created_at + (%(now)s - p.created_at) * {chance('g.key', 'at')}"
    return f"""(
        SELECT DISTINCT ON (t.project_id, t.week, t.lane = 'saturday', CASE WHEN t.lane = 'saturday' THEN 0 ELSE t.i END)
            t.*, {key_of("t.project_id", "'call/' || t.i")} AS id,
            md5(concat_ws('|', %(firm)s, %(rule_key)s, 'project', t.project_id, t.week))::uuid AS touchpoint
        FROM (
            SELECT g.*, p.id AS project_id, p.customer_id, p.branch_id, p.name,
                {at} AS at, to_char({local_day(at)}, 'IYYY-"W"IW') AS week
            FROM (SELECT k.*, {weighed("key", "lane", _LANES)} AS lane, {weighed("key", "status", _OUTCOMES)} AS status
                  FROM (SELECT i, {key} AS key FROM generate_series(1, %(rows)s) i {ONCE}) k {ONCE}) g
            JOIN {_NUMBERED} p ON p.nth = {_NTH.format(thrown=chance("g.key", "project"))}
            {ONCE}
        ) t
        WHERE {condition}
        ORDER BY t.project_id, t.week, t.lane = 'saturday', CASE WHEN t.lane = 'saturday' THEN 0 ELSE t.i END, t.i
    ) t"""


def _touchpoint() -> dict[str, str]:
    return {
        "id": "t.touchpoint",
        "rule_id": "%(rule)s",
        "rule_key": "%(rule_key)s",
        "channel": "'call'",
        "subject_kind": "'project'",
        "subject_id": "t.project_id",
        "occasion": "t.week",
        "anchor_at": "t.at",
        "customer_id": "t.customer_id",
        "project_id": "t.project_id",
        "branch_id": "t.branch_id",
        "title": "t.name",
        "due_from": "t.at - interval '1 day'",
        "due_at": "t.at",
        "state": "'done'",
        "created_at": "t.at - interval '2 days'",
        "closed_at": "t.at",
    }


def _task() -> dict[str, str]:
    return {
        "id": "t.id",
        "subject_kind": "'project'",
        "subject_id": "t.project_id",
        "customer_id": "t.customer_id",
        "project_id": "t.project_id",
        "branch_id": "t.branch_id",
        "title": "t.name",
        "reason": "%(reason)s",
        "script_id": "%(script)s",
        "lane": "t.lane",
        "week": "t.week",
        "due_at": "t.at",
        "not_before": "t.at - interval '1 day'",
        "assignee_id": one_of("t.id", "agent", "%(agents)s::uuid[]"),
        "status": "t.status",
        "attempts": "CASE WHEN t.status = 'cancelled' THEN 0 ELSE 1 END",
        "touchpoint_id": f"CASE WHEN {_RULED} THEN t.touchpoint END",
        "made_at": "t.at - interval '2 days'",
        "ended_at": f"t.at + interval '1 hour' * 8 * {chance('t.id', 'late')}",
    }


_REASON: Final = {
    "id": key_of("t.id", "'reason'"),
    "task_id": "t.id",
    "touchpoint_id": "t.touchpoint_id",
    "rule_key": "%(rule_key)s",
    "sentence": "%(reason)s",
}
_WITH_TOUCHPOINT: Final = (
    "notifications_calltask t WHERE t.firm_id = %(firm)s AND t.touchpoint_id IS NOT NULL"
)
_ENDED: Final = "notifications_calltask t WHERE t.firm_id = %(firm)s AND t.status IN ('done', 'unreachable')"


def _attempt() -> dict[str, str]:
    return {
        "id": key_of("t.id", "'attempt'"),
        "task_id": "t.id",
        "branch_id": "t.branch_id",
        "customer_id": "t.customer_id",
        "project_id": "t.project_id",
        "by_id": "t.assignee_id",
        "outcome": "CASE WHEN t.status = 'done' THEN 'reached' ELSE 'no_answer' END",
        "note": f"CASE WHEN t.status = 'done' AND {chance('t.id', 'said')} < 0.4 THEN "
        + one_of("t.id", "words", "%(said)s::text[]")
        + " ELSE '' END",
        "dialled_at": "t.ended_at - interval '4 minutes'",
        "at": "t.ended_at",
    }


def _satisfactions(filling: Filling) -> None:
    score = weighed("a.id", "score", {"5": 0.55, "4": 0.3, "3": 0.1, "2": 0.03, "1": 0.02})
    columns = {
        "id": key_of("a.id", "m.aspect"),
        "attempt_id": "a.id",
        "subject_kind": "'project'",
        "subject_id": "a.project_id",
        "customer_id": "a.customer_id",
        "project_id": "a.project_id",
        "branch_id": "a.branch_id",
        "aspect": "m.aspect",
        "member_id": "CASE m.aspect WHEN 'designer' THEN p.designer_id END",
        "score": f"({score})::int",
        "at": "a.at",
    }
    source = (
        "notifications_callattempt a JOIN projects_project p ON p.firm_id = a.firm_id AND p.id = a.project_id"
        " CROSS JOIN (VALUES ('overall', 0.7), ('designer', 0.3)) AS m(aspect, share)"
        f" WHERE a.firm_id = %(firm)s AND a.outcome = 'reached' AND {chance('a.id', 'rates')} < m.share"
    )
    filling.run(insert(Satisfaction, columns, source))


def _step(nth: int, source: str, target: str) -> dict[str, str]:
    return {
        "id": key_of("t.id", f"'step/{nth}'"),
        "subject_kind": "'call_task'",
        "subject_id": "t.id",
        "source": f"'{source}'",
        "target": "t.status" if target == "status" else f"'{target}'",
        "by_id": "t.assignee_id",
        "at": "t.ended_at" if nth else "t.ended_at - interval '5 minutes'",
    }


def _waiting() -> str:
    """Open calls about sites, from a day late to five days ahead."""
    key = "md5(concat_ws('/', %(world)s, 'waiting', i))::uuid"
    due = f"%(now)s::timestamptz + interval '1 day' * (6 * {chance('g.key', 'due')} - 1)"
    return f"""(
        SELECT {key_of("p.id", "'waiting/' || g.i")} AS id, p.id AS project_id, p.customer_id, p.branch_id, p.name,
            {weighed("g.key", "lane", _LANES)} AS lane, {due} AS at, to_char({local_day(due)}, 'IYYY-"W"IW') AS week
        FROM (SELECT i, {key} AS key FROM generate_series(1, %(rows)s) i {ONCE}) g
        JOIN {_NUMBERED} p ON p.nth = {_NTH.format(thrown=chance("g.key", "project"))}
        {ONCE}
    ) t"""


def _waiting_task() -> dict[str, str]:
    ended = {"status", "attempts", "touchpoint_id", "ended_at", "assignee_id"}
    columns = {name: value for name, value in _task().items() if name not in ended}
    return columns | {"not_before": "t.at - interval '5 days'", "made_at": "t.at - interval '6 days'"}
