"""What must be so before each phase: refused in words, and nothing has moved."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from core.errors import Refusal
from projects import guards
from projects.actions.advancing import advance
from projects.actions.recording import Said, record_fact
from projects.models import Statement
from projects.phases import LANES, Mode
from projects.stated import FACTS, STATEMENTS
from tenancy.models import Role
from tests.factories.projects import DAY, make_appointment
from workflow.models import OutboxEvent, Step

pytestmark = pytest.mark.django_db

DOORS = [(guard.phase, guard.code) for guard in guards.registered() if Mode.FULL in guard.modes]
BEFORE = dict(zip([phase.value for phase in LANES[1:]], LANES, strict=False)) | {"closed": "warranty"}


def bare(make_project, phase, **fields):
    """A project that stands before ``phase`` and knows nothing of what that phase asks."""
    before = BEFORE[phase]
    return make_project(str(before), **{"mode": "full"} | fields)


@pytest.mark.parametrize(("phase", "code"), DOORS, ids=str)
def test_every_guard_says_its_sentence_and_nothing_moves(phase, code, make_project, one_for_all):
    unmet = {"measurement": {"mode": "", "designer": None}}.get(phase, {})
    project = bare(make_project, phase, **unmet)
    if code == "nothing_planned":
        make_appointment(project)
    asked = next(line for line in guards.ask(project, phase) if line.code == code)
    if asked.met:
        pytest.skip("met by a fact the phase before it needs too")
    steps = Step.objects.count()

    with pytest.raises(Refusal) as refused:
        advance(project, to=phase, by=one_for_all)

    assert str(asked.guard.sentence) in refused.value.sentences
    project.refresh_from_db()
    assert (project.phase, Step.objects.count(), OutboxEvent.objects.count()) == (
        str(BEFORE[phase]),
        steps,
        0,
    )


def test_all_that_is_missing_is_said_at_once(make_project, one_for_all):
    with pytest.raises(Refusal) as refused:
        advance(make_project("budget"), to="contract", by=one_for_all)

    assert len(refused.value.sentences) == 5


def test_a_should_is_passed_by_the_role_it_names_with_a_reason_that_stays(make_project, make_member, branch):
    chief = make_member(Role.BRANCH_MANAGER, branch=branch)
    project = advance(make_project("contract"), to="handover", by=chief, waive={"first_paid": "业主周一付"})

    step = Step.objects.of("project", project.pk).last()
    assert project.phase == "handover"
    assert [(guard["code"], guard["reason"]) for guard in step.unmet] == [("first_paid", "业主周一付")]


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_should_without_a_reason_is_not_passed(make_project, make_member, branch, reason):
    chief = make_member(Role.BRANCH_MANAGER, branch=branch)
    with pytest.raises(Refusal, match="理由"):
        advance(make_project("contract"), to="handover", by=chief, waive={"first_paid": reason})


def test_another_role_does_not_pass_a_should(make_project, agent):
    project = make_project("contract")
    with pytest.raises(Refusal, match="须由分公司总经理确认"):
        advance(project, to="handover", by=agent, waive={"first_paid": "业主周一付"})

    project.refresh_from_db()
    assert project.phase == "contract"


def test_a_must_is_passed_by_nobody(make_project, one_for_all):
    with pytest.raises(Refusal, match="不能跳过"):
        advance(
            make_project("handover"), to="inspections", by=one_for_all, waive={"handover_signed": "明天补签"}
        )


@pytest.mark.parametrize("fact", sorted(STATEMENTS))
def test_a_statement_is_refused_to_anybody_but_the_responsible(fact, make_project, make_member, branch):
    stranger = make_member(Role.TECHNICIAN, branch=branch)
    project = make_project("inspections")

    with pytest.raises(Refusal, match="负责的岗位"):
        record_fact(project, fact, by=stranger, on=DAY)

    assert not Statement.objects.exists()


def test_only_finance_says_that_money_came(make_project, make_member, branch):
    project = make_project("contract")
    with pytest.raises(Refusal):
        record_fact(project, "first_paid", by=make_member(Role.DESIGNER, branch=branch), on=DAY)

    record_fact(project, "first_paid", by=make_member(Role.FINANCE, branch=branch), on=DAY)

    project.refresh_from_db()
    statement = Statement.objects.get()
    assert (project.first_paid_on, statement.stated_on, statement.fact) == (DAY, DAY, "first_paid")


def test_stated_again_a_fact_is_corrected(make_project, one_for_all):
    project = make_project("contract")
    record_fact(project, "first_paid", by=one_for_all, on=DAY)
    record_fact(project, "first_paid", by=one_for_all, on=DAY.replace(day=12), note="以到账日为准")

    statement = Statement.objects.get()
    assert (statement.stated_on.day, statement.note) == (12, "以到账日为准")


def test_nothing_has_happened_tomorrow(make_project, one_for_all):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Refusal, match="不能晚于今天"):
        record_fact(make_project("contract"), "first_paid", by=one_for_all, on=tomorrow)


def test_statements_of_a_refused_step_are_not_kept(make_project, one_for_all):
    with pytest.raises(Refusal):
        advance(make_project("budget"), to="contract", by=one_for_all, statements={"signed": Said(on=DAY)})

    assert not Statement.objects.exists()


@pytest.mark.parametrize("code", sorted(STATEMENTS))
def test_a_statement_ends_the_day_its_own_record_exists(code):
    """When this fails: teach the guard to ask the new model, and take ``missing`` off the fact."""
    app, model = FACTS[code].missing.split(".")
    assert model not in {known.__name__ for known in apps.get_app_config(app).get_models()}


def test_every_fact_of_a_guard_has_somebody_who_answers_for_it():
    assert all(set(fact.roles) <= set(Role.values) and fact.roles for fact in FACTS.values())


def test_the_same_guard_does_not_stand_twice_at_one_door():
    with pytest.raises(ValueError, match="already"):
        guards.register("contract", guards.must("signed", "再来一次"), bool)
