"""What projects tell the apps above them, and the playbooks."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from workflow.events import Event


@dataclass(frozen=True)
class ProjectOpened(Event):
    label: ClassVar[Any] = _("立项")

    project_id: str
    customer_id: str
    at: str


@dataclass(frozen=True)
class PhaseEntered(Event):
    """``source``: where it came from, as the Step tells it too."""

    label: ClassVar[Any] = _("进入阶段")

    project_id: str
    customer_id: str
    phase: str
    source: str
    at: str


@dataclass(frozen=True)
class NodePassed(Event):
    label: ClassVar[Any] = _("节点验收通过")

    project_id: str
    customer_id: str
    node: str
    on: str


@dataclass(frozen=True)
class FactRecorded(Event):
    """A dated fact came to be known: ``first_paid`` is what sends out the contract information."""

    label: ClassVar[Any] = _("登记事实")

    project_id: str
    customer_id: str
    fact: str
    on: str


@dataclass(frozen=True)
class PeopleChanged(Event):
    label: ClassVar[Any] = _("人员变动")

    project_id: str
    customer_id: str
    slots: str


@dataclass(frozen=True)
class AppointmentMade(Event):
    label: ClassVar[Any] = _("定好预约")

    appointment_id: str
    project_id: str
    customer_id: str
    kind: str
    starts_at: str


@dataclass(frozen=True)
class AppointmentMoved(Event):
    label: ClassVar[Any] = _("预约改期")

    appointment_id: str
    project_id: str
    customer_id: str
    kind: str
    starts_at: str
    was: str


@dataclass(frozen=True)
class AppointmentHeld(Event):
    label: ClassVar[Any] = _("预约完成")

    appointment_id: str
    project_id: str
    customer_id: str
    kind: str
    at: str


@dataclass(frozen=True)
class AppointmentCancelled(Event):
    """Called off, or somebody did not come (``missed``)."""

    label: ClassVar[Any] = _("预约取消")

    appointment_id: str
    project_id: str
    customer_id: str
    kind: str
    missed: bool


@dataclass(frozen=True)
class AppointmentAnswered(Event):
    """One party was told, confirmed or is in conflict; ``answer`` is one of ``AppointmentPerson.Answer``."""

    label: ClassVar[Any] = _("预约答复")

    appointment_id: str
    project_id: str
    customer_id: str
    part: str
    answer: str


@dataclass(frozen=True)
class SiteNoted(Event):
    label: ClassVar[Any] = _("现场记录")

    note_id: str
    project_id: str
    customer_id: str
