from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from crm.actions.checks import locked_living, put, refuse_bad_fields, require_writer
from crm.actions.customers import touch_customer
from crm.models import Customer, FollowUp
from crm.words import FollowUpChannel
from tenancy.models import Member


@transaction.atomic
def add_follow_up(
    customer: Customer,
    *,
    text: str,
    by: Member | None,
    channel: str = FollowUpChannel.PHONE,
    at: datetime | None = None,
) -> FollowUp:
    """Note what was said. A bare memo is no contact: it does not move the date of the last one."""
    require_writer(by)
    customer = locked_living(customer)
    note = FollowUp(customer=customer, by=by, at=at or timezone.now())
    put(note, {"text": text, "channel": channel}, {"text", "channel"})
    if not note.text:
        raise Refusal(_("请写下跟进内容。"), code="invalid")
    refuse_bad_fields(note)
    note.save(force_insert=True)
    if note.channel != FollowUpChannel.NOTE:
        touch_customer(customer.pk, note.at)
    return note
