"""What sets a rule off, as data: read and checked, told in words, and turned into anchors the planner joins.

An anchor is (subject, moment, occasion): one row for each time the rule's occasion comes for a subject. Occasions are
stable names, so that looking twice, late or in parallel finds the same ones.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from workflow import calendars, events
from workflow.models import Step
from workflow.registry import Subject
from workflow.working_time import WEEKDAYS

HOLIDAYS: Final = ("next_working_day", "keep", "skip")

Sql = tuple[str, list[Any]]


class BadTrigger(ValueError):
    """A trigger the engine does not have."""


@dataclass(frozen=True)
class Trigger:
    """``icon`` and ``tone`` draw it on the playbook page; ``is_weekly`` ones look at whole firms only."""

    kind: ClassVar[str]
    icon: ClassVar[str] = "clock"
    is_weekly: ClassVar[bool] = False
    follows_moves: ClassVar[bool] = False

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "Trigger":
        raise NotImplementedError

    def words(self, subject: Subject, delay_words: str) -> str:
        raise NotImplementedError

    def facts(self) -> tuple[str, ...]:
        """Facts the anchors are read from."""
        return ()

    def anchors(self, firm_id: int, subject: Subject, since: datetime, until: datetime) -> Sql:
        """A SELECT of (subject_id, anchor, occasion) with anchors after ``since`` and up to ``until``."""
        raise NotImplementedError


@dataclass(frozen=True)
class Weekly(Trigger):
    """Every week, or every second one, on a weekday, for whom the condition held at 00:00 of that day."""

    kind: ClassVar[str] = "weekly"
    is_weekly: ClassVar[bool] = True

    weekday: int
    every: int = 1
    holiday: str = "next_working_day"

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "Weekly":
        trigger = cls(**_only(data, "weekday", "every", "holiday"))
        if trigger.weekday not in range(1, 8) or trigger.every not in range(1, 14):
            raise BadTrigger(_("weekday 用 1 到 7（周一到周日），every 用 1 到 13 周。"))
        if trigger.holiday not in HOLIDAYS:
            raise BadTrigger(_("holiday 可以是 next_working_day、keep 或 skip。"))
        return trigger

    def words(self, subject: Subject, delay_words: str) -> str:
        day = WEEKDAYS[self.weekday - 1]
        if self.every == 1:
            return _("每周%(day)s") % {"day": day}
        return _("每 %(every)d 周的周%(day)s") % {"every": self.every, "day": day}

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


@dataclass(frozen=True)
class DateField(Trigger):
    """Some time before, on or after a date the subject carries. When the date moves, the touchpoint follows."""

    kind: ClassVar[str] = "date"
    icon: ClassVar[str] = "calendar-event"
    follows_moves: ClassVar[bool] = True

    fact: str

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "DateField":
        trigger = cls(**_only(data, "fact"))
        if subject.fact(trigger.fact).type not in ("date", "datetime"):
            raise BadTrigger(_("“%(fact)s”不是日期。") % {"fact": trigger.fact})
        return trigger

    def words(self, subject: Subject, delay_words: str) -> str:
        return f"{subject.fact(self.fact).label}{delay_words}"

    def facts(self) -> tuple[str, ...]:
        return (self.fact,)

    def anchors(self, firm_id: int, subject: Subject, since: datetime, until: datetime) -> Sql:
        zone = str(calendars.ZONE)
        if subject.fact(self.fact).type == "date":
            moment, name = f"f.fact_{self.fact}::timestamp AT TIME ZONE %s", f"f.fact_{self.fact}::text"
            extra: list[Any] = [zone]
        else:
            moment, extra = f"f.fact_{self.fact}", []
            name = f"to_char(f.fact_{self.fact} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
        select = f"SELECT f.id AS subject_id, {moment} AS anchor, {name} AS occasion FROM facts f"  # noqa: S608 - names of facts come from our own registry
        within = f"SELECT * FROM ({select}) d WHERE d.anchor > %s AND d.anchor <= %s"  # noqa: S608 - as above
        return within, [*extra, since, until]


@dataclass(frozen=True)
class AppointmentTime(DateField):
    """Before, at or after an appointment. A moved or cancelled appointment takes its touchpoint along."""

    kind: ClassVar[str] = "appointment"

    fact: str = "starts_at"

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "AppointmentTime":
        if subject.kind != "appointment":
            raise BadTrigger(_('appointment 触发只用于 subject = "appointment" 的规则。'))
        _only(data)
        subject.fact(cls.fact)
        return cls()

    def words(self, subject: Subject, delay_words: str) -> str:
        return f"{subject.label}{delay_words}"


@dataclass(frozen=True)
class PhaseChange(Trigger):
    """A subject entered or left a state, read from its recorded steps."""

    kind: ClassVar[str] = "phase"
    icon: ClassVar[str] = "route"

    state: str
    entered: bool

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "PhaseChange":
        _only(data, "entered", "left")
        if len(data) != 1:
            raise BadTrigger(_("phase 触发写 entered 或 left 其中一个。"))
        word, state = next(iter(data.items()))
        if (fact := subject.by_name.get("phase")) and fact.choices and state not in dict(fact.choices):
            raise BadTrigger(_("没有“%(state)s”这个阶段。") % {"state": state})
        return cls(state, entered=word == "entered")

    def words(self, subject: Subject, delay_words: str) -> str:
        fact = subject.by_name.get("phase")
        said = {"state": fact.words_for(self.state) if fact else self.state, "delay": delay_words}
        return (_("进入%(state)s%(delay)s") if self.entered else _("离开%(state)s%(delay)s")) % said

    def anchors(self, firm_id: int, subject: Subject, since: datetime, until: datetime) -> Sql:
        side = "target" if self.entered else "source"
        select = (
            "SELECT subject_id, at AS anchor, id::text AS occasion FROM workflow_step"  # noqa: S608 - side is one of two words
            f" WHERE firm_id = %s AND subject_kind = %s AND {side} = %s AND source <> target"
            " AND kind = %s AND at > %s AND at <= %s"
        )
        return select, [firm_id, subject.kind, self.state, Step.Kind.MOVE, since, until]


@dataclass(frozen=True)
class Happened(Trigger):
    """An event about the subject was published: ``{kind = "event", name = "projects.NodePassed"}``."""

    kind: ClassVar[str] = "event"
    icon: ClassVar[str] = "alarm"

    name: str

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "Happened":
        trigger = cls(**_only(data, "name"))
        known = events.known()
        if trigger.name not in known:
            raise BadTrigger(_("没有“%(name)s”这个事件。") % {"name": trigger.name})
        return trigger

    def words(self, subject: Subject, delay_words: str) -> str:
        event = events.known().get(self.name)
        label = getattr(event, "label", "") or self.name
        return f"{label}{delay_words}"

    def anchors(self, firm_id: int, subject: Subject, since: datetime, until: datetime) -> Sql:
        select = (
            "SELECT subject_id, at AS anchor, id::text AS occasion FROM workflow_outboxevent"
            " WHERE firm_id = %s AND name = %s AND subject_kind = %s AND at > %s AND at <= %s"
        )
        return select, [firm_id, self.name, subject.kind, since, until]


KINDS: Final[dict[str, type[Trigger]]] = {
    kind.kind: kind for kind in (Weekly, DateField, AppointmentTime, PhaseChange, Happened)
}


def read_trigger(data: dict[str, Any], subject: Subject) -> Trigger:
    kind = KINDS.get(data.get("kind", ""))
    if kind is None:
        raise BadTrigger(
            _("触发方式“%(kind)s”不在可用之列：%(known)s。")
            % {"kind": data.get("kind", ""), "known": "、".join(KINDS)}
        )
    return kind.read({key: value for key, value in data.items() if key != "kind"}, subject)


def _only(data: dict[str, Any], *names: str) -> dict[str, Any]:
    if unknown := set(data) - set(names):
        raise BadTrigger(_("触发里不认识“%(name)s”。") % {"name": unknown.pop()})
    return data
