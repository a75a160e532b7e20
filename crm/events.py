"""What happened to customers; whoever comes later in their life listens."""

from dataclasses import dataclass

from workflow.events import Event


@dataclass(frozen=True)
class CustomerCreated(Event):
    customer_id: str


@dataclass(frozen=True)
class CustomerChanged(Event):
    """``fields``: names of what is different now; values are asked of the customer."""

    customer_id: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class CustomerDeleted(Event):
    customer_id: str


@dataclass(frozen=True)
class CustomersMerged(Event):
    """``gone_id`` is now part of ``kept_id``; every reference has been moved."""

    kept_id: str
    gone_id: str


@dataclass(frozen=True)
class MergeUndone(Event):
    kept_id: str
    gone_id: str


@dataclass(frozen=True)
class VisitEnded(Event):
    """The visitor has left; the messages of the following days count from now."""

    visit_id: str
    customer_id: str


@dataclass(frozen=True)
class EnquiryClosed(Event):
    enquiry_id: str
    customer_id: str
    outcome: str
