"""The three-party confirmation of a node: who is asked, what each says, and what a new time undoes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import Refusal
from projects.actions.answers import answer_for
from projects.actions.appointments import cancel_appointment, move_appointment
from projects.actions.confirming import parties_of, propose_node, unconfirmed
from projects.actions.recording import pass_node
from projects.models import Appointment, PartyAnswer, Statement
from projects.phases import SEVEN, SIX, find_node
from projects.presenting import node_list
from tenancy.models import Role
from tests.factories import projects as factories
from workflow.models import OutboxEvent

pytestmark = pytest.mark.django_db

THREE, TWO = {"owner", "designer", "inspector"}, {"owner", "inspector"}
MATRIX = [
    pytest.param("we_handover", "handover", THREE, False, id="V-01"),
    pytest.param("we_material", "material", TWO, False, id="V-02"),
    pytest.param("we_accepted", "inspection", THREE, True, id="V-03"),
    pytest.param("mc_material", "material", TWO, False, id="V-05"),
    pytest.param("mc_accepted", "inspection", THREE, True, id="V-06"),
    pytest.param("paint_material", "material", TWO, False, id="V-08"),
    pytest.param("final", "inspection", THREE, True, id="V-09"),
]


@pytest.fixture
def people(branch, make_member, designer):
    return {
        "designer": designer,
        "inspector": make_member(Role.SUPERVISOR, branch=branch, name="严检"),
        "engineering_supervisor": make_member(Role.SUPERVISOR, branch=branch, name="杜督"),
    }


@pytest.fixture
def site(make_project, people):
    def make(node="we_accepted", **fields):
        phase = "handover" if node == "we_handover" else "inspections"
        given = people | {"third_party_supervisor": "方正监理"} | fields
        return make_project(phase, node="" if phase == "handover" else node, **given)

    return make


@pytest.fixture
def ten():
    return (timezone.now() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def propose(people, ten):
    def make(project, node, starts_at=None, **fields):
        starts_at = starts_at or ten
        given = {"by": people["engineering_supervisor"], "ends_at": starts_at + timedelta(minutes=90)}
        return propose_node(project, node=node, starts_at=starts_at, **given | fields)

    return make


def party(appointment, part):
    return appointment.people.get(part=part)


@pytest.mark.parametrize(("node", "kind", "parties", "third"), MATRIX)
def test_the_matrix_says_who_is_asked_at_each_of_the_seven(site, propose, node, kind, parties, third):
    made = propose(site(node), node)

    asked = {person.part for person in made.people.all()} - {"engineering_supervisor"}
    assert (made.kind, made.node) == (kind, node)
    assert asked == parties | ({"third_party"} if third else set())


def test_the_shorter_set_has_its_own_matrix(site):
    project = site("waterproofing", node_set="six")

    asked = {node.code: {one.part for one in parties_of(project, node) if one.must_confirm} for node in SIX}

    assert [code for code, parts in asked.items() if parts == THREE] == [
        "water_electric",
        "masonry",
        "completion",
    ]
    assert asked["waterproofing"] == asked["carpentry"] == asked["paint"] == TWO


def test_only_the_node_ahead_can_be_proposed(site, propose):
    with pytest.raises(Refusal, match="水电验收"):
        propose(site(), "mc_accepted")

    assert not Appointment.objects.exists()


def test_who_proposes_has_confirmed_and_the_others_are_to_be_told(site, propose, people):
    made = propose(site(inspector=people["engineering_supervisor"]), "we_accepted")

    states = {person.part: person.answer for person in made.people.all()}
    assert states["owner"] == states["designer"] == "asked"
    assert made.people.get(member=people["engineering_supervisor"]).answer == "confirmed"


def test_the_same_proposal_again_is_the_one_that_stands(site, propose, ten):
    project = site()
    first = propose(project, "we_accepted")

    assert propose(project, "we_accepted") == first
    with pytest.raises(Refusal, match="改期"):
        propose(project, "we_accepted", ten + timedelta(days=1))
    assert Appointment.objects.count() == 1


def test_the_database_keeps_a_second_plan_of_a_node_out(site, propose):
    project = site()
    propose(project, "we_accepted")

    with pytest.raises(IntegrityError, match="appointment_node_planned_once"), transaction.atomic():
        factories.make_appointment(project, node="we_accepted", kind="inspection")


def test_a_cancelled_node_can_be_proposed_anew(site, propose, people):
    project = site()
    cancel_appointment(propose(project, "we_accepted"), by=people["engineering_supervisor"])

    assert propose(project, "we_accepted").state == "planned"


def test_told_then_confirmed_keeps_who_when_and_how(site, propose, agent):
    made = propose(site(), "we_accepted")

    answer_for(party(made, "owner"), by=agent, answer="told", how="call")
    said = answer_for(party(made, "owner"), by=agent, answer="confirmed", how="in_person")

    assert (said.answer, said.how, said.told_by, said.told_at is not None) == (
        "confirmed",
        "in_person",
        agent,
        True,
    )
    assert list(made.answers.filter(part="owner").order_by("at").values_list("answer", "how", "by")) == [
        ("told", "call", agent.pk),
        ("confirmed", "in_person", agent.pk),
    ]
    assert OutboxEvent.objects.filter(name="projects.AppointmentAnswered", payload__part="owner").count() == 2


def test_a_conflict_has_its_reason_and_the_time_that_would_suit(site, propose, agent, ten):
    made = propose(site(), "we_accepted")

    said = answer_for(
        party(made, "owner"), by=agent, answer="declined", reason="出差", wished_at=ten + timedelta(days=1)
    )

    assert (said.answer, said.reason, said.wished_at) == ("declined", "出差", ten + timedelta(days=1))


def test_a_reason_belongs_to_a_conflict_only(site, propose, agent):
    made = propose(site(), "we_accepted")

    with pytest.raises(Refusal, match="有冲突"):
        answer_for(party(made, "owner"), by=agent, answer="confirmed", reason="出差")

    assert not PartyAnswer.objects.filter(part="owner").exists()


def test_pressing_twice_writes_one_word(site, propose, agent):
    made = propose(site(), "we_accepted")

    for _press in range(2):
        answer_for(party(made, "owner"), by=agent, answer="confirmed", how="call")

    assert made.answers.filter(part="owner").count() == 1


def test_a_moved_time_asks_everybody_anew_and_remembers_who_had_confirmed(site, propose, agent, people, ten):
    made = propose(site(), "we_accepted")
    for part in ("owner", "designer"):
        answer_for(party(made, part), by=agent, answer="confirmed", how="call")

    moved = move_appointment(
        made, by=people["engineering_supervisor"], starts_at=ten + timedelta(days=1), ends_at=ten + timedelta(days=1, hours=2)
    )  # fmt: skip

    assert {(one.answer, one.told_at, one.how) for one in moved.people.all()} == {("asked", None, "")}
    remembered = PartyAnswer.objects.filter(appointment=made, answer="confirmed", starts_at=ten)
    assert {row.part for row in remembered} >= {"owner", "designer"}


def test_a_node_is_confirmed_when_every_party_of_its_matrix_is(site, propose, agent):
    project = site()
    node = find_node(SEVEN, "we_accepted")
    assert set(unconfirmed(project, node)) == THREE
    made = propose(project, "we_accepted")

    for part in ("owner", "designer"):
        answer_for(party(made, part), by=agent, answer="confirmed")
    assert unconfirmed(project, node) == ["inspector"]
    answer_for(party(made, "inspector"), by=agent, answer="confirmed")

    assert unconfirmed(project, node) == []
    assert party(made, "third_party").answer == "asked"


def test_one_colleague_in_two_slots_confirms_for_both(site, propose, agent, designer):
    project = site(inspector=designer)
    made = propose(project, "we_accepted")

    for part in ("owner", "designer"):
        answer_for(party(made, part), by=agent, answer="confirmed")

    assert unconfirmed(project, find_node(SEVEN, "we_accepted")) == []


def test_a_stranger_may_not_answer_for_a_party(site, propose, make_member, branch):
    made = propose(site(), "we_accepted")
    finance = make_member(Role.FINANCE, branch=branch)

    with pytest.raises(Refusal):
        answer_for(party(made, "owner"), by=finance, answer="confirmed")

    assert party(made, "owner").answer == "asked"


def test_a_node_waits_for_its_parties_and_nothing_moves(site, people):
    project = site()

    with pytest.raises(Refusal, match="业主、设计师、监察员"):
        pass_node(project, "we_accepted", by=people["engineering_supervisor"], on=timezone.localdate())

    project.refresh_from_db()
    assert (project.node, Statement.objects.count()) == ("we_accepted", 0)


def test_a_supervisor_may_not_pass_it_with_a_reason(site, people):
    with pytest.raises(Refusal, match="工程部经理"):
        pass_node(
            site(),
            "we_accepted",
            by=people["engineering_supervisor"],
            on=timezone.localdate(),
            waive="赶工期",
        )


def test_the_engineering_manager_passes_it_with_a_reason_that_stays(site, make_member, branch):
    chief = make_member(Role.ENGINEERING_MANAGER, branch=branch)
    with pytest.raises(Refusal, match="写明原因"):
        pass_node(site(), "we_accepted", by=chief, on=timezone.localdate(), waive=" ")

    project = pass_node(site(), "we_accepted", by=chief, on=timezone.localdate(), waive="业主出差，视频验收")

    assert Statement.objects.get().passed_over == {
        "missing": ["owner", "designer", "inspector"],
        "reason": "业主出差，视频验收",
    }
    marks = {mark.label: mark.mark for mark in node_list(project)}
    assert marks["水电验收+木工交底"] == "带条件"


def test_a_confirmed_node_passes_without_conditions(site, propose, agent, people):
    project = site()
    made = propose(project, "we_accepted")
    for part in THREE:
        answer_for(party(made, part), by=agent, answer="confirmed")

    project = pass_node(project, "we_accepted", by=people["engineering_supervisor"], on=timezone.localdate())

    assert (project.node, Statement.objects.get().passed_over) == ("mc_material", {})
