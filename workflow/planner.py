"""The planner: from rules in force to touchpoints, once per subject and occasion.

For each rule of a firm: supersede what moved, one ``INSERT … SELECT … ON CONFLICT DO NOTHING``, then the channel's own
INSERT … SELECT in the same transaction. Keys are computed from (firm, rule_key, subject, occasion), so ten planners at
once, a planner killed half-way and one that starts two days late all leave the same rows. No subject is ever looped
over; only the distinct moments of a rule pass through Python, for the working calendar.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from core import measures
from tenancy.models import Firm
from tenancy.scoping import current_firm_id, firm_scope
from workflow import (
    calendars,
    channels,
    due,
    escalations,
    events,
    people,
    plan_sql,
    reactions,
    withdrawals,
)  # fmt: skip
from workflow.cap_sql import Cap
from workflow.models import Due, Rule
from workflow.occasions import Occasions, Opening, look
from workflow.rulebook import RuleSpec

ONE_PLANNER_A_FIRM: Final = 7_190_313
ONE_COUNTER_A_FIRM: Final = 7_190_314
SHORTLY_AFTER_MIDNIGHT: Final = time(0, 1)


@measures.PLANNER_SECONDS.time()
def plan(
    when: date | datetime | None = None, firm: Firm | None = None, *, by_hand: bool = False
) -> dict[str, int]:
    """Plan every rule in force of a firm as of a day or a moment; returns what was made per ``rule_key``.

    A day means its first moment. ``by_hand``: somebody asked for this day, so occasions from before the rule was
    published count too. Without ``firm`` the firm in scope is planned.
    """
    at = _moment(when)
    with firm_scope(firm.pk) if firm else transaction.atomic(), calendars.read_once():
        _one_at_a_time()
        rules = list(Rule.objects.in_force())
        if not rules:
            return {}
        made = {rule.rule_key: plan_rule(rule, at, by_hand=by_hand) for rule in rules}
        measures.after_commit(measures.PLANNED.inc, sum(made.values()))
        return made


def plan_due(now: datetime) -> None:
    """The sweeper's visit: plan this firm now, and again shortly after the next midnight of its own clock."""
    plan(now)
    due.note(Due.Queue.PLAN, _next_midnight(now))


def plan_rule(rule: Rule, at: datetime, *, only: Iterable[UUID] | None = None, by_hand: bool = False) -> int:
    """One rule, for all its subjects or ``only`` these: take back, insert, hand to the channel."""
    if only is not None:
        return _plan_rule(rule, at, list(only), by_hand=by_hand)
    with _whole_sets():
        return _plan_rule(rule, at, None, by_hand=by_hand)


def _plan_rule(rule: Rule, at: datetime, ids: list[UUID] | None, *, by_hand: bool) -> int:
    spec = RuleSpec.from_row(rule)
    withdrawals.stop(spec, rule, at, ids)
    occasions = look(
        spec, at, firm_id=current_firm_id(), only=ids, since=None if by_hand else rule.version.published_at
    )
    if occasions is None:
        return 0
    withdrawals.follow(spec, rule, at, occasions, ids)
    if not occasions.windows:
        return 0
    made = _insert(spec, rule, occasions)
    if made:
        channels.get(spec.channel).materialise(made)
        escalations.watch_for(rule, [opening.due_at for opening in occasions.windows])
    return len(made)


@events.follow_subjects
def plan_what_an_event_names(event: events.Event) -> None:
    """Something happened to a subject: look at once at the rules it may concern. Weekly rounds wait for their day."""
    now = timezone.now()
    named = event.subjects()
    for kind, subject_id in named.items():
        for rule in reactions.rules_concerned(kind, subject_id, event.name(), now):
            plan_rule(rule, now, only=[subject_id])
    withdrawals.stop_what_concerns(named, now)


def _insert(spec: RuleSpec, rule: Rule, occasions: Occasions) -> list[UUID]:
    row = plan_sql.Row(
        firm_id=current_firm_id(),
        rule_id=rule.pk,
        rule_key=rule.rule_key,
        channel=spec.channel,
        subject_kind=spec.subject_kind,
        assignee=people.assignee_fact(spec.performer, spec.audience, spec.channel, spec.subject),
        merge=rule.action.get("merge", ""),
        cap=Cap.read(spec.cap, rule.action),
        snapshot=spec.kept_facts(),
        created_at=timezone.now(),
    )
    if row.cap is None:
        return plan_sql.insert(occasions, occasions.windows, row)
    _lock(ONE_COUNTER_A_FIRM)
    return [
        pk for together in _by_moment(occasions.windows) for pk in plan_sql.insert(occasions, together, row)
    ]


def _by_moment(windows: list[Opening]) -> Iterator[list[Opening]]:
    """What is due first is planned first, so that of too many touches the later ones are left out."""
    ordered = sorted(windows, key=lambda opening: opening.due_from)
    return (list(together) for _moment, together in groupby(ordered, key=lambda opening: opening.due_from))


@contextmanager
def _whole_sets() -> Iterator[None]:
    """Hash joins only. Right after a large import no table has statistics, and PostgreSQL chose loops within loops
    over thousands of rows: half a minute instead of a tenth of a second. Ends before the caller's own queries."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")


def _one_at_a_time() -> None:
    """Economy only: the keys already see to it that nothing is made twice."""
    _lock(ONE_PLANNER_A_FIRM)


def _lock(what: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [what, current_firm_id() % 2**31])


def _moment(when: date | datetime | None) -> datetime:
    if when is None:
        return timezone.now()
    return when if isinstance(when, datetime) else calendars.midnight(when)


def _next_midnight(now: datetime) -> datetime:
    tomorrow = calendars.local_day(now) + timedelta(days=1)
    return datetime.combine(tomorrow, SHORTLY_AFTER_MIDNIGHT, calendars.ZONE)


def describe(made: dict[str, int]) -> dict[str, Any]:
    """What ``manage.py plan --json`` prints."""
    return {"made": made, "total": sum(made.values())}
