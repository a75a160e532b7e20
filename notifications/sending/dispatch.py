"""The outbox of texts: claim, wire, settle; each in transactions of its own, so that a crash never sends twice.

1. ``claim`` asks the gatekeeper about a batch, writes ``sending`` with attempt numbers and a lease, and commits.
2. Text after text goes to the provider outside every transaction.
3. ``settle`` writes the answers, each only if its row is still in that very attempt: when ``SETTLED_AT_ONCE`` have come
   together, or ``PROMPT`` seconds after the first of them.

A worker that dies leaves a batch of at most ``AT_ONCE`` rows whose leases run out. Each of them may have left: it becomes
``unknown`` and the provider is asked (``look_up``). Only when the provider has not seen it for ``SURE_AFTER`` is it sent
again. So a text leaves at least once unless it is over, and twice only if a provider hides a text for longer than that:
docs/adr/0010-texts-leave-once.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic

import structlog
from django.db import DatabaseError
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from core import measures
from notifications import channels
from notifications.actions.messages import PERMANENT, QUEUE
from notifications.channels.base import Receipt
from notifications.models import Message
from notifications.sending import settling
from notifications.sending.claiming import AT_ONCE, SURE_AFTER, Claimed, claim
from notifications.sending.settling import Settlement
from tenancy.audit.actor import Actor, acting
from tenancy.scoping import firm_scope
from workflow import due
from workflow.models import Due

log = structlog.get_logger("sms")
LONGEST_TALK = timedelta(seconds=18)
"""A provider's own time limit: with less left of its lease a text does not go on the wire any more."""
SETTLED_AT_ONCE = 25
PROMPT = 1.0
VISIT = 60.0
"""Seconds after which no further round is begun; the next sweep goes on."""
ROUNDS = 40

Answer = tuple[Claimed, Receipt]


def sweep(now: datetime | None = None) -> int:
    """Every firm that has something to send, in turn; returns how many texts were handled."""
    return _in_turn(dict(due.firms(QUEUE, now or timezone.now())))


def run(firm_id: int, notes: Sequence[int] = ()) -> int:
    """Work one firm's outbox off."""
    return _in_turn({firm_id: notes})


def _in_turn(firms: Mapping[int, Sequence[int]]) -> int:
    """A batch of each firm and then the next of each, the longest waiting first: nobody waits for another's last text.

    The notes that brought us to a firm go only after everything of it has been looked at, or a note for the rest stands.
    """
    handled, busy, ends = 0, list(firms), monotonic() + VISIT
    for _round in range(ROUNDS):
        looked_at = {firm_id: _send_batch(firm_id) for firm_id in busy}
        handled += sum(looked_at.values())
        busy = [firm_id for firm_id in busy if looked_at[firm_id] == AT_ONCE]
        if not busy or monotonic() > ends:
            break
    for firm_id, notes in firms.items():
        _note_next(firm_id, notes)
    return handled


def _send_batch(firm_id: int) -> int:
    with _inside(firm_id):
        claimed, looked_at = claim(timezone.now())
    for answers in _answers(claimed):
        _settle_all(firm_id, answers)
    return looked_at


def _answers(claimed: Sequence[Claimed]) -> Iterator[list[Answer]]:
    """What the provider says, a few at a time; nothing it said waits long to be written down."""
    heard: list[Answer] = []
    first_at = monotonic()
    for one in claimed:
        first_at = first_at if heard else monotonic()
        heard.append((one, _talk(one)))
        if len(heard) == SETTLED_AT_ONCE or monotonic() - first_at > PROMPT:
            yield heard
            heard = []
    if heard:
        yield heard


def _talk(one: Claimed) -> Receipt:
    """Outside every transaction: whatever happens here, the row already says that something did."""
    if timezone.now() + LONGEST_TALK > one.until:
        return Receipt("not_processed", why=_("这一批发得太久，稍后再发"))
    channel = channels.adapter(one.account.provider)
    with measures.PROVIDER_SECONDS.labels(one.account.provider).time():
        if one.is_question:
            return channel.look_up(one.envelope, one.account, one.known)
        return channel.send(one.envelope, one.account)


def _settle_all(firm_id: int, answers: Sequence[Answer]) -> None:
    """One answer the database does not take must not make us forget the others."""
    try:
        with _inside(firm_id):
            settle(answers)
    except DatabaseError as error:
        log.warning("answers settled one by one", firm=firm_id, error=type(error).__name__)
        for answer in answers:
            _settle_alone(firm_id, answer)


def _settle_alone(firm_id: int, answer: Answer) -> None:
    """What cannot be written stays as it is: its lease runs out and it is asked about."""
    try:
        with _inside(firm_id):
            settle([answer])
    except DatabaseError as error:
        log.warning(
            "answer not taken", firm=firm_id, message=str(answer[0].message_id), error=type(error).__name__
        )


def settle(answers: Sequence[Answer]) -> None:
    """Write what the provider answered; a late worker whose attempt is over changes nothing."""
    given = {one.message_id: (one, receipt) for one, receipt in answers}
    rows = Message.objects.select_for_update(of=("self",)).filter(pk__in=given).order_by("pk")
    with settling.written_together() as told:
        for message in rows:
            one, receipt = given[message.pk]
            if one.still_holds(message):
                _settle(told, message, one, receipt)


def _settle(told: Settlement, message: Message, one: Claimed, receipt: Receipt) -> None:
    if receipt.kind == "rejected":
        told.reject(message, receipt, is_permanent=receipt.code in PERMANENT)
    elif receipt.kind == "accepted":
        told.accept(message, receipt)
    elif one.is_question and receipt.kind == "not_processed":
        told.back_to_queue(message, why=_("服务商没有收到，重新发送"), at=timezone.now())
    elif receipt.kind == "not_processed":
        told.try_later(message, receipt)
    elif not one.is_question:
        told.lose(message, look_at=timezone.now() + SURE_AFTER, why=receipt.why)


def _note_next(firm_id: int, notes: Sequence[int]) -> None:
    """Leave word for when this firm has something to send again."""
    with _inside(firm_id):
        waiting = Message.objects.filter(status__in=[*Message.WAITING, "sending", "unknown"])
        if next_at := waiting.aggregate(at=Min("next_at"))["at"]:
            due.note(QUEUE, next_at)
        Due.objects.filter(pk__in=notes).delete()


@contextmanager
def _inside(firm_id: int) -> Iterator[None]:
    """The firm's scope as the machine itself enters it: one transaction."""
    with acting(Actor(door="task")), firm_scope(firm_id):
        yield
