"""Made people and places from before a contract: estate, customer, enquiry, visit; branch, colleague, task."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from crm.models import ContactPoint, Customer, Enquiry, Estate, Visit
from tenancy.models import Member, Post
from workflow.models import StaffTask
from workflow.stories import Stage, maker

Facts = dict[str, Any]


def columns(model: Any, facts: Facts, *without: str) -> Facts:
    """Those of the facts that are columns of this model."""
    names = {field.name for field in model._meta.concrete_fields}
    return {name: value for name, value in facts.items() if name in names and name not in without}


@maker("customer")
def make_customer(stage: Stage, facts: Facts, at: datetime) -> Customer:
    given = columns(Customer, facts, "project_id")
    if {"keys_on", "estate_id"} & facts.keys():
        given["estate"] = Estate.objects.create(name=f"simulated {uuid4()}", keys_on=facts.get("keys_on"))
    customer = Customer.objects.create(
        **{
            "number": f"S-{uuid4().hex[:12]}",
            "name": "simulated",
            "branch": stage.branch,
            "adviser": stage.people.get("adviser"),
            "created_at": at,
            "last_contact_at": at,
            **given,
        }
    )
    ContactPoint.objects.create(customer=customer, value="+8613800000000", is_primary=True)
    _make_enquiry(customer, facts, at)
    return stage.enter("customer", customer)


def _make_enquiry(customer: Customer, facts: Facts, at: datetime) -> None:
    if facts.get("has_open_enquiry"):
        Enquiry.objects.create(customer=customer, opened_at=at)
    if facts.get("enquiry_ended"):
        Enquiry.objects.create(
            customer=customer, opened_at=at, closed_at=at + timedelta(days=1), outcome="other"
        )


@maker("enquiry")
def make_enquiry(stage: Stage, facts: Facts, at: datetime) -> Enquiry:
    customer = make_customer(stage, {**facts, "has_open_enquiry": False}, at)
    given = columns(Enquiry, facts, "source")
    if given.get("closed_at") or given.get("outcome"):
        given = {"closed_at": at, "outcome": "other", **given}
    enquiry = Enquiry.objects.create(**{"customer": customer, "opened_at": at, **given})
    return stage.enter("enquiry", enquiry)


@maker("visit")
def make_visit(stage: Stage, facts: Facts, at: datetime) -> Visit:
    customer = make_customer(stage, facts, at)
    left_at = facts.get("left_at")
    came_at = facts.get("came_at") or (left_at - timedelta(hours=1) if left_at else at)
    visit = Visit.objects.create(
        customer=customer,
        branch=stage.branch,
        came_at=came_at,
        left_at=left_at,
        received_by=stage.people.get("received_by"),
    )
    return stage.enter("visit", visit)


@maker("estate")
def make_estate(stage: Stage, facts: Facts, at: datetime) -> Estate:
    estate = Estate.objects.create(name=f"simulated {uuid4()}", keys_on=facts.get("keys_on"))
    for _nth in range(facts.get("clients") or 0):
        customer = make_customer(stage, {}, at)
        stage.change(customer, estate=estate)
    return stage.enter("estate", estate)


@maker("branch")
def enter_branch(stage: Stage, facts: Facts, at: datetime) -> Any:
    return stage.enter("branch", stage.branch)


@maker("member")
def make_member(stage: Stage, facts: Facts, at: datetime) -> Member:
    member = Member.objects.create(name="simulated")
    Post.objects.create(member=member, role=facts.get("role") or "cs_agent", branch=stage.branch)
    stage.people["member"] = member
    return stage.enter("member", member)


@maker("staff_task")
def make_task(stage: Stage, facts: Facts, at: datetime) -> StaffTask:
    given = columns(StaffTask, facts, "assignee_id")
    task = StaffTask.objects.create(
        **{
            "title": "simulated",
            "branch": stage.branch,
            "assignee": stage.people.get("assignee"),
            "created_at": at,
            **given,
        }
    )
    return stage.enter("staff_task", task, state_field="state", at=at)
