"""Which occasions of a rule have come by a moment: the anchors of its trigger and the window each one opens."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

from workflow import calendars
from workflow.conditions import compile_condition, facts_in
from workflow.rulebook import RuleSpec
from workflow.spans import Span, Window, place
from workflow.triggers import Sql, Trigger, Weekly
from workflow.triggers.base import NEVER
from workflow.working_time import Calendar, Reason, off_holidays

ONE_DAY: Final = timedelta(days=1)
ZERO: Final = timedelta()


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

    ``facts`` are all of them where a window is open, else those that decide. ``standing`` are all anchors as they
    stand, planned or not: open touchpoints of any other occasion have moved. ``openings`` are the windows of all
    anchors looked at, planned or not yet. ``week`` and ``as_of`` for weekly rounds: their occasion, and before which
    moment plans made ahead may still change.
    """

    facts: Sql
    anchors: Sql
    standing: Sql | None
    windows: list[Opening]
    openings: list[Opening]
    week: str = ""
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
        return weekly(spec, trigger, at, firm_id=firm_id, only=only, since=since)
    return _anchored(spec, trigger, at, firm_id=firm_id, only=only, since=since, ahead=ahead)


def weekly(
    spec: RuleSpec,
    trigger: Weekly,
    at: datetime,
    *,
    firm_id: int,
    only: list[UUID] | None,
    since: datetime | None,
) -> Occasions | None:
    """The subjects are those of 00:00 on the day itself, however late we look."""
    day = trigger.day_for(calendars.local_day(at))
    if day is None:
        return None
    week, as_of = trigger.occasion(day), calendars.midnight(day)
    facts = facts_sql(spec, as_of, only, stopped_at=at)
    opening = weekly_opening(spec.read_window(), trigger, day)
    if opening is None:
        return Occasions(facts, (NEVER, []), (NEVER, []), [], [], week=week, as_of=as_of)
    if since is not None and opening.due_at <= since:
        return None
    every = "SELECT f.id AS subject_id, %s::timestamptz AS anchor, %s::text AS occasion FROM facts f"
    standing: Sql = (every, [opening.anchor, week])
    chosen = trigger.pick.anchors(firm_id, spec.key, opening.anchor, week) if trigger.pick else standing
    return Occasions(facts, chosen, standing, [opening], [opening], week=week, as_of=as_of)


def weekly_opening(window: Window, trigger: Weekly, day: date) -> Opening | None:
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
    delay, window, catch_up = spec.read_delay(), spec.read_window(), spec.read_catch_up()
    reach = delay.reach + catch_up.reach + timedelta(days=window.days + 2)
    deciding = facts_sql(spec, at, only, names=spec.deciding_facts())
    anchors = trigger.anchors(firm_id, spec.subject, at - reach, at + reach + ahead)
    moments = distinct(deciding, anchors)
    calendar = calendars.of_firm(at, working_days=(reach + ahead).days)
    openings = [opening_of(moment, spec, trigger, delay, window, calendar) for moment in moments]
    end_of_day = calendars.midnight(calendars.local_day(at) + ONE_DAY) + ahead
    windows = [
        opening
        for opening in openings
        if _has_come(opening, trigger, at, end_of_day)
        and _not_too_late(opening, catch_up, at, calendar)
        and (since is None or opening.due_at > since)
    ]
    facts = facts_sql(spec, at, only) if windows else deciding
    return Occasions(facts, anchors, _standing(spec, trigger, at, firm_id, reach), windows, openings)


def _standing(spec: RuleSpec, trigger: Trigger, at: datetime, firm_id: int, reach: timedelta) -> Sql | None:
    if not trigger.follows_moves:
        return None
    far = trigger.horizon + reach
    return trigger.anchors(firm_id, spec.subject, at - far, at + far)


def _has_come(opening: Opening, trigger: Trigger, at: datetime, end_of_day: datetime) -> bool:
    """Dates that may still move are planned on their day; what happened is planned at once, for later if need be."""
    return opening.due_from < end_of_day if trigger.follows_moves else opening.anchor <= at


def _not_too_late(opening: Opening, catch_up: Span, at: datetime, calendar: Calendar) -> bool:
    last = catch_up.day_after(calendar.local(opening.due_at).date(), calendar).on
    return max(opening.due_at, calendar.at(last, opening.due_at.astimezone(calendar.zone).time())) >= at


def opening_of(
    anchor: datetime, spec: RuleSpec, trigger: Trigger, delay: Span, window: Window, calendar: Calendar
) -> Opening:
    begins, ends, reasons = place(anchor, delay, window, calendar)
    why: list[dict[str, Any]] = [{"code": trigger.kind, "at": anchor.isoformat(), "delay": spec.delay}]
    return Opening(anchor, begins, ends, why + [reason.as_data() for reason in reasons])


def concerned(spec: RuleSpec, at: datetime, ids: list[UUID]) -> bool:
    """Whether any of these subjects meets the rule's condition."""
    rows = spec.subject.annotated(facts_in(spec.condition), at).filter(pk__in=ids)
    return bool(rows.filter(compile_condition(spec.subject, spec.condition)).exists())


def facts_sql(
    spec: RuleSpec,
    at: datetime,
    only: list[UUID] | None,
    *,
    names: list[str] | None = None,
    stopped_at: datetime | None = None,
) -> Sql:
    """The firm's subjects that meet the condition and not what stops it, with their facts as they stood at ``at``.

    Most rules have nothing to do at most moments: that is seen with the few deciding facts, at a tenth of the cost.
    """
    names = spec.fact_names() if names is None else names
    rows = spec.subject.annotated(names, at).filter(compile_condition(spec.subject, spec.condition))
    if only is not None:
        rows = rows.filter(pk__in=only)
    if spec.stop:
        rows = rows.exclude(pk__in=stopped(spec, stopped_at or at, only))
    query = rows.order_by().values("id", *[f"fact_{name}" for name in names]).query
    sql, params = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return sql, list(params)


def stopped(spec: RuleSpec, at: datetime, only: list[UUID] | None = None) -> QuerySet:
    """Ids of the subjects for which what stops the rule holds."""
    rows = spec.subject.annotated(facts_in(spec.stop), at).filter(compile_condition(spec.subject, spec.stop))
    if only is not None:
        rows = rows.filter(pk__in=only)
    return rows.order_by().values("pk")


def distinct(facts: Sql, anchors: Sql) -> list[datetime]:
    if anchors[0] == NEVER:
        return []
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
