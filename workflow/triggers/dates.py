"""Before, on or after a date the subject carries, once or again and again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from workflow import calendars
from workflow.registry import Subject
from workflow.spans import Span
from workflow.triggers.base import FAR, TWO_MONTHS, BadTrigger, Sql, Trigger, only

YEARS: Final = 20
"""How long a repeated date goes on."""
_MOST: Final = {"day": YEARS * 365, "month": YEARS * 12}
_LONGEST: Final = {"day": timedelta(days=1), "month": timedelta(days=31)}
_SHORTEST: Final = {"day": timedelta(days=1), "month": timedelta(days=28)}


@dataclass(frozen=True)
class DateField(Trigger):
    """Some time before, on or after a date the subject carries. When the date moves, the touchpoint follows.

    ``repeat``: again every so long after the first, the 31st on the last of shorter months, for twenty years.
    """

    kind: ClassVar[str] = "date"
    icon: ClassVar[str] = "calendar-event"
    follows_moves: ClassVar[bool] = True

    fact: str
    repeat: Span | None = None

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "DateField":
        given = only(data, "fact", "repeat")
        if "fact" not in given:
            raise BadTrigger(_("date 触发要写 fact。"))
        if subject.fact(given["fact"]).type not in ("date", "datetime"):
            raise BadTrigger(_("“%(fact)s”不是日期。") % {"fact": given["fact"]})
        return cls(given["fact"], _read_repeat(given["repeat"]) if "repeat" in given else None)

    def words(self, subject: Subject, delay_words: str) -> str:
        once = f"{subject.fact(self.fact).label}{delay_words}"
        if self.repeat is None:
            return once
        return _("%(once)s，此后每 %(span)s") % {"once": once, "span": self.repeat.length_words()}

    def facts(self) -> tuple[str, ...]:
        return (self.fact,)

    @property
    def horizon(self) -> timedelta:
        return TWO_MONTHS if self.repeat else FAR

    def anchors(self, firm_id: int, subject: Subject, since: datetime, until: datetime) -> Sql:
        is_date = subject.fact(self.fact).type == "date"
        select, params = self._repeated(since, until, is_date=is_date) if self.repeat else self._once(is_date)
        within = f"SELECT * FROM ({select}) d WHERE d.anchor > %s AND d.anchor <= %s"  # noqa: S608 - names of facts come from our own registry
        return within, [*params, since, until]

    def _once(self, is_date: bool) -> Sql:  # noqa: FBT001 - one of two shapes of a column
        moment, params = self._moment(f"{self._local(is_date)}")
        return (
            f"SELECT f.id AS subject_id, {moment} AS anchor, {self._name(is_date)} AS occasion FROM facts f",  # noqa: S608 - as above
            params if is_date else [str(calendars.ZONE), *params],
        )

    def _repeated(self, since: datetime, until: datetime, *, is_date: bool) -> Sql:
        """Only the few repetitions near the time asked for are written out."""
        span = self.repeat or Span(1, "month")
        zone = [] if is_date else [str(calendars.ZONE)]
        moment, at_zone = self._moment(f"({self._local(is_date)} + n.nth * %s::interval)")
        nearest = (
            f"generate_series(greatest(0, floor(extract(epoch FROM %s - f.fact_{self.fact}) / %s)::int - 1),"
            f" least(%s, ceil(extract(epoch FROM %s - f.fact_{self.fact}) / %s)::int + 1))"
        )
        select = (
            f"SELECT f.id AS subject_id, {moment} AS anchor,"  # noqa: S608 - as above
            f" {self._name(is_date)} || CASE n.nth WHEN 0 THEN '' ELSE '/' || n.nth END AS occasion"
            f" FROM facts f CROSS JOIN LATERAL {nearest} AS n (nth) WHERE f.fact_{self.fact} IS NOT NULL"
        )
        longest = (_LONGEST[span.unit] * span.count).total_seconds()
        shortest = (_SHORTEST[span.unit] * span.count).total_seconds()
        series = [since, longest, _MOST[span.unit] // span.count, until, shortest]
        return select, [*zone, f"{span.count} {span.unit}s", *at_zone, *series]

    def _local(self, is_date: bool) -> str:  # noqa: FBT001 - as above
        """The date on the firm's wall clock, so that a month later is the same hour."""
        return f"f.fact_{self.fact}::timestamp" if is_date else f"(f.fact_{self.fact} AT TIME ZONE %s)"

    def _moment(self, local: str) -> Sql:
        return f"{local} AT TIME ZONE %s", [str(calendars.ZONE)]

    def _name(self, is_date: bool) -> str:  # noqa: FBT001 - as above
        if is_date:
            return f"f.fact_{self.fact}::text"
        return f"to_char(f.fact_{self.fact} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"


@dataclass(frozen=True)
class AppointmentTime(DateField):
    """Before, at or after an appointment. A moved or cancelled appointment takes its touchpoint along."""

    kind: ClassVar[str] = "appointment"

    fact: str = "starts_at"

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "AppointmentTime":
        if subject.kind != "appointment":
            raise BadTrigger(_('appointment 触发只用于 subject = "appointment" 的规则。'))
        only(data)
        subject.fact(cls.fact)
        return cls()

    def words(self, subject: Subject, delay_words: str) -> str:
        return f"{subject.label}{delay_words}"


def _read_repeat(text: str) -> Span:
    span = Span.read(text)
    if span.unit not in _MOST or span.count < 1:
        raise BadTrigger(_('repeat 写天数或月数，例如 "12 months"。'))
    return span
