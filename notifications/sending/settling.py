"""Writing down how texts ended, or that they wait; each told to whoever listens."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from core import measures
from notifications.actions import consents
from notifications.channels.base import Receipt
from notifications.events import MessageEnded
from notifications.models import Message, Suppression
from notifications.sending import gatekeeper
from notifications.sending.gatekeeper import Verdict
from workflow.events import publish_all
from workflow.together import Together

BACKOFF = timedelta(minutes=1)
LONGEST_BACKOFF = timedelta(minutes=30)
CAUSES = {
    "invalid_number": Suppression.Cause.INVALID,
    "landline": Suppression.Cause.INVALID,
    "opted_out": Suppression.Cause.CARRIER,
}


@contextmanager
def written_together() -> Iterator["Settlement"]:
    """``with settling.written_together() as told: told.accept(message, receipt)``: stored when the block ends."""
    told = Settlement()
    yield told
    told.write()


class Settlement:
    """What became of the texts of one transaction, which holds them locked; five statements however many they are."""

    def __init__(self) -> None:
        self.moves = Together()
        self._counted: Counter[tuple[str, str]] = Counter()
        self._ended: list[Message] = []
        self._stopped: list[tuple[Message, Receipt]] = []

    def refuse(self, message: Message, verdict: Verdict, now: datetime) -> None:
        """The gatekeeper said no, or not yet."""
        self.moves.hold(message)
        transition, facts = gatekeeper.apply(message, verdict, now)
        self.moves.take(transition, note=verdict.why, **facts)
        self._count(message)
        if verdict.kind != "hold":
            self._ended.append(message)

    def claim(self, message: Message, verdict: Verdict, now: datetime, *, until: datetime, by: str) -> None:
        """The gatekeeper said yes: ours to send ``by`` this provider until then."""
        self.moves.hold(message)
        if message.status != Message.Status.PENDING:
            transition, facts = gatekeeper.apply(message, verdict, now)
            self.moves.take(transition, **facts)
        else:
            message.address, message.body, message.segments = verdict.address, verdict.body, verdict.count
        self.moves.take(message.claim, until=until, provider=by)

    def accept(self, message: Message, receipt: Receipt) -> None:
        if receipt.is_delivered:
            self.deliver(message, provider_id=receipt.provider_id)
        else:
            self.moves.take(message.accept, provider_id=receipt.provider_id, at=timezone.now())
            self._count(message)

    def deliver(self, message: Message, *, provider_id: str) -> None:
        """The handset has it; hearing it twice changes nothing."""
        if message.status != Message.Status.DELIVERED:
            self.moves.take(message.deliver, provider_id=provider_id, at=timezone.now())
            self._count(message)
            self._ended.append(message)

    def reject(self, message: Message, receipt: Receipt, *, is_permanent: bool) -> None:
        """It will never be sent; a number that does not exist is not tried again by anybody."""
        self.moves.hold(message)
        message.provider_id = receipt.provider_id or message.provider_id
        now = timezone.now()
        self.moves.take(message.fail, note=receipt.why, code=receipt.code, why=receipt.why, at=now)
        self._count(message)
        self._ended.append(message)
        if is_permanent:
            self._stopped.append((message, receipt))

    def try_later(self, message: Message, receipt: Receipt) -> None:
        """Certainly not sent: again after a while that doubles each time."""
        wait = min(BACKOFF * 2 ** min(message.attempt_no - 1, 5), LONGEST_BACKOFF)
        self.back_to_queue(message, why=receipt.why, at=timezone.now() + wait)

    def back_to_queue(self, message: Message, *, why: str, at: datetime) -> None:
        self.moves.take(message.put_back, note=why, at=at, why=why)
        self._count(message)

    def lose(self, message: Message, *, look_at: datetime, why: str) -> None:
        """It may have left."""
        self.moves.take(message.lose, look_at=look_at, why=why)
        self._count(message)

    def write(self) -> None:
        self.moves.write()
        for message, receipt in self._stopped:
            consents.suppress(message.address, purpose="", cause=CAUSES[receipt.code], note=receipt.why)
        publish_all(
            [MessageEnded(message_id=str(message.pk), status=message.status) for message in self._ended]
        )
        for labels, number in self._counted.items():
            measures.after_commit(partial(measures.MESSAGES.labels(*labels).inc, number))

    def _count(self, message: Message) -> None:
        """Where the text stands now; a channel is chosen only when it may leave."""
        self._counted[message.provider or "none", message.status] += 1
