"""Each rule tried on a subject made for it: does the planner ask the right person at the right time?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from workflow import calendars, events, expectations, people, registry, wishes
from workflow.models import Touchpoint
from workflow.rulebook import RuleSpec
from workflow.simulator import Touch, simulate
from workflow.stories import Beat, Stage, maker_of
from workflow.triggers import Birthday, DateField, Trigger, Weekly
from workflow.triggers.calendar import OnDays
from workflow.triggers.steps import Happened, PhaseChange

BEFORE: Final = timedelta(days=60)
"""How long the made subject has been standing there."""
A_YEAR_AND_MORE: Final = timedelta(days=400)


@dataclass(frozen=True)
class Verdict:
    """``is_right``: one touchpoint, due when the rule's data say, for whom they say. ``why`` it is not."""

    spec: RuleSpec
    is_right: bool
    why: str = ""
    touch: Touch | None = None


def judge(spec: RuleSpec, at: datetime, stage: Stage) -> Verdict:
    """Try one rule with an occasion near ``at``. Inside the scope of a made firm; leaves no trace."""
    make = maker_of(spec.subject_kind)
    if make is None:
        return Verdict(spec, is_right=False, why=_("还不会造“%(kind)s”。") % {"kind": spec.subject_kind})
    trigger = spec.read_trigger()
    if isinstance(trigger, Happened) and _about(trigger.name) != spec.subject_kind:
        return Verdict(
            spec, is_right=False, why=_("事件“%(name)s”说的不是这类对象。") % {"name": trigger.name}
        )
    moment = _moment(trigger, at)
    beats = [
        Beat(moment - BEFORE, "made", lambda on: make(on, _facts(spec, trigger, moment), moment - BEFORE))
    ]
    if isinstance(trigger, Happened | PhaseChange):
        beats.append(Beat(moment, "set off", lambda on: _set_off(on, spec, trigger, moment)))
    try:
        touches = simulate([spec], beats, _until(spec, moment), stage)
    except IntegrityError as error:
        return Verdict(spec, is_right=False, why=str(error).splitlines()[0])
    planned = [touch for touch in touches if touch.state == Touchpoint.State.PLANNED]
    on_time = [touch for touch in planned if touch.anchor_at and _is_near(touch.anchor_at, moment)]
    return _compare(spec, on_time, stage)


def _is_near(anchor: datetime, moment: datetime) -> bool:
    """The occasion tried, and not one the making of the subject has given as well."""
    return calendars.local_day(anchor) == calendars.local_day(moment)


def _moment(trigger: Trigger, at: datetime) -> datetime:
    """The first occasion from ``at`` on of what the calendar decides; else ``at`` itself."""
    day = calendars.local_day(at)
    if isinstance(trigger, Weekly):
        return calendars.midnight(trigger.next_day(day))
    if isinstance(trigger, OnDays):
        later = calendars.local_day(at + A_YEAR_AND_MORE)
        return calendars.midnight(next(iter(trigger.days(day, later)))[0])
    return at


def _facts(spec: RuleSpec, trigger: Trigger, moment: datetime) -> dict[str, Any]:
    wanted = wishes.of_rule(spec)
    day = calendars.local_day(moment)
    if isinstance(trigger, Birthday):
        wanted |= {"birthday_calendar": "solar", "birthday_month": day.month, "birthday_day": day.day}
    elif isinstance(trigger, DateField):
        is_date = spec.subject.fact(trigger.fact).type == "date"
        wanted[trigger.fact] = day if is_date else moment
    elif isinstance(trigger, PhaseChange) and trigger.entered:
        wanted.setdefault("phase", trigger.state)
    return wanted


def _set_off(stage: Stage, spec: RuleSpec, trigger: Trigger, moment: datetime) -> None:
    subject_id = stage.subjects[spec.subject_kind][-1]
    if isinstance(trigger, Happened):
        stage.event(trigger.name, spec.subject_kind, subject_id, moment)
    elif isinstance(trigger, PhaseChange):
        now_in = "" if trigger.entered else _state_of(spec, subject_id, moment)
        source, target = ("", trigger.state) if trigger.entered else (trigger.state, now_in)
        stage.step(spec.subject_kind, subject_id, source, target, moment)


def _state_of(spec: RuleSpec, subject_id: UUID, moment: datetime) -> str:
    found = registry.facts_of(spec.subject_kind, [subject_id], ["phase"], moment)
    return str(found[subject_id]["phase"] or "")


def _until(spec: RuleSpec, moment: datetime) -> datetime:
    """Long enough for the delay, and not for the next occasion of what comes again."""
    return (
        moment + timedelta(days=1) + (spec.read_delay().reach if spec.read_delay().count > 0 else timedelta())
    )


def _about(event_name: str) -> str:
    """The subject kind an event names: its first ``…_id``, or what it says itself."""
    event = events.known()[event_name]
    fields = [name.removesuffix("_id") for name in event.__dataclass_fields__ if name.endswith("_id")]
    return event.about or next(iter(fields), "")


def _compare(spec: RuleSpec, touches: Sequence[Touch], stage: Stage) -> Verdict:
    touch = next(iter(touches), None)
    if touch is None or touch.anchor_at is None:
        return Verdict(spec, is_right=False, why=_("没有安排。"))
    calendar = calendars.of_firm(touch.anchor_at, working_days=90)
    expected = expectations.of(spec, touch.anchor_at, calendar)
    if (touch.due_from, touch.due_at) != (expected.due_from, expected.due_at):
        said = {"planned": f"{touch.due_from:%F %R}", "expected": f"{expected.due_from:%F %R}"}
        return Verdict(
            spec, is_right=False, why=_("安排在 %(planned)s，应为 %(expected)s。") % said, touch=touch
        )
    if wrong := _wrong_person(spec, touch, stage):
        return Verdict(spec, is_right=False, why=wrong, touch=touch)
    return Verdict(spec, is_right=True, touch=touch)


def _wrong_person(spec: RuleSpec, touch: Touch, stage: Stage) -> str:
    """A named colleague of the slot, else somebody of the role; calls and texts without either are anybody's."""
    slot = people.assignee_fact(spec.performer, spec.audience, spec.channel, spec.subject).removesuffix("_id")
    if slot in stage.people and touch.assignee_id != stage.people[slot].pk:
        return _("应由%(who)s负责，实际是“%(whom)s”。") % {"who": slot, "whom": touch.assignee}
    if touch.channel in ("call", "sms") or touch.assignee_id is not None:
        return ""
    role = spec.action.get("role") or people.ROLE_OF.get(spec.performer or spec.audience, "")
    return "" if touch.role == role else _("应由“%(role)s”负责。") % {"role": role}
