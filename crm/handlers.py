"""What a call teaches us about a customer: that we spoke, and which number is right or wrong."""

from uuid import UUID

from crm import actions
from crm.models import ContactPoint, Customer
from crm.words import ContactKind, Reach
from notifications.events import CallFinished, WrongNumber
from notifications.models import CallAttempt
from workflow.events import on


@on(CallFinished)
def remember_the_contact(event: CallFinished) -> None:
    """Only a call that reached somebody is a contact; what came of the number is remembered either way."""
    attempt = CallAttempt.objects.filter(pk=event.attempt_id, undone_at=None).first()
    if attempt is None or not event.customer_id or event.outcome == CallAttempt.Outcome.WRONG_NUMBER:
        return
    is_reached = event.outcome == CallAttempt.Outcome.REACHED
    if is_reached:
        actions.touch_customer(UUID(event.customer_id), attempt.at)
    _mark(event.customer_id, attempt.phone, Reach.REACHABLE if is_reached else Reach.UNREACHABLE)


@on(WrongNumber)
def flag_the_number(event: WrongNumber) -> None:
    """Another number of the customer, if there is one, is tried first from now on."""
    attempt = CallAttempt.objects.filter(pk=event.attempt_id, undone_at=None).first()
    if attempt is not None and event.customer_id:
        _mark(event.customer_id, attempt.phone, Reach.WRONG)


def _mark(customer_id: str, phone: str, reach: str) -> None:
    """One busy tone says nothing against a number we have spoken on."""
    points = ContactPoint.objects.filter(customer_id=customer_id, kind=ContactKind.PHONE, value=phone)
    if not phone or not Customer.objects.living().filter(pk=customer_id).exists():
        return
    for point in points.select_related("customer"):
        is_weaker = reach == Reach.UNREACHABLE and point.reach in (Reach.REACHABLE, Reach.WRONG)
        if point.reach != reach and not is_weaker:
            actions.mark_reach(point, reach=reach, by=None)
