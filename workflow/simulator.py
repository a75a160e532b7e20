"""What rules would do, found out without doing it.

``simulate`` lets the real planner live through a story of made subjects in a transaction that is rolled back: nothing
commits, so no call, text or event leaves. ``what_would_have_been`` only reads: real data as it stood, day by day.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from tenancy.models import Branch
from workflow import calendars, planner, stories
from workflow.hindsight import openings_between, what_would_have_been
from workflow.models import Playbook, PlaybookVersion, Rule, StaffTask, Touchpoint
from workflow.occasions import concerned
from workflow.rulebook import RuleSpec
from workflow.stories import Beat, Stage
from workflow.touchpoints import why
from workflow.triggers import Weekly
from workflow.triggers.steps import Happened, PhaseChange

ONE_DAY: Final = timedelta(days=1)
LONG_AGO: Final = timedelta(days=3650)


@dataclass(frozen=True)
class Touch:
    """One touchpoint the planner made in a story. ``role`` is whose turn it is when no colleague is named."""

    rule_key: str
    name: str
    channel: str
    audience: str
    subject_kind: str
    subject_id: UUID
    title: str
    assignee_id: UUID | None
    assignee: str
    role: str
    anchor_at: datetime | None
    due_from: datetime
    due_at: datetime
    state: str
    why: tuple[str, ...]


@contextmanager
def nothing_stays() -> Iterator[None]:
    """Whatever the block writes is rolled back, hooks for after the commit included."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def simulate(rules: Sequence[RuleSpec], beats: Sequence[Beat], until: datetime, stage: Stage) -> list[Touch]:
    """What these rules make of a story, in the order it would be due. Inside a firm's scope; leaves no trace."""
    ordered = sorted(beats, key=lambda beat: beat.at)
    with nothing_stays(), calendars.read_once():
        stored = _put_in_force([spec for spec in rules if not spec.is_waiting], ordered[0].at)
        ends = [*(beat.at for beat in ordered[1:]), until]
        for beat, end in zip(ordered, ends, strict=True):
            beat.act(stage)
            _live(stored, stage, beat.at, end)
            stage.fresh.clear()
        return _touches(stored)


def simulate_life(
    rules: Sequence[RuleSpec], signed_on: date, branch: Branch, *, story: str = "project"
) -> list[Touch]:
    """What these rules make of an invented project of this branch signed on that day; leaves no trace."""
    beats, until = stories.stories()[story].tell(signed_on)
    return simulate(rules, beats, until, stories.stage_of(branch))


def _put_in_force(rules: Sequence[RuleSpec], first: datetime) -> list[tuple[Rule, RuleSpec]]:
    """A version of their own, in force since long before the story; the firm's own rules are not asked."""
    book = Playbook.objects.create(key="simulated", title="simulated")
    version = PlaybookVersion.objects.create(
        playbook=book, state=PlaybookVersion.State.PUBLISHED, published_at=first - LONG_AGO
    )
    rows = [Rule(version=version, position=nth, **spec.as_row()) for nth, spec in enumerate(rules, 1)]
    return list(zip(Rule.objects.bulk_create(rows), rules, strict=True))


def _live(rules: list[tuple[Rule, RuleSpec]], stage: Stage, since: datetime, until: datetime) -> None:
    """From one beat to the next nothing changes but time: plan each rule at the moments it has something to do."""
    concerned = [(rule, spec, ids) for rule, spec in rules if (ids := stage.subjects.get(spec.subject_kind))]
    open_keys = set(Touchpoint.objects.open().filter(rule__in=[rule for rule, _spec in rules]).values_list("rule_key", flat=True))  # fmt: skip
    moments = [
        (moment, nth, rule, ids)
        for nth, (rule, spec, ids) in enumerate(concerned)
        for moment in sorted({*_moments(spec, stage, ids, since, until), *([since] if rule.rule_key in open_keys else [])})
    ]  # fmt: skip
    for moment, _nth, rule, ids in sorted(moments, key=lambda one: one[:2]):
        planner.plan_rule(rule, moment, only=ids)


def _moments(
    spec: RuleSpec, stage: Stage, ids: list[UUID], since: datetime, until: datetime
) -> Iterator[datetime]:
    """When there may be something to plan; the planner itself then decides."""
    trigger = spec.read_trigger()
    if isinstance(trigger, Weekly):
        yield from _rounds(spec, trigger, ids, since, until)
    elif isinstance(trigger, PhaseChange):
        if ("entered" if trigger.entered else "left", trigger.state) in stage.fresh:
            yield since
    elif isinstance(trigger, Happened):
        if ("event", trigger.name) in stage.fresh:
            yield since
    else:
        first, last = calendars.local_day(since), calendars.local_day(until) + ONE_DAY
        for opening in openings_between(spec, first, last, ids):
            day = calendars.midnight(calendars.local_day(opening.due_from))
            if opening.due_at >= since and day < until:
                yield max(since, day)


def _rounds(
    spec: RuleSpec, trigger: Weekly, ids: list[UUID], since: datetime, until: datetime
) -> Iterator[datetime]:
    """The rounds of the time; none when nobody of the stage meets the condition at its end, for nothing changes."""
    day = trigger.next_day(calendars.local_day(since) - ONE_DAY)
    found = []
    while (midnight := calendars.midnight(day)) < until:
        found += [midnight] if midnight >= since else []
        day = trigger.next_day(day)
    return iter(found if found and concerned(spec, found[-1], ids) else [])


def _touches(rules: list[tuple[Rule, RuleSpec]]) -> list[Touch]:
    rows = Touchpoint.objects.filter(rule__in=[rule for rule, _spec in rules])
    found = list(
        rows.select_related("rule__version__playbook", "assignee").order_by("due_from", "rule_key", "id")
    )
    roles = dict(StaffTask.objects.filter(touchpoint__in=found).values_list("touchpoint_id", "role"))
    return [
        Touch(
            rule_key=one.rule_key,
            name=one.rule.name,
            channel=one.channel,
            audience=one.rule.audience,
            subject_kind=one.subject_kind,
            subject_id=one.subject_id,
            title=one.title,
            assignee_id=one.assignee_id,
            assignee=one.assignee.name if one.assignee else "",
            role=roles.get(one.pk, ""),
            anchor_at=one.anchor_at,
            due_from=one.due_from,
            due_at=one.due_at,
            state=one.state,
            why=tuple(why(one)[1:]),
        )
        for one in found
    ]


__all__ = ["Touch", "nothing_stays", "simulate", "simulate_life", "what_would_have_been"]
