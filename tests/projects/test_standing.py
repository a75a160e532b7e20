"""Lost, suspended, cancelled, and the way back."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import Refusal
from projects.actions.promises import promise_draft
from projects.actions.standing import (
    cancel_project,
    lose_project,
    reopen_project,
    resume_project,
    suspend_project,
)
from projects.models import Project
from projects.phases import BEFORE_CONTRACT, SUSPENDABLE
from tenancy.models import Role
from tests.factories import projects as factories
from workflow.models import Clock, Step

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("phase", BEFORE_CONTRACT)
def test_before_the_contract_a_project_may_be_lost_and_comes_back_where_it_was(phase, make_project, agent):
    project = lose_project(make_project(str(phase)), by=agent, reason="price", note="差两万")
    assert (project.phase, project.lost_reason) == ("lost", "price")

    project = reopen_project(project, by=agent)

    assert project.phase == phase
    kinds = list(Step.objects.of("project", project.pk).values_list("kind", flat=True))
    assert kinds == ["move", "move", "back"]


def test_a_signed_project_is_not_lost(make_project, manager):
    project = make_project("contract")
    with pytest.raises(Refusal):
        lose_project(project, by=manager, reason="price")
    project.refresh_from_db()
    assert project.phase == "contract"


def test_losing_ends_the_promises_and_reopening_renews_them(make_project, agent):
    project = make_project("design", measured_on=timezone.localdate())
    promise_draft(project)

    project = lose_project(project, by=agent, reason="postponed")
    assert not Clock.objects.running().exists()

    reopen_project(project, by=agent)
    assert Clock.objects.running().get().promise == "design_draft"


@pytest.mark.parametrize("phase", SUSPENDABLE)
def test_work_stops_and_goes_on_where_it_stopped(phase, make_project, manager):
    project = suspend_project(make_project(str(phase)), by=manager, reason="season")
    assert (project.phase, project.suspended_from) == ("suspended", phase)

    assert resume_project(project, by=manager).phase == phase


def test_days_of_standing_move_the_planned_completion(make_project, manager):
    project = make_project("inspections", planned_completion_on=date(2026, 12, 1))
    project = suspend_project(
        project, by=manager, reason="material", on=timezone.localdate() - timedelta(days=6)
    )

    assert resume_project(project, by=manager).planned_completion_on == date(2026, 12, 7)


@pytest.mark.parametrize("phase", ["consultation", "completion", "warranty"])
def test_only_signed_and_unfinished_work_is_suspended(phase, make_project, manager):
    with pytest.raises(Refusal):
        suspend_project(make_project(phase), by=manager, reason="season")


def test_a_cancelled_order_says_how_it_was_settled(make_project, manager):
    project = make_project("handover")
    with pytest.raises(Refusal, match="如何结算"):
        cancel_project(project, by=manager, settlement=" ")

    project = cancel_project(project, by=manager, settlement="退还首期款的八成")

    assert (project.phase, project.cancelled_from) == ("cancelled", "handover")


def test_an_agent_does_not_cancel_orders(make_project, agent):
    project = make_project("contract")
    with pytest.raises(Refusal, match="岗位"):
        cancel_project(project, by=agent, settlement="全退")
    project.refresh_from_db()
    assert project.phase == "contract"


def test_a_designer_loses_only_projects_of_their_own(make_project, designer, make_member, branch):
    other = make_member(Role.DESIGNER, branch=branch)
    with pytest.raises(Refusal):
        lose_project(make_project("design", designer=designer), by=other, reason="design")

    assert (
        lose_project(make_project("design", designer=designer), by=designer, reason="design").phase == "lost"
    )


def test_an_unknown_reason_is_refused(make_project, manager):
    with pytest.raises(Refusal, match="选择原因"):
        lose_project(make_project("design"), by=manager, reason="weather")


@pytest.mark.parametrize(
    "phase", ["measurement", "design", "budget", "contract", "inspections", "completion", "closed"]
)
def test_the_database_wants_the_facts_of_a_phase_or_an_import(phase, branch):
    customer = factories.make_customer(branch)
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.create(number="JC-1", customer=customer, branch=branch, phase=phase)

    imported = Project.objects.create(
        number="JC-2", customer=customer, branch=branch, phase=phase, imported_at=timezone.now()
    )
    assert imported.phase == phase
