from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.text import clean_text
from crm.actions.checks import locked_living, put, refuse_bad_fields, require_writer
from crm.actions.customers import touch_customer
from crm.events import EnquiryClosed
from crm.models import Customer, Enquiry
from crm.words import EnquiryOutcome
from tenancy.models import Member
from workflow.events import publish

FACTS = frozenset({"source", "wanted_mode", "wanted_from", "wishes", "opened_at"})


@transaction.atomic
def open_enquiry(customer: Customer, *, by: Member | None, **facts: Any) -> Enquiry:
    """The customer asks for something; one open enquiry at a time."""
    require_writer(by)
    customer = locked_living(customer)
    if customer.enquiries.filter(closed_at=None).exists():
        raise Refusal(_("这位客户已有一条未结束的咨询。"), code="duplicate")
    enquiry = Enquiry(customer=customer, opened_by=by, source=customer.source)
    put(enquiry, facts, FACTS)
    refuse_bad_fields(enquiry, besides={"outcome"})
    enquiry.save(force_insert=True)
    touch_customer(customer.pk, enquiry.opened_at)
    return enquiry


@transaction.atomic
def close_enquiry(
    enquiry: Enquiry, *, by: Member | None, outcome: str, reason: str = "", project_id: UUID | None = None
) -> Enquiry:
    """It became a project, or it did not and we say why."""
    require_writer(by)
    enquiry = Enquiry.objects.lock(enquiry)
    if enquiry.closed_at is not None:
        raise Refusal(_("这条咨询已经结束。"), code="closed")
    if outcome not in EnquiryOutcome.values:
        raise Refusal(_("请选择咨询的结果。"), code="invalid")
    enquiry.closed_at, enquiry.closed_by, enquiry.outcome = timezone.now(), by, outcome
    enquiry.reason, enquiry.project_id = clean_text(reason), project_id
    refuse_bad_fields(enquiry)
    enquiry.save()
    publish(EnquiryClosed(str(enquiry.pk), str(enquiry.customer_id), outcome))
    return enquiry
