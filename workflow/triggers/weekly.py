"""Every week on a weekday: for all whom the condition meets, or for one of each group."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from workflow.registry import Subject
from workflow.triggers.base import BadTrigger, Sql, Trigger, only
from workflow.working_time import WEEKDAYS

HOLIDAYS: Final = ("next_working_day", "keep", "skip")


@dataclass(frozen=True)
class Pick:
    """One subject for each value of ``one_per``: who has waited longest since the date, then by lot.

    The lot is a hash of the occasion, so that every planner of one week draws the same.
    """

    one_per: str
    longest_since: str = ""

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "Pick":
        if "one_per" not in data:
            raise BadTrigger(_("pick 要写 one_per。"))
        pick = cls(**only(data, "one_per", "longest_since"))
        if subject.fact(pick.one_per).type != "uuid":
            raise BadTrigger(_("one_per 要写一个人或一个单位，“%(fact)s”不是。") % {"fact": pick.one_per})
        if pick.longest_since and subject.fact(pick.longest_since).type not in ("date", "datetime"):
            raise BadTrigger(_("“%(fact)s”不是日期。") % {"fact": pick.longest_since})
        return pick

    @property
    def facts(self) -> tuple[str, ...]:
        return (self.one_per, self.longest_since) if self.longest_since else (self.one_per,)

    def words(self, subject: Subject) -> str:
        said = {"group": subject.fact(self.one_per).label}
        if not self.longest_since:
            return _("（每个%(group)s抽一个）") % said
        return _("（每个%(group)s一个，%(since)s最久的优先）") % {
            **said,
            "since": subject.fact(self.longest_since).label,
        }

    def anchors(self, firm_id: int, rule_key: str, anchor: datetime, occasion: str) -> Sql:
        """The chosen of each group that has none yet on this occasion."""
        group = f"f.fact_{self.one_per}"
        waiting = f"f.fact_{self.longest_since} ASC NULLS FIRST, " if self.longest_since else ""
        select = (
            f"SELECT DISTINCT ON ({group}) f.id AS subject_id, %s::timestamptz AS anchor, %s::text AS occasion"  # noqa: S608 - names of facts come from our own registry
            f" FROM facts f WHERE {group} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM workflow_touchpoint t"
            " WHERE t.firm_id = %s AND t.rule_key = %s AND split_part(t.occasion, '#', 1) = %s"
            f" AND t.state <> 'superseded' AND t.snapshot ->> '{self.one_per}' = {group}::text)"
            f" ORDER BY {group}, {waiting}md5(%s || f.id::text)"
        )
        return select, [anchor, occasion, firm_id, rule_key, occasion, occasion]


@dataclass(frozen=True)
class Weekly(Trigger):
    """Every week, or every second one, on a weekday, for whom the condition held at 00:00 of that day."""

    kind: ClassVar[str] = "weekly"
    is_weekly: ClassVar[bool] = True

    weekday: int
    every: int = 1
    holiday: str = "next_working_day"
    pick: Pick | None = None

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "Weekly":
        given = only(data, "weekday", "every", "holiday", "pick")
        pick = Pick.read(given["pick"], subject) if "pick" in given else None
        trigger = cls(**{**given, "pick": pick})
        if trigger.weekday not in range(1, 8) or trigger.every not in range(1, 14):
            raise BadTrigger(_("weekday 用 1 到 7（周一到周日），every 用 1 到 13 周。"))
        if trigger.holiday not in HOLIDAYS:
            raise BadTrigger(_("holiday 可以是 next_working_day、keep 或 skip。"))
        return trigger

    def words(self, subject: Subject, delay_words: str) -> str:
        said = {"every": self.every, "day": WEEKDAYS[self.weekday - 1]}
        round_ = _("每周%(day)s") % said if self.every == 1 else _("每 %(every)d 周的周%(day)s") % said
        return round_ + (self.pick.words(subject) if self.pick else "")

    def facts(self) -> tuple[str, ...]:
        return self.pick.facts if self.pick else ()

    def next_day(self, today: date) -> date:
        """The next such day from tomorrow on."""
        day = today + timedelta(days=1)
        while (found := self.day_for(day)) is None or found <= today:
            day += timedelta(days=1)
        return found

    def day_for(self, today: date) -> date | None:
        """The last such day up to today, when its week is one of the rule's; weeks are counted from a fixed Monday."""
        day = today - timedelta(days=(today.isoweekday() - self.weekday) % 7)
        return day if (day.toordinal() - 1) // 7 % self.every == 0 else None

    @staticmethod
    def occasion(day: date) -> str:
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02d}"
