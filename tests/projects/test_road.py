"""The whole life of a project, phase by phase, through the actions everybody uses."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import Refusal, Stale
from projects.actions.advancing import advance
from projects.actions.appointments import hold_appointment, make_appointment
from projects.actions.opening import open_project, staff_project
from projects.actions.recording import Said, pass_node, record_fact
from projects.models import Project, Statement
from projects.phases import BUILDING, DESIGNING
from tests.factories.projects import DAY, make_customer
from workflow.models import Clock, OutboxEvent, Step
from workflow.models.stateful import DirectStateChange

pytestmark = pytest.mark.django_db

STATED = {
    "budget": ["draft_accepted", "final_confirmed"],
    "contract": ["budget_confirmed", "released", "drawings_and_brands", "clauses_explained", "signed"],
    "handover": ["first_paid"],
    "inspections": ["handover_signed"],
    "completion": ["internal_accepted", "rectified", "owner_accepted"],
    "warranty": ["final_paid", "card_signed"],
}


def said(phase, day=None):
    return {fact: Said(on=day or timezone.localdate()) for fact in STATED.get(phase, [])}


def measured(project, by):
    now = timezone.now()
    return make_appointment(
        by=by,
        kind="measure",
        customer=project.customer,
        branch=project.branch,
        project=project,
        starts_at=now - timedelta(hours=2),
        ends_at=now - timedelta(hours=1),
        members=[by],
    )


def opened(branch, by, mode="full"):
    project = open_project(make_customer(branch), by=by, branch=branch, mode=mode, designer=by)
    visit = measured(project, by)
    today = {"designer_accepted": Said(on=timezone.localdate())}
    project = advance(project, to="measurement", by=by, statements=today)
    hold_appointment(visit, by=by, proposal_on=timezone.localdate() + timedelta(days=5))
    return advance(project, to="design", by=by)


def test_a_full_order_goes_all_the_way_from_the_first_talk_into_its_warranty(branch, one_for_all):
    project = opened(branch, one_for_all)

    for phase in ("budget", "contract", "handover", "inspections"):
        project = advance(project, to=phase, by=one_for_all, statements=said(phase))
    for node in ("we_material", "we_accepted", "mc_material", "mc_accepted", "paint_material"):
        project = pass_node(project, node, by=one_for_all, on=timezone.localdate(), waive="现场已到齐")
    for phase in ("completion", "warranty"):
        project = advance(project, to=phase, by=one_for_all, statements=said(phase))

    assert project.phase == "warranty"
    steps = Step.objects.of("project", project.pk)
    assert [step.target for step in steps] == list(BUILDING[:-1])
    assert {step.by for step in steps} == {one_for_all}
    entered = [
        row.payload["phase"]
        for row in OutboxEvent.objects.filter(name="projects.PhaseEntered").order_by("at")
    ]
    assert entered == list(BUILDING[1:-1])


def test_a_design_order_goes_from_contract_to_completion_and_is_closed(branch, one_for_all):
    project = opened(branch, one_for_all, mode="design_only")
    for phase in ("budget", "contract"):
        project = advance(project, to=phase, by=one_for_all, statements=said(phase))
    today = Said(on=timezone.localdate())
    paid = {"drawings_delivered": today, "design_paid": today}
    project = advance(project, to="completion", by=one_for_all, statements=paid)
    project = advance(project, to="closed", by=one_for_all)

    assert (project.phase, project.closed_on) == ("closed", timezone.localdate())
    assert [step.target for step in Step.objects.of("project", project.pk)] == list(DESIGNING)


def test_a_design_order_is_never_handed_over_to_a_site(make_project, one_for_all):
    project = make_project("contract", mode="design_only")

    with pytest.raises(Refusal):
        advance(project, to="handover", by=one_for_all, statements=said("handover"))

    project.refresh_from_db()
    assert (project.phase, Statement.objects.count()) == ("contract", 0)


def test_nobody_leaps_over_a_phase(make_project, one_for_all):
    project = make_project("design", designer=one_for_all)

    with pytest.raises(Refusal, match="下一阶段是“选材预算”"):
        advance(project, to="contract", by=one_for_all)


def test_a_step_already_taken_is_not_taken_twice(make_project, one_for_all):
    project = make_project("contract")
    advance(project, to="handover", by=one_for_all, statements=said("handover"))

    with pytest.raises(Stale):
        advance(project, to="handover", by=one_for_all)

    assert Step.objects.of("project", project.pk).filter(target="handover").count() == 1


def test_entering_handover_plans_the_crew_for_the_next_day(make_project, one_for_all):
    project = advance(make_project("contract"), to="handover", by=one_for_all, statements=said("handover"))

    assert project.planned_start_on == timezone.localdate() + timedelta(days=1)


def test_the_signed_handover_is_the_pass_of_the_first_node(make_project, one_for_all):
    project = advance(
        make_project("handover"), to="inspections", by=one_for_all, statements=said("inspections")
    )

    assert project.node == "we_material"


def test_a_set_without_a_handover_node_begins_at_its_first(make_project, one_for_all):
    project = make_project("handover", node_set="six")
    project = advance(project, to="inspections", by=one_for_all, statements=said("inspections"))

    assert project.node == "water_electric"


def test_nodes_are_passed_in_their_order(make_project, one_for_all):
    project = make_project("inspections")

    with pytest.raises(Refusal, match="依次"):
        pass_node(project, "mc_material", by=one_for_all, on=DAY)

    project.refresh_from_db()
    assert (project.node, Statement.objects.count()) == ("we_material", 0)


def test_the_last_node_is_passed_by_the_owners_acceptance_only(make_project, one_for_all):
    with pytest.raises(Refusal, match="推进到竣工"):
        pass_node(make_project("inspections", node="final"), "final", by=one_for_all, on=DAY)


def test_measuring_starts_the_draft_and_its_acceptance_the_final_design(branch, one_for_all):
    project = opened(branch, one_for_all)
    draft = Clock.objects.running().get(subject_id=project.pk)
    assert (draft.promise, draft.amount, draft.warn_amount) == ("design_draft", 5, 3)

    project = record_fact(project, "draft_accepted", by=one_for_all, on=timezone.localdate())
    final = Clock.objects.running().get(subject_id=project.pk)
    assert (final.promise, final.amount) == ("design_final", 7)

    record_fact(project, "final_out", by=one_for_all, on=timezone.localdate())
    assert not Clock.objects.running().exists()


def test_a_new_designer_must_be_accepted_anew(make_project, one_for_all, designer):
    project = make_project(designer=designer, designer_accepted_on=DAY)

    project = staff_project(project, by=one_for_all, designer=one_for_all)

    assert (project.designer, project.designer_accepted_on) == (one_for_all, None)


def test_the_phase_cannot_be_written_directly(make_project):
    project = make_project("contract")

    with pytest.raises(AttributeError):
        project.phase = "closed"
    with pytest.raises(DirectStateChange):
        Project.objects.filter(pk=project.pk).update(phase="closed")
    with pytest.raises(DirectStateChange):
        Project.objects.bulk_update([project], ["phase"])
    project.__dict__["phase"] = "closed"
    with pytest.raises(DirectStateChange):
        project.save()
    project.refresh_from_db()
    assert project.phase == "contract"
