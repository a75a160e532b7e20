"""The outbox of texts: claim, wire, settle; each in a transaction of its own, so that a crash never sends twice.

1. ``claim`` asks the gatekeeper, writes ``sending`` with its attempt number and a lease, and commits.
2. ``put_on_wire`` talks to the provider outside every transaction.
3. ``settle`` writes the answer, only if the row is still in that very attempt.

A row whose lease ran out may have left: it becomes ``unknown`` and the provider is asked (``look_up``). Only when the
provider has not seen it for ``SURE_AFTER`` is it sent again. So a text leaves at least once unless it is over, and
twice only if a provider hides a text for longer than that: docs/adr/0010-texts-leave-once.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from core import measures
from notifications import channels
from notifications.actions.messages import PERMANENT, QUEUE
from notifications.channels.base import Account, Envelope, Receipt
from notifications.models import Message
from notifications.sending import gatekeeper, settling
from notifications.sending.accounts import account_of_firm
from notifications.sending.gatekeeper import GateRules
from tenancy.audit.actor import Actor, acting
from tenancy.scoping import firm_scope
from workflow import due
from workflow.models import Due
from workflow.moves import move

log = structlog.get_logger("sms")
LEASE = timedelta(minutes=2)
SURE_AFTER = timedelta(minutes=2, seconds=18)
"""A provider's own time limit and two minutes: before that a text may still be in flight."""
LOOK_AGAIN = timedelta(minutes=2)
AT_ONCE = 50
ROUNDS = 40


@dataclass(frozen=True)
class Claimed:
    """One row that is ours for the length of a lease. ``is_question``: ask about it instead of sending it."""

    message_id: UUID
    attempt_no: int
    envelope: Envelope
    account: Account
    is_question: bool
    known: frozenset[str] = frozenset()


def sweep(now: datetime | None = None) -> int:
    """Every firm that has something to send, the longest waiting first; returns how many texts were handled."""
    return sum(run(firm_id, notes) for firm_id, notes in due.firms(QUEUE, now or timezone.now()))


def run(firm_id: int, notes: list[int] | None = None) -> int:
    """Work one firm's outbox off. The note that brought us here goes only after everything has been looked at."""
    handled = 0
    for _round in range(ROUNDS):
        claimed, looked_at = _claim_batch(firm_id)
        for one in claimed:
            _handle(firm_id, one)
        handled += looked_at
        if looked_at < AT_ONCE:
            break
    _note_next(firm_id, notes or [])
    return handled


def _handle(firm_id: int, one: Claimed) -> None:
    """Outside every transaction: whatever happens here, the row already says that something did."""
    channel = channels.adapter(one.account.provider)
    with measures.PROVIDER_SECONDS.labels(one.account.provider).time():
        if one.is_question:
            receipt = channel.look_up(one.envelope, one.account, one.known)
        else:
            receipt = channel.send(one.envelope, one.account)
    with _inside(firm_id):
        settle(one, receipt)


def _claim_batch(firm_id: int) -> tuple[list[Claimed], int]:
    with _inside(firm_id):
        return claim(timezone.now())


def claim(now: datetime) -> tuple[list[Claimed], int]:
    """Rows due in the firm in scope: what may leave or must be asked about, and how many rows were looked at."""
    rows = list(
        Message.objects.to_handle(now)
        .select_related("template__template")
        .select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]
    )
    if not rows:
        return [], 0
    account, rules = account_of_firm(), GateRules.of_firm()
    taken = [_claim_one(message, account, rules, now) for message in rows]
    return [one for one in taken if one is not None], len(rows)


def _claim_one(message: Message, account: Account, rules: GateRules, now: datetime) -> Claimed | None:
    if message.status == Message.Status.SENDING:
        settling.lose(message, look_at=now + SURE_AFTER, why=_("发送时中断，正在核实"))
        return None
    if message.status == Message.Status.UNKNOWN:
        return _ask(message, account, now)
    return _pass_gate(message, account, rules, now)


def _pass_gate(message: Message, account: Account, rules: GateRules, now: datetime) -> Claimed | None:
    verdict = gatekeeper.judge(message, signature=account.signature, rules=rules, now=now)
    if verdict.kind != "pass":
        settling.refuse(message, verdict, now)
        return None
    if message.status != Message.Status.PENDING:
        transition, facts = gatekeeper.apply(message, verdict, now)
        move(transition, by=None, **facts)
    else:
        message.address, message.body, message.segments = verdict.address, verdict.body, verdict.count
    move(message.claim, by=None, until=now + LEASE, provider=account.provider)
    return _claimed(message, account, now, is_question=False)


def _ask(message: Message, account: Account, now: datetime) -> Claimed:
    """Push the next look ahead first, so that two workers do not ask the same question."""
    message.next_at = now + LOOK_AGAIN
    message.save(update_fields=["next_at"])
    others = Message.objects.filter(address=message.address).exclude(provider_id="").exclude(pk=message.pk)
    known = frozenset(others.values_list("provider_id", flat=True))
    return _claimed(message, account, now, is_question=True, known=known)


def _claimed(
    message: Message,
    account: Account,
    now: datetime,
    *,
    is_question: bool,
    known: frozenset[str] = frozenset(),
) -> Claimed:
    envelope = Envelope(
        key=str(message.pk),
        attempt_no=message.attempt_no,
        address=message.address,
        text=message.body,
        valid_until=message.expires_at,
        claimed_at=now if not is_question else message.made_at,
    )
    return Claimed(message.pk, message.attempt_no, envelope, account, is_question, known)


def settle(one: Claimed, receipt: Receipt) -> None:
    """Write the provider's answer; a late worker whose attempt is over changes nothing."""
    expected = Message.Status.UNKNOWN if one.is_question else Message.Status.SENDING
    message = (
        Message.objects.select_for_update(of=("self",))
        .filter(pk=one.message_id, attempt_no=one.attempt_no, status=expected)
        .first()
    )
    if message is None:
        return
    if receipt.kind == "rejected":
        settling.reject(message, receipt, is_permanent=receipt.code in PERMANENT)
    elif receipt.kind == "accepted":
        settling.accept(message, receipt)
    elif one.is_question and receipt.kind == "not_processed":
        settling.back_to_queue(message, why=_("服务商没有收到，重新发送"), at=timezone.now())
    elif receipt.kind == "not_processed":
        settling.try_later(message, receipt)
    elif not one.is_question:
        settling.lose(message, look_at=timezone.now() + SURE_AFTER, why=receipt.why)


def _note_next(firm_id: int, notes: list[int]) -> None:
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
