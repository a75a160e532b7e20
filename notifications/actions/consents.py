"""What people allowed us and what they forbade. The newest word counts; every word is kept."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from notifications.events import OptedOut
from notifications.models import Consent, Message, Suppression
from tenancy.models import Member
from workflow.events import publish
from workflow.moves import move


def record_consent(
    address: str,
    *,
    purpose: str,
    is_granted: bool,
    channel: str,
    by: Member | None,
    evidence: str = "",
    wording: str = "",
    customer_id: UUID | None = None,
) -> Consent:
    """Somebody allows or forbids one purpose; forbidding stops at once what is still waiting for them."""
    consent = Consent.objects.create(
        address=address,
        purpose=purpose,
        is_granted=is_granted,
        channel=channel,
        by=by,
        evidence=evidence[:200],
        wording=wording,
        customer_id=customer_id,
    )
    if is_granted:
        lift_suppression(address, purpose=purpose)
    else:
        suppress(address, purpose=purpose, cause=Suppression.Cause.OPTED_OUT, by=by, note=evidence)
    return consent


def suppress(
    address: str, *, purpose: str, cause: str, by: Member | None = None, note: str = ""
) -> Suppression:
    """Stop writing to an address, for one purpose or with an empty one for all; saying it twice is one row."""
    return stop_purposes(address, [purpose], cause=cause, by=by, note=note)[0]


def stop_purposes(
    address: str, purposes: Sequence[str], *, cause: str, by: Member | None = None, note: str = ""
) -> list[Suppression]:
    """Several purposes in one go; what is still waiting for the address goes nowhere."""
    known = {row.purpose: row for row in Suppression.objects.standing().filter(address=address)}
    made = Suppression.objects.bulk_create(
        Suppression(address=address, purpose=purpose, cause=cause, by=by, note=note[:200])
        for purpose in purposes
        if purpose not in known
    )
    if made:
        _stop_waiting(address, {row.purpose for row in made}, made[0].get_cause_display())
    for row in made:
        publish(OptedOut(suppression_id=str(row.pk), purpose=row.purpose))
    both = known | {row.purpose: row for row in made}
    return [both[purpose] for purpose in purposes]


def lift_suppression(address: str, *, purpose: str) -> int:
    """Their own choice can be taken back; a number that does not exist stays stopped until it is verified."""
    chosen = Suppression.objects.standing().filter(address=address, purpose=purpose)
    lifted: int = chosen.exclude(cause=Suppression.Cause.INVALID).update(lifted_at=timezone.now())
    return lifted


def _stop_waiting(address: str, purposes: set[str], why: str) -> None:
    waiting = Message.objects.waiting().filter(address=address)
    for message in waiting if "" in purposes else waiting.filter(purpose__in=purposes):
        move(message.suppress, by=None, why=why, at=timezone.now())
