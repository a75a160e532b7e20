"""Appointments: asked, moved, confirmed, held; and nobody in two places at once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import Refusal
from projects.actions.answers import answer_for
from projects.actions.appointments import (
    cancel_appointment,
    hold_appointment,
    make_appointment,
    miss_appointment,
    move_appointment,
)
from projects.models import Appointment, AppointmentPerson
from tenancy.models import Role
from tests.factories import projects as factories
from workflow.models import Clock, OutboxEvent, Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def ten():
    return (timezone.now() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def book(branch, agent, make_project, ten):
    project = make_project("measurement")

    def make(starts_at=None, hours=1, **fields):
        starts_at = starts_at or ten
        given = {
            "by": agent,
            "kind": "measure",
            "project": project,
            "customer": project.customer,
            "branch": branch,
        }
        return make_appointment(
            **given | fields, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours)
        )

    return make


def test_an_appointment_asks_the_owner_and_the_colleagues_and_tells(book, designer):
    appointment = book(members=[designer])

    assert {(one.shown_name, one.answer) for one in appointment.people.all()} == {
        (appointment.customer.name, "asked"),
        (designer.name, "asked"),
    }
    assert OutboxEvent.objects.get(name="projects.AppointmentMade").payload["kind"] == "measure"


def test_nobody_is_booked_twice_and_the_sentence_says_who_and_when(book, designer, ten):
    book(members=[designer])

    with pytest.raises(Refusal, match=rf"{designer.name}.*已有预约（量房）"):
        book(ten + timedelta(minutes=30), members=[designer])

    assert Appointment.objects.count() == 1


def test_one_visit_may_begin_when_the_other_ends(book, designer, ten):
    book(members=[designer])
    book(ten + timedelta(hours=1), members=[designer])

    assert Appointment.objects.count() == 2


def test_a_cancelled_visit_leaves_its_people_free(book, designer, agent):
    cancel_appointment(book(members=[designer]), by=agent, reason="业主改主意")
    book(members=[designer])

    assert AppointmentPerson.objects.filter(member=designer, is_busy=True).count() == 1


def test_the_database_itself_refuses_a_double_booking(book, designer, ten):
    book(members=[designer])
    other = book(ten + timedelta(hours=5))
    with pytest.raises(IntegrityError, match="nobody_double_booked"), transaction.atomic():
        AppointmentPerson.objects.create(
            appointment=other,
            member=designer,
            part="designer",
            starts_at=ten,
            ends_at=ten + timedelta(hours=1),
        )


def test_moving_asks_everybody_anew_and_keeps_the_history(book, designer, agent, ten):
    appointment = book(members=[designer])
    person = appointment.people.get(member=designer)
    answer_for(person, by=agent, answer="confirmed")

    later = ten + timedelta(days=1)
    moved = move_appointment(
        appointment, by=agent, starts_at=later, ends_at=later + timedelta(hours=1), reason="业主出差"
    )

    person.refresh_from_db()
    step = Step.objects.of("appointment", moved.pk).last()
    assert (moved.starts_at, person.answer, person.starts_at) == (later, "asked", later)
    assert (step.note, step.facts["was"], step.facts["now"]) == (
        "业主出差",
        ten.isoformat(),
        later.isoformat(),
    )


def test_moving_onto_another_visit_is_refused_and_nothing_moves(book, designer, agent, ten):
    book(ten + timedelta(hours=3), members=[designer])
    appointment = book(members=[designer])

    with pytest.raises(Refusal):
        move_appointment(
            appointment, by=agent, starts_at=ten + timedelta(hours=3), ends_at=ten + timedelta(hours=4)
        )

    appointment.refresh_from_db()
    assert (appointment.starts_at, Step.objects.of("appointment", appointment.pk).count()) == (ten, 1)


def test_a_measure_visit_ends_with_a_day_for_the_proposal_and_starts_the_draft(
    book, agent, make_project, designer
):
    appointment = book(timezone.now() - timedelta(hours=2), members=[designer])
    with pytest.raises(Refusal, match="看方案日期"):
        hold_appointment(appointment, by=agent)
    assert Appointment.objects.get().state == "planned"

    day = timezone.localdate() + timedelta(days=6)
    hold_appointment(appointment, by=agent, proposal_on=day, outcome="三室两厅")

    project = Appointment.objects.get().project
    assert (project.measured_on, project.proposal_on) == (timezone.localdate(), day)
    assert Clock.objects.running().get().promise == "design_draft"


def test_what_is_still_to_come_has_not_been_held(book, agent, ten):
    with pytest.raises(Refusal, match="还没到预约的日子"):
        hold_appointment(book(), by=agent, held_at=timezone.now(), proposal_on=timezone.localdate())


def test_somebody_who_did_not_come_is_told_of(book, agent):
    miss_appointment(book(), by=agent, outcome="业主不在家")

    assert OutboxEvent.objects.get(name="projects.AppointmentCancelled").payload["missed"] is True


def test_times_that_run_backwards_are_refused(book):
    with pytest.raises(Refusal, match="晚于开始"):
        book(hours=-1)


def test_a_stranger_to_the_project_plans_nothing_on_it(book, make_member, branch):
    with pytest.raises(Refusal):
        book(by=make_member(Role.DESIGNER, branch=branch))


def test_a_designer_sees_only_visits_they_are_part_of(book, designer, branch, make_member):
    asked = book(members=[designer])
    book(asked.starts_at + timedelta(days=1))

    assert list(Appointment.objects.visible_to(designer)) == [asked]


def test_another_branch_sees_no_visit(book, make_member, other_branch):
    book()
    assert not Appointment.objects.visible_to(make_member(Role.CS_AGENT, branch=other_branch)).exists()


def test_factories_agree_with_the_actions(make_project):
    appointment = factories.make_appointment(make_project("measurement"))
    assert appointment.state == "planned"
