"""What rules would have done lately: read from the firm's real data as it stood each day, writing nothing.

A day's count is before caps: how often a customer would have been spared by them depends on rules not asked here.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection

from tenancy.scoping import current_firm_id
from workflow import calendars
from workflow.occasions import Opening, distinct, facts_sql, opening_of, weekly, weekly_opening
from workflow.rulebook import RuleSpec
from workflow.triggers import Sql, Trigger, Weekly

ONE_DAY: Final = timedelta(days=1)
A_LITTLE: Final = timedelta(microseconds=1)
SAMPLE: Final = 3


@dataclass(frozen=True)
class Day:
    """How many touches one rule would have begun on one day, and the titles of some."""

    rule_key: str
    name: str
    on: date
    count: int
    sample: tuple[str, ...]


def what_would_have_been(rules: Sequence[RuleSpec], since: date, until: date) -> list[Day]:
    """Rule by rule, day by day from ``since`` up to ``until``, days with nothing left out."""
    with calendars.read_once():
        return [day for spec in rules if not spec.is_waiting for day in _days(spec, since, until)]


def _days(spec: RuleSpec, since: date, until: date) -> Iterator[Day]:
    """Under a key of nobody's, so that what the rule really did in that time is not asked."""
    trigger, unknown = spec.read_trigger(), replace(spec, key="")
    for on, openings in sorted(_by_day(unknown, trigger, since, until).items()):
        for at, together in _by_moment(trigger, openings):
            count, titles = _reached(unknown, trigger, at, together)
            if count:
                yield Day(spec.key, spec.name, on, count, tuple(titles))


def _by_day(spec: RuleSpec, trigger: Trigger, since: date, until: date) -> dict[date, list[Opening]]:
    found: dict[date, list[Opening]] = defaultdict(list)
    openings = (
        _rounds(spec, trigger, since, until)
        if isinstance(trigger, Weekly)
        else openings_between(spec, since, until)
    )
    for opening in openings:
        if since <= (on := calendars.local_day(opening.due_from)) < until:
            found[on].append(opening)
    return found


def _by_moment(trigger: Trigger, openings: list[Opening]) -> Iterator[tuple[datetime, list[Opening]]]:
    """When the planner would have looked: at what happened at once, at the rest in the first minute of its day."""
    if trigger.is_weekly:
        yield from ((opening.anchor, [opening]) for opening in openings)
    elif trigger.follows_moves:
        yield calendars.midnight(calendars.local_day(openings[0].due_from)), openings
    else:
        yield max(opening.anchor for opening in openings), openings


def _rounds(spec: RuleSpec, trigger: Weekly, since: date, until: date) -> Iterator[Opening]:
    day = trigger.next_day(since - 8 * ONE_DAY)
    while day < until:
        if (opening := weekly_opening(spec.read_window(), trigger, day)) is not None:
            yield opening
        day = trigger.next_day(day)


def openings_between(
    spec: RuleSpec, since: date, until: date, only: list[UUID] | None = None
) -> Iterator[Opening]:
    """Every window that may open in these days, for whoever of the firm (or of ``only``), meeting the condition or
    not. Not for weekly rounds."""
    trigger, delay, window = spec.read_trigger(), spec.read_delay(), spec.read_window()
    reach = delay.reach + timedelta(days=window.days + 2)
    first, last = calendars.midnight(since) - reach, calendars.midnight(until) + reach
    calendar = calendars.of_firm(since, working_days=(last - first).days)
    for moment in distinct(_everybody(spec, trigger, last, only), _anchors(spec, trigger, first, last)):
        yield opening_of(moment, spec, trigger, delay, window, calendar)


def _everybody(spec: RuleSpec, trigger: Trigger, at: datetime, only: list[UUID] | None) -> Sql:
    """Subjects with no more than their anchors are read from: who met the condition is asked day by day."""
    names = trigger.facts()
    rows = spec.subject.annotated(names, at)
    if only is not None:
        rows = rows.filter(pk__in=only)
    query = rows.order_by().values("id", *[f"fact_{name}" for name in names]).query
    sql, params = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return sql, list(params)


def _anchors(spec: RuleSpec, trigger: Trigger, since: datetime, until: datetime) -> Sql:
    return trigger.anchors(current_firm_id(), spec.subject, since, until)


def _reached(
    spec: RuleSpec, trigger: Trigger, at: datetime, openings: list[Opening]
) -> tuple[int, list[str]]:
    """How many subjects as they stood at ``at`` these windows would have reached, and what some are called."""
    facts, anchors = _asked(spec, trigger, at, openings)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH facts AS ({facts[0]}), anchors AS ({anchors[0]})"  # noqa: S608 - compiled by the ORM and our triggers
            " SELECT count(*) OVER (), f.fact_title FROM anchors a JOIN facts f ON f.id = a.subject_id"
            " WHERE a.anchor = ANY(%s::timestamptz[]) ORDER BY f.fact_title, f.id LIMIT %s",
            [*facts[1], *anchors[1], [opening.anchor for opening in openings], SAMPLE],
        )
        rows = cursor.fetchall()
    return (rows[0][0] if rows else 0), [str(title) for _count, title in rows]


def _asked(spec: RuleSpec, trigger: Trigger, at: datetime, openings: list[Opening]) -> tuple[Sql, Sql]:
    if isinstance(trigger, Weekly):
        found = weekly(spec, trigger, at, firm_id=current_firm_id(), only=None, since=None)
        if found is not None:
            return found.facts, found.anchors
    moments = [opening.anchor for opening in openings]
    return facts_sql(spec, at, None), _anchors(spec, trigger, min(moments) - A_LITTLE, max(moments))
