"""What a rule did lately and what it will do next, for the page that lists the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Max, Q

from tenancy.models import Member
from tenancy.scoping import current_firm_id
from workflow import calendars
from workflow.models import Rule, Touchpoint
from workflow.occasions import count_subjects, look
from workflow.rulebook import RuleSpec
from workflow.triggers import Weekly

LATELY: Final = timedelta(days=30)
SOON: Final = timedelta(days=7)


@dataclass(frozen=True)
class Effect:
    """``made`` and ``done`` in the last 30 days; ``coming`` in the next seven, None where nobody can know yet."""

    rule: Rule
    spec: RuleSpec
    made: int
    done: int
    last_on: datetime | None
    coming: int | None
    next_on: datetime | None


def effects(rules: Sequence[Rule], member: Member, now: datetime) -> list[Effect]:
    """One aggregate over the touchpoints this member sees, and one or two counts for each rule."""
    lately = _lately([rule.rule_key for rule in rules], member, now)
    with calendars.read_once():
        return [_effect(rule, lately.get(rule.rule_key, {}), now) for rule in rules]


def _lately(keys: list[str], member: Member, now: datetime) -> dict[str, dict[str, Any]]:
    rows = Touchpoint.objects.visible_to(member).filter(
        rule_key__in=keys, due_from__gt=now - LATELY, due_from__lte=now
    )
    counted = (
        rows.exclude(state=Touchpoint.State.SUPERSEDED)
        .values("rule_key")
        .annotate(
            made=Count("id"), done=Count("id", filter=Q(state=Touchpoint.State.DONE)), last_on=Max("due_from")
        )
    )
    return {row["rule_key"]: row for row in counted}


def _effect(rule: Rule, row: dict[str, Any], now: datetime) -> Effect:
    spec = RuleSpec.from_row(rule)
    coming, next_on = _coming(spec, now)
    return Effect(rule, spec, row.get("made", 0), row.get("done", 0), row.get("last_on"), coming, next_on)


def _coming(spec: RuleSpec, now: datetime) -> tuple[int | None, datetime | None]:
    """How many subjects as they stand now, and when the first of them is due."""
    trigger = spec.read_trigger()
    if isinstance(trigger, Weekly):
        day = trigger.next_day(calendars.local_day(now))
        found = look(spec, calendars.midnight(day), firm_id=current_firm_id(), only=None, since=None)
    elif trigger.follows_moves:
        found = look(spec, now, firm_id=current_firm_id(), only=None, since=None, ahead=SOON)
    else:
        return None, None
    windows = [one for one in found.windows if one.due_from > now] if found else []
    if found is None or not windows:
        return 0, None
    with connection.cursor() as cursor:
        cursor.execute(*count_subjects(found, windows))
        count = cursor.fetchone()[0]
    return count, min(one.due_from for one in windows) if count else None
