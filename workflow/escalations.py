"""What was planned and not done in time: somebody else hears of it, once on each rung."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from tenancy.scoping import current_firm_id
from workflow import calendars, due
from workflow.ladders import Rung
from workflow.models import Due, Rule, Touchpoint

_TELL: Final = """
    INSERT INTO workflow_stafftask (
        firm_id, id, kind, title, detail, subject_kind, subject_id, customer_id, project_id, branch_id, role, due_at,
        state, result, created_at
    )
    SELECT t.firm_id, md5(%s || t.id::text)::uuid, 'rule', left(%s || t.title, 120), '', t.subject_kind,
           t.subject_id, t.customer_id, t.project_id, t.branch_id, %s, t.due_at, 'open', '', %s
    FROM workflow_touchpoint t
    WHERE t.firm_id = %s AND t.rule_id = %s AND t.state = 'planned' AND t.due_at = ANY(%s::timestamptz[])
    ORDER BY t.id
    ON CONFLICT DO NOTHING
"""


def watch_for(rule: Rule, deadlines: Iterable[datetime]) -> None:
    """Note when to look whether these were kept, once for each rung of the ladder."""
    rungs = Rung.read_all(rule.escalation)
    for moment in {told_at(rung, deadline) for deadline in set(deadlines) for rung in rungs}:
        due.note(Due.Queue.ESCALATIONS, moment)


def escalate(now: datetime) -> int:
    """Every open touchpoint of the firm in scope whose time and grace are over becomes a task for who must hear of it.

    Retired versions count too: a promise made under an old wording is still a promise.
    """
    rules = Rule.objects.exclude(escalation={}).exclude(escalation=[])
    return sum(_escalate_rule(rule, now) for rule in rules)


def told_at(rung: Rung, deadline: datetime) -> datetime:
    """The deadline plus the grace the rung gives, in its own kind of time."""
    grace = rung.after
    calendar = calendars.of_firm(deadline, working_days=grace.reach.days)
    if grace.is_exact:
        return grace.moment_after(deadline, calendar).at
    local = calendar.local(deadline)
    return calendar.at(grace.day_after(local.date(), calendar).on, local.time())


def _escalate_rule(rule: Rule, now: datetime) -> int:
    late = Touchpoint.objects.open().filter(rule=rule, due_at__lte=now)
    missed = list(late.values_list("due_at", flat=True).distinct().order_by("due_at"))
    rungs = Rung.read_all(rule.escalation) if missed else []
    return sum(_tell(rule, number, rung, missed, now) for number, rung in enumerate(rungs, 1))


def _tell(rule: Rule, number: int, rung: Rung, missed: list[datetime], now: datetime) -> int:
    over = [deadline for deadline in missed if told_at(rung, deadline) <= now]
    if not over:
        return 0
    key = "escalation|" if number == 1 else f"escalation|{number}|"
    title = (_("超时未完成：%(rule)s · ") if number == 1 else _("超时仍未完成：%(rule)s · ")) % {
        "rule": rule.name
    }
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [key, title, rung.to, timezone.now(), current_firm_id(), rule.pk, over])
        return int(cursor.rowcount)
