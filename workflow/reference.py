"""The mainland calendar, loaded by a function rather than a migration: tests and ``bin/up`` call it again and again."""

import csv
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from workflow.calendar_source import CalendarRow, calendar_rows
from workflow.models import CalendarDay

WORKING = {"上班": True, "work": True, "1": True, "休": False, "放假": False, "off": False, "0": False}

_FILL = """
    INSERT INTO workflow_calendarday AS kept (date, is_working, name, source, provisional)
    SELECT * FROM unnest(%s::date[], %s::boolean[], %s::text[], %s::text[], %s::boolean[])
    ON CONFLICT (date) DO UPDATE
    SET is_working = excluded.is_working, name = excluded.name, source = excluded.source,
        provisional = excluded.provisional
    WHERE {keep}
      AND (kept.is_working, kept.name, kept.source, kept.provisional)
          IS DISTINCT FROM (excluded.is_working, excluded.name, excluded.source, excluded.provisional)
"""


def seed_reference() -> int:
    """Fill the calendar from what is published; days from an official list stay. Returns how many rows changed."""
    return _fill(_shipped(), keep="kept.source <> 'official'")


@transaction.atomic
def import_calendar(path: Path) -> int:
    """Take over the official list of one year: a CSV of date, 上班 or 休, and the holiday's name.

    Days of that year that are not on it are ordinary weekdays and weekends, and no longer provisional.
    """
    listed = {row.date: row for row in _read(path)}
    years = {on.year for on in listed}
    rest = [
        CalendarRow(row.date, row.date.weekday() < 5, "", CalendarDay.Source.OFFICIAL, provisional=False)
        for year in years
        for row in calendar_rows(year, year)
        if row.date not in listed
    ]
    return _fill([*listed.values(), *rest], keep="TRUE")


def missing_years(today: date | None = None) -> list[int]:
    """From November on: next year, as long as its plan has not been published to us."""
    today = today or timezone.localdate()
    if today.month < 11:
        return []
    known = CalendarDay.objects.filter(date__year=today.year + 1, provisional=False)
    return [] if known.exists() else [today.year + 1]


@cache
def _shipped() -> tuple[CalendarRow, ...]:
    return tuple(calendar_rows())


def _fill(rows: Iterable[CalendarRow], *, keep: str) -> int:
    columns = list(zip(*((r.date, r.is_working, r.name, r.source, r.provisional) for r in rows), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_FILL.format(keep=keep), [list(column) for column in columns])
        return int(cursor.rowcount)


def _read(path: Path) -> list[CalendarRow]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = [_row(number, cells) for number, cells in enumerate(csv.reader(file), 1) if any(cells)]
    found = [row for row in rows if row is not None]
    if not found:
        raise Refusal(_("文件里没有日期。每行写：日期，上班或休，节日名称。"))
    return found


def _row(number: int, cells: list[str]) -> CalendarRow | None:
    first, state, name = [*(cell.strip() for cell in cells), "", ""][:3]
    try:
        on = date.fromisoformat(first)
    except ValueError:
        if number == 1:
            return None
        raise Refusal(
            _("第 %(row)d 行的日期“%(text)s”读不懂，请写成 2027-01-01。") % {"row": number, "text": first}
        ) from None
    if state not in WORKING:
        raise Refusal(_("第 %(row)d 行请写“上班”或“休”。") % {"row": number})
    return CalendarRow(on, WORKING[state], name[:20], CalendarDay.Source.OFFICIAL, provisional=False)
