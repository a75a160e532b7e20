"""Taking texts out of the outbox: asked, decided and written for a whole batch, committed before anything leaves."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from notifications.channels.base import Account, Envelope
from notifications.models import Message, TemplateVersion
from notifications.sending import gatekeeper, settling
from notifications.sending.accounts import account_of_firm
from notifications.sending.gatekeeper import GateRules
from notifications.sending.known import Known
from notifications.sending.settling import Settlement

Status = Message.Status
LEASE = timedelta(minutes=2)
SURE_AFTER = timedelta(minutes=2, seconds=18)
"""A provider's own time limit and two minutes: before that a text may still be in flight."""
LOOK_AGAIN = timedelta(minutes=2)
AT_ONCE = 50


@dataclass(frozen=True)
class Claimed:
    """One row that is ours ``until`` the lease ends. ``is_question``: ask about it instead of sending it."""

    message_id: UUID
    attempt_no: int
    envelope: Envelope
    account: Account
    until: datetime
    is_question: bool = False
    known: frozenset[str] = frozenset()

    def still_holds(self, message: Message) -> bool:
        """The row is in the very attempt that was claimed; nobody has settled it since."""
        expected = Status.UNKNOWN if self.is_question else Status.SENDING
        return message.attempt_no == self.attempt_no and message.status == expected


def claim(now: datetime) -> tuple[list[Claimed], int]:
    """Rows due in the firm in scope: what may leave or must be asked about, and how many rows were looked at."""
    rows = list(Message.objects.to_handle(now).select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    if not rows:
        return [], 0
    account = account_of_firm()
    unknown, left_alone = _in(rows, Status.UNKNOWN), _in(rows, Status.SENDING)
    with settling.written_together() as told:
        for message in left_alone:
            told.lose(message, look_at=now + SURE_AFTER, why=_("发送时中断，正在核实"))
        passed = _passed(_in(rows, *Message.WAITING), account, now, told)
    return [*_questions(unknown, account, now), *passed], len(rows)


def _in(rows: Sequence[Message], *states: str) -> list[Message]:
    return [message for message in rows if message.status in states]


def _passed(waiting: Sequence[Message], account: Account, now: datetime, told: Settlement) -> list[Claimed]:
    """What the gatekeeper lets through, each written as being sent."""
    if not waiting:
        return []
    _give_templates(waiting)
    known, rules, passed = Known.about(waiting, now), GateRules.of_firm(), []
    for message in waiting:
        verdict = gatekeeper.judge(message, known, signature=account.signature, rules=rules, now=now)
        if verdict.kind == "pass":
            told.claim(message, verdict, now, until=now + LEASE, by=account.provider)
            passed.append(_claimed(message, account, since=now, until=now + LEASE))
        else:
            told.refuse(message, verdict, now)
    return passed


def _give_templates(messages: Sequence[Message]) -> None:
    """Few templates stand behind many texts: each is read once."""
    ids = {message.template_id for message in messages}
    versions = TemplateVersion.objects.select_related("template").in_bulk(ids)
    for message in messages:
        message.template = versions[message.template_id]


def _questions(unknown: Sequence[Message], account: Account, now: datetime) -> list[Claimed]:
    """The next look is pushed ahead first, so that two workers do not ask the same question."""
    if not unknown:
        return []
    later, receipts = now + LOOK_AGAIN, _receipts({message.address for message in unknown})
    Message.objects.filter(pk__in=[message.pk for message in unknown]).update(next_at=later)
    return [
        _claimed(m, account, since=m.made_at, until=later, known=receipts[m.address] - {m.provider_id})
        for m in unknown
    ]


def _receipts(addresses: set[str]) -> dict[str, frozenset[str]]:
    """What the provider gave us for texts to these numbers."""
    rows = Message.objects.filter(address__in=addresses).exclude(provider_id="")
    found: dict[str, set[str]] = defaultdict(set)
    for address, provider_id in rows.values_list("address", "provider_id"):
        found[address].add(provider_id)
    return {address: frozenset(found[address]) for address in addresses}


def _claimed(
    message: Message,
    account: Account,
    *,
    since: datetime,
    until: datetime,
    known: frozenset[str] | None = None,
) -> Claimed:
    """``known`` makes a question of it."""
    envelope = Envelope(
        key=str(message.pk),
        attempt_no=message.attempt_no,
        address=message.address,
        text=message.body,
        valid_until=message.expires_at,
        claimed_at=since,
    )
    is_question = known is not None
    return Claimed(
        message.pk, message.attempt_no, envelope, account, until, is_question, known or frozenset()
    )
