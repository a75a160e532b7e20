"""What projects tell the apps above them, and the playbooks."""

from dataclasses import dataclass

from workflow.events import Event


@dataclass(frozen=True)
class ProjectOpened(Event):
    project_id: str
    customer_id: str
    at: str


@dataclass(frozen=True)
class PhaseEntered(Event):
    """``source``: where it came from, as the Step tells it too."""

    project_id: str
    customer_id: str
    phase: str
    source: str
    at: str


@dataclass(frozen=True)
class NodePassed(Event):
    project_id: str
    customer_id: str
    node: str
    on: str


@dataclass(frozen=True)
class FactRecorded(Event):
    """A dated fact came to be known: ``first_paid`` is what sends out the contract information."""

    project_id: str
    customer_id: str
    fact: str
    on: str


@dataclass(frozen=True)
class PeopleChanged(Event):
    project_id: str
    customer_id: str
    slots: str


@dataclass(frozen=True)
class AppointmentMade(Event):
    appointment_id: str
    project_id: str
    customer_id: str
    kind: str
    starts_at: str


@dataclass(frozen=True)
class AppointmentMoved(Event):
    appointment_id: str
    project_id: str
    customer_id: str
    kind: str
    starts_at: str
    was: str


@dataclass(frozen=True)
class AppointmentHeld(Event):
    appointment_id: str
    project_id: str
    customer_id: str
    kind: str
    at: str


@dataclass(frozen=True)
class AppointmentCancelled(Event):
    """Called off, or somebody did not come (``missed``)."""

    appointment_id: str
    project_id: str
    customer_id: str
    kind: str
    missed: bool


@dataclass(frozen=True)
class SiteNoted(Event):
    note_id: str
    project_id: str
    customer_id: str
