"""Something happened: a subject entered or left a state, or an event about it was published."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from workflow import events
from workflow.models import Step
from workflow.registry import Subject
from workflow.triggers.base import BadTrigger, Sql, Trigger, only


@dataclass(frozen=True)
class PhaseChange(Trigger):
    """A subject entered or left a state, read from its recorded steps."""

    kind: ClassVar[str] = "phase"
    icon: ClassVar[str] = "route"

    state: str
    entered: bool

    @classmethod
    def read(cls, data: dict[str, Any], subject: Subject) -> "PhaseChange":
        only(data, "entered", "left")
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
        trigger = cls(**only(data, "name"))
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
