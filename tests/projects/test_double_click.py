"""Two people press the same button in the same moment."""

import pytest

from projects.actions.advancing import advance
from projects.actions.answers import answer_for
from projects.actions.appointments import make_appointment
from projects.actions.confirming import propose_node
from projects.models import AppointmentPerson, Project
from tenancy.models import Role
from tenancy.scoping import firm_scope
from tests.factories import projects as factories
from tests.threads import refusals, run_together
from workflow.models import OutboxEvent, Step


@pytest.mark.django_db(transaction=True)
def test_two_clicks_take_the_step_once(firm, branch, make_member):
    chief = make_member(Role.BRANCH_MANAGER, branch=branch)
    with firm_scope(firm.pk):
        project = factories.make_project(branch, phase="contract")

    results = run_together(
        4, lambda: advance(project, to="handover", by=chief, waive={"first_paid": "业主周一付"}), firm
    )

    assert len(refusals(results)) == 3
    with firm_scope(firm.pk):
        assert Project.objects.get().phase == "handover"
        assert Step.objects.filter(target="handover").count() == 1
        assert OutboxEvent.objects.filter(name="projects.PhaseEntered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_cannot_book_the_same_colleague_in_the_same_second(firm, branch, make_member):
    designer = make_member(Role.DESIGNER, branch=branch)
    agent = make_member(Role.CS_AGENT, branch=branch)
    with firm_scope(firm.pk):
        project = factories.make_project(branch, phase="design")
        when = factories.make_appointment(project).starts_at

    def book():
        return make_appointment(
            by=agent,
            kind="proposal",
            customer=project.customer,
            branch=branch,
            project=project,
            starts_at=when,
            ends_at=when + factories.timedelta(hours=1),
            members=[designer],
        )

    results = run_together(3, book, firm)

    assert len(refusals(results)) == 2
    with firm_scope(firm.pk):
        assert AppointmentPerson.objects.filter(member=designer).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_answering_at_once_are_both_written_down_one_after_the_other(firm, branch, make_member):
    agents = [make_member(Role.CS_AGENT, branch=branch) for _n in range(2)]
    with firm_scope(firm.pk):
        appointment = factories.make_appointment(factories.make_project(branch, phase="inspections"))
        owner = appointment.people.get(part="owner")
    words = iter(["confirmed", "declined"])

    results = run_together(2, lambda: answer_for(owner, by=agents[0], answer=next(words)), firm)

    assert refusals(results) == []
    with firm_scope(firm.pk):
        written = [row.answer for row in appointment.answers.order_by("at")]
        assert sorted(written) == ["confirmed", "declined"]
        assert AppointmentPerson.objects.get(pk=owner.pk).answer == written[-1]


@pytest.mark.django_db(transaction=True)
def test_a_node_proposed_by_two_clicks_is_one_appointment(firm, branch, make_member):
    supervisor = make_member(Role.SUPERVISOR, branch=branch)
    with firm_scope(firm.pk):
        project = factories.make_project(
            branch, phase="inspections", node="we_accepted", engineering_supervisor=supervisor
        )
        when = factories.timezone.now() + factories.timedelta(days=2)

    results = run_together(
        3,
        lambda: propose_node(
            project,
            by=supervisor,
            node="we_accepted",
            starts_at=when,
            ends_at=when + factories.timedelta(hours=1),
        ),
        firm,
    )

    assert refusals(results) == []
    with firm_scope(firm.pk):
        assert project.appointments.count() == 1
