"""Which occasions of a rule have come by a moment: the anchors of its trigger and the window each one opens."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection

from workflow import calendars
from workflow.conditions import compile_condition
from workflow.rulebook import RuleSpec
from workflow.spans import Span, Window, place
from workflow.triggers import Sql, Trigger, Weekly
from workflow.working_time import Calendar, Reason, off_holidays

ONE_DAY: Final = timedelta(days=1)
ZERO: Final = timedelta()
FAR: Final = timedelta(days=36_500)


@dataclass(frozen=True)
class Opening:
    """The window one anchor opens, and the reasons for it as stored with the touchpoint."""

    anchor: datetime
    due_from: datetime
    due_at: datetime
    why: list[dict[str, Any]]


@dataclass(frozen=True)
class Occasions:
    """SQL for the subjects (``facts``) and their anchors, with the windows that are open for planning.

    ``standing`` are all anchors as they stand, planned or not: open touchpoints of any other occasion have moved.
    ``as_of``: for weekly rounds, before which plans made ahead may still change.
    """

    facts: Sql
    anchors: Sql
    standing: Sql | None
    windows: list[Opening]
    as_of: datetime | None = None


def look(
    spec: RuleSpec,
    at: datetime,
    *,
    firm_id: int,
    only: list[UUID] | None,
    since: datetime | None,
    ahead: timedelta = ZERO,
) -> Occasions | None:
    """None when the rule has nothing to do with this moment. ``ahead``: look this much further, for a forecast."""
    trigger = spec.read_trigger()
    if isinstance(trigger, Weekly):
        return _weekly(spec, trigger, at, since)
    return _anchored(spec, trigger, at, firm_id=firm_id, only=only, since=since, ahead=ahead)


def _weekly(spec: RuleSpec, trigger: Weekly, at: datetime, since: datetime | None) -> Occasions | None:
    """The subjects are those of 00:00 on the day itself, however late we look."""
    day = trigger.day_for(calendars.local_day(at))
    if day is None:
        return None
    opening = _weekly_opening(spec.read_window(), trigger, day)
    if opening is None or (since is not None and opening.due_at <= since):
        return None
    as_of = calendars.midnight(day)
    anchors = "SELECT f.id AS subject_id, %s::timestamptz AS anchor, %s::text AS occasion FROM facts f"
    sql: Sql = (anchors, [opening.anchor, trigger.occasion(day)])
    return Occasions(_facts(spec, as_of, None), sql, sql, [opening], as_of=as_of)


def _weekly_opening(window: Window, trigger: Weekly, day: date) -> Opening | None:
    calendar = calendars.of_firm(day)
    reasons: tuple[Reason, ...] = ()
    held_on = day
    if trigger.holiday != "keep" and calendar.is_holiday(day):
        if trigger.holiday == "skip":
            return None
        moved = off_holidays(day, calendar)
        held_on, reasons = moved.on, moved.reasons
    begins, ends = window.on(held_on, calendar)
    why = [{"code": "weekly", "on": day.isoformat(), "week": trigger.occasion(day)}]
    return Opening(calendars.midnight(day), begins, ends, why + [reason.as_data() for reason in reasons])


def _anchored(
    spec: RuleSpec,
    trigger: Trigger,
    at: datetime,
    *,
    firm_id: int,
    only: list[UUID] | None,
    since: datetime | None,
    ahead: timedelta,
) -> Occasions:
    delay, window, catch_up = spec.read_delay(), spec.read_window(), Span.read(spec.catch_up)
    reach = delay.reach + catch_up.reach + timedelta(days=window.days + 2)
    facts = _facts(spec, at, only)
    anchors = trigger.anchors(firm_id, spec.subject, at - reach, at + reach + ahead)
    standing = trigger.anchors(firm_id, spec.subject, at - FAR, at + FAR) if trigger.follows_moves else None
    moments = _distinct(facts, anchors)
    calendar = calendars.of_firm(at, working_days=(reach + ahead).days)
    openings = [_opening(moment, spec, trigger, delay, window, calendar) for moment in moments]
    end_of_day = calendars.midnight(calendars.local_day(at) + ONE_DAY) + ahead
    windows = [
        opening
        for opening in openings
        if _has_come(opening, trigger, at, end_of_day)
        and _not_too_late(opening, catch_up, at, calendar)
        and (since is None or opening.due_at > since)
    ]
    return Occasions(facts, anchors, standing, windows)


def _has_come(opening: Opening, trigger: Trigger, at: datetime, end_of_day: datetime) -> bool:
    """Dates that may still move are planned on their day; what happened is planned at once, for later if need be."""
    return opening.due_from < end_of_day if trigger.follows_moves else opening.anchor <= at


def _not_too_late(opening: Opening, catch_up: Span, at: datetime, calendar: Calendar) -> bool:
    last = catch_up.day_after(calendar.local(opening.due_at).date(), calendar).on
    return max(opening.due_at, calendar.at(last, opening.due_at.astimezone(calendar.zone).time())) >= at


def _opening(
    anchor: datetime, spec: RuleSpec, trigger: Trigger, delay: Span, window: Window, calendar: Calendar
) -> Opening:
    begins, ends, reasons = place(anchor, delay, window, calendar)
    why: list[dict[str, Any]] = [{"code": trigger.kind, "at": anchor.isoformat(), "delay": spec.delay}]
    return Opening(anchor, begins, ends, why + [reason.as_data() for reason in reasons])


def _facts(spec: RuleSpec, at: datetime, only: list[UUID] | None) -> Sql:
    """The firm's subjects that meet the condition, with their facts as they stood at ``at``."""
    names = spec.fact_names()
    rows = spec.subject.annotated(names, at).filter(compile_condition(spec.subject, spec.condition))
    if only is not None:
        rows = rows.filter(pk__in=only)
    query = rows.order_by().values("id", *[f"fact_{name}" for name in names]).query
    sql, params = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return sql, list(params)


def _distinct(facts: Sql, anchors: Sql) -> list[datetime]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH facts AS ({facts[0]}), anchors AS ({anchors[0]})"  # noqa: S608 - compiled by the ORM and our triggers
            " SELECT DISTINCT a.anchor FROM anchors a JOIN facts f ON f.id = a.subject_id ORDER BY a.anchor",
            [*facts[1], *anchors[1]],
        )
        return [anchor for (anchor,) in cursor.fetchall()]


def count_subjects(occasions: Occasions, windows: list[Opening]) -> Sql:
    """How many subjects these windows would reach."""
    return (
        (
            f"WITH facts AS ({occasions.facts[0]}), anchors AS ({occasions.anchors[0]})"  # noqa: S608 - as above
            " SELECT count(*) FROM anchors a JOIN facts f ON f.id = a.subject_id"
            " WHERE a.anchor = ANY(%s::timestamptz[])"
        ),
        [*occasions.facts[1], *occasions.anchors[1], [opening.anchor for opening in windows]],
    )
