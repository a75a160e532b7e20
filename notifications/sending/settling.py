"""Writing down how a text ended, or that it waits; each told to whoever listens."""

from datetime import datetime, timedelta

from django.utils import timezone

from core import measures
from notifications.actions import consents
from notifications.channels.base import Receipt
from notifications.events import MessageEnded
from notifications.models import Message, Suppression
from notifications.sending import gatekeeper
from notifications.sending.gatekeeper import Verdict
from workflow.events import publish
from workflow.moves import move

BACKOFF = timedelta(minutes=1)
LONGEST_BACKOFF = timedelta(minutes=30)
CAUSES = {
    "invalid_number": Suppression.Cause.INVALID,
    "landline": Suppression.Cause.INVALID,
    "opted_out": Suppression.Cause.CARRIER,
}


def refuse(message: Message, verdict: Verdict, now: datetime) -> None:
    """The gatekeeper said no, or not yet."""
    transition, facts = gatekeeper.apply(message, verdict, now)
    move(transition, by=None, note=verdict.why, **facts)
    _count(message)
    if verdict.kind != "hold":
        _tell(message)


def accept(message: Message, receipt: Receipt) -> None:
    now = timezone.now()
    if receipt.is_delivered:
        move(message.deliver, by=None, provider_id=receipt.provider_id, at=now)
        _tell(message)
    else:
        move(message.accept, by=None, provider_id=receipt.provider_id, at=now)
    _count(message)


def deliver(message: Message, *, provider_id: str) -> None:
    """The handset has it; hearing it twice changes nothing."""
    if message.status == Message.Status.DELIVERED:
        return
    move(message.deliver, by=None, provider_id=provider_id, at=timezone.now())
    _count(message)
    _tell(message)


def reject(message: Message, receipt: Receipt, *, is_permanent: bool) -> None:
    """It will never be sent; a number that does not exist is not tried again by anybody."""
    if receipt.provider_id:
        message.provider_id = receipt.provider_id
    move(message.fail, by=None, note=receipt.why, code=receipt.code, why=receipt.why, at=timezone.now())
    _count(message)
    if is_permanent:
        consents.suppress(message.address, purpose="", cause=CAUSES[receipt.code], note=receipt.why)
    _tell(message)


def try_later(message: Message, receipt: Receipt) -> None:
    """Certainly not sent: again after a while that doubles each time."""
    wait = min(BACKOFF * 2 ** min(message.attempt_no - 1, 5), LONGEST_BACKOFF)
    back_to_queue(message, why=receipt.why, at=timezone.now() + wait)


def back_to_queue(message: Message, *, why: str, at: datetime) -> None:
    move(message.put_back, by=None, note=why, at=at, why=why)
    _count(message)


def lose(message: Message, *, look_at: datetime, why: str) -> None:
    """It may have left."""
    move(message.lose, by=None, look_at=look_at, why=why)
    _count(message)


def _count(message: Message) -> None:
    """Where the text stands now; a channel is chosen only when it may leave."""
    step = measures.MESSAGES.labels(message.provider or "none", message.status)
    measures.after_commit(step.inc)


def _tell(message: Message) -> None:
    publish(MessageEnded(message_id=str(message.pk), status=message.status))
