"""Which rules to look at when something happened to one subject: a firm may have a hundred, few are concerned.

A rule left out by mistake would only wait for the next midnight, when every rule is planned; and none is left out
that has something open for the subject.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from workflow import calendars
from workflow.hindsight import openings_between
from workflow.models import Rule, Step, Touchpoint
from workflow.rulebook import RuleSpec
from workflow.triggers.steps import Happened, PhaseChange

LATELY: Final = timedelta(days=2)
"""How late an event may be delivered and still be answered at once."""


def rules_concerned(kind: str, subject_id: UUID, event_name: str, now: datetime) -> Iterator[Rule]:
    rules = list(Rule.objects.in_force().filter(subject_kind=kind).exclude(trigger__kind="weekly"))
    if not rules:
        return
    busy = set(
        Touchpoint.objects.open()
        .filter(subject_kind=kind, subject_id=subject_id)
        .values_list("rule_key", flat=True)
    )
    moved = _moved(kind, subject_id, now)
    with calendars.read_once():
        for rule in rules:
            if rule.rule_key in busy or _is_concerned(rule, subject_id, event_name, moved, now):
                yield rule


def _is_concerned(
    rule: Rule, subject_id: UUID, event_name: str, moved: set[tuple[str, str]], now: datetime
) -> bool:
    spec = RuleSpec.from_row(rule)
    trigger = spec.read_trigger()
    if isinstance(trigger, Happened):
        return trigger.name == event_name
    if isinstance(trigger, PhaseChange):
        return ("target" if trigger.entered else "source", trigger.state) in moved
    today = calendars.local_day(now)
    caught_up = spec.read_catch_up().reach
    openings = openings_between(spec, today - caught_up, today + timedelta(days=1), [subject_id])
    return any(opening.due_at >= now - caught_up for opening in openings)


def _moved(kind: str, subject_id: UUID, now: datetime) -> set[tuple[str, str]]:
    """States this subject lately came to or left."""
    steps = Step.objects.of(kind, subject_id).filter(at__gt=now - LATELY).values_list("source", "target")
    return {pair for source, target in steps for pair in (("source", source), ("target", target))}
