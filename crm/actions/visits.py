from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from crm.actions.checks import locked_living, put, refuse_bad_fields, require_writer
from crm.actions.customers import touch_customer
from crm.events import VisitEnded
from crm.models import Customer, Visit
from tenancy.models import Member
from workflow.events import publish

FACTS = frozenset({"came_at", "left_at", "people", "received_by", "note", "branch"})


@transaction.atomic
def record_visit(customer: Customer, *, by: Member | None, **facts: Any) -> Visit:
    """The customer came to the shop; who received them and what was spoken of."""
    require_writer(by)
    customer = locked_living(customer)
    visit = Visit(customer=customer, branch=customer.branch, received_by=by, came_at=timezone.now())
    put(visit, facts, FACTS)
    _refuse_backwards(visit)
    refuse_bad_fields(visit)
    visit.save(force_insert=True)
    touch_customer(customer.pk, visit.came_at)
    if visit.left_at is not None:
        publish(VisitEnded(str(visit.pk), str(customer.pk)))
    return visit


@transaction.atomic
def end_visit(visit: Visit, *, by: Member | None, left_at: datetime | None = None) -> Visit:
    """The visitor was seen off; the messages of the following days begin to count."""
    require_writer(by)
    visit = Visit.objects.lock(visit)
    if visit.left_at is not None:
        raise Refusal(_("这次到访已登记过离店时间。"), code="closed")
    visit.left_at = left_at or timezone.now()
    _refuse_backwards(visit)
    visit.save()
    publish(VisitEnded(str(visit.pk), str(visit.customer_id)))
    return visit


def _refuse_backwards(visit: Visit) -> None:
    if visit.left_at is not None and visit.left_at < visit.came_at:
        raise Refusal(_("离店时间不能早于到店时间。"), code="invalid")
