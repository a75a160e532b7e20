"""What the call desk and the outbox tell the rest of the house. Ids only: words and numbers stay in their tables."""

from dataclasses import dataclass

from workflow.events import Event


@dataclass(frozen=True)
class CallFinished(Event):
    """An outcome was recorded; ``outcome`` is one of ``CallAttempt.Outcome``."""

    task_id: str
    attempt_id: str
    customer_id: str | None
    project_id: str | None
    outcome: str
    is_refused: bool = False


@dataclass(frozen=True)
class CallUndone(Event):
    """The outcome of this attempt was taken back within the minutes allowed."""

    task_id: str
    attempt_id: str


@dataclass(frozen=True)
class LowSatisfaction(Event):
    """A customer rated something or somebody at or below the firm's alarm mark."""

    task_id: str
    attempt_id: str
    satisfaction_id: str
    aspect: str
    score: int


@dataclass(frozen=True)
class IntegrityReported(Event):
    """A customer says somebody let himself be treated or asked for something."""

    task_id: str
    attempt_id: str


@dataclass(frozen=True)
class WrongNumber(Event):
    """The number belongs to nobody or to somebody else; it stands in the attempt's ``phone``."""

    task_id: str
    attempt_id: str
    customer_id: str | None


@dataclass(frozen=True)
class MessageEnded(Event):
    """A message was delivered, failed, was suppressed or expired."""

    message_id: str
    status: str


@dataclass(frozen=True)
class OptedOut(Event):
    """Somebody wants no more messages of this purpose (empty: none at all)."""

    suppression_id: str
    purpose: str
