"""What customers learn from calls and projects, and what rules may ask about them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm import facts, handlers
from crm.models import Customer
from crm.words import Reach
from notifications.events import CallFinished, WrongNumber
from notifications.models import CallAttempt, CallTask
from projects.events import ProjectOpened
from tenancy.models.base import uuid7
from tests.factories.crm import make_contact_point, make_customer, make_enquiry, make_visit
from workflow import registry
from workspace.handlers import close_the_enquiry

pytestmark = pytest.mark.django_db


def attempt(customer: Customer, agent, phone: str, outcome: str) -> CallAttempt:
    now = timezone.now()
    task = CallTask.objects.create(
        subject_kind="customer",
        subject_id=customer.pk,
        customer_id=customer.pk,
        title="甲",
        reason="回访",
        due_at=now,
        not_before=now,
    )
    return CallAttempt.objects.create(
        task=task, customer_id=customer.pk, by=agent, outcome=outcome, phone=phone
    )


def test_a_call_that_reached_somebody_is_a_contact_and_proves_the_number(firm, agent):
    customer = make_customer(phone="13800138000", created_at=timezone.now() - timedelta(days=9))
    call = attempt(customer, agent, "+8613800138000", "reached")
    for _twice in range(2):
        handlers.remember_the_contact(
            CallFinished(str(call.task_id), str(call.pk), str(customer.pk), None, "reached")
        )
    customer.refresh_from_db()
    assert customer.last_contact_at == call.at
    assert customer.contact_points.get().reach == Reach.REACHABLE


def test_a_busy_tone_says_nothing_against_a_number_that_worked(firm, agent):
    customer = make_customer(phone="13800138000")
    customer.contact_points.update(reach=Reach.REACHABLE)
    call = attempt(customer, agent, "+8613800138000", "busy")
    handlers.remember_the_contact(
        CallFinished(str(call.task_id), str(call.pk), str(customer.pk), None, "busy")
    )
    assert customer.contact_points.get().reach == Reach.REACHABLE


def test_a_wrong_number_makes_way_for_the_next(firm, agent):
    customer = make_customer(phone="13800138000")
    other = make_contact_point(customer, "13900139000")
    call = attempt(customer, agent, "+8613800138000", "wrong_number")
    handlers.flag_the_number(WrongNumber(str(call.task_id), str(call.pk), str(customer.pk)))
    other.refresh_from_db()
    assert other.is_primary
    assert customer.contact_points.get(value="+8613800138000").is_wrong


def test_a_lead_whose_project_is_opened_is_a_lead_no_longer(firm):
    enquiry = make_enquiry(make_customer())
    project_id = uuid7()
    for _twice in range(2):
        close_the_enquiry(
            ProjectOpened(str(project_id), str(enquiry.customer_id), timezone.now().isoformat())
        )
    enquiry.refresh_from_db()
    assert (enquiry.outcome, enquiry.project_id) == ("project", project_id)


@pytest.mark.parametrize("kind", ["customer", "visit", "enquiry"])
def test_every_fact_can_be_asked(firm, branch, kind):
    customer = make_customer("甲", phone="13800138000", branch=branch)
    made = {
        "customer": lambda: customer,
        "visit": lambda: make_visit(customer),
        "enquiry": lambda: make_enquiry(customer),
    }
    row = made[kind]()
    subject = registry.get(kind)
    told = registry.facts_of(kind, [row.pk], [fact.name for fact in subject.facts], timezone.now())[row.pk]
    assert (told["customer_id"], told["branch_id"], told["title"], told["phone"]) == (
        customer.pk, branch.pk, "甲", "+8613800138000",
    )  # fmt: skip
    assert facts.Fact
