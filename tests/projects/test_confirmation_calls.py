"""The adviser's calls to the parties: opened by the playbook alone, answered on the call screen."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from notifications.actions import record_outcome, undo_outcome
from notifications.models import CallTask
from projects.actions.answers import answer_for
from projects.actions.appointments import move_appointment
from projects.actions.confirming import propose_node
from tenancy.models import Role
from tests.factories.notifications import install_words
from workflow import delivery, playbooks

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)
OPEN = ("due", "in_call", "rescheduled")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MORNING) as travelling:
        yield travelling


@pytest.fixture
def site(make_project, designer, agent, make_member, branch):
    supervisor = make_member(Role.SUPERVISOR, branch=branch, name="杜督")
    return make_project(
        "inspections",
        node="we_accepted",
        designer=designer,
        adviser=agent,
        inspector=make_member(Role.SUPERVISOR, branch=branch, name="严检"),
        engineering_supervisor=supervisor,
    )


@pytest.fixture
def in_force(firm):
    install_words()
    playbooks.adopt("seven_confirmations", since=timezone.now() - timedelta(days=1))


@pytest.fixture
def made(in_force, site):
    starts_at = timezone.now() + timedelta(days=2)
    made = propose_node(
        site, by=site.engineering_supervisor, node="we_accepted", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
    )  # fmt: skip
    delivery.deliver_here()
    return made


def call_to(part):
    return CallTask.objects.filter(status__in=OPEN).get(touchpoint__rule__audience=part)


def parts_called():
    calls = CallTask.objects.filter(status__in=OPEN, lane="confirmation")
    return sorted(calls.values_list("touchpoint__rule__audience", flat=True))


def reach(part, by, **said):
    attempt = record_outcome(call_to(part), by=by, outcome="reached", **said)
    delivery.deliver_here()
    return attempt


def state(made, part):
    return made.people.get(part=part).answer


def test_each_party_gets_a_call_of_its_own_once(made):
    assert parts_called() == ["designer", "inspector", "owner"]
    delivery.deliver_here()
    assert CallTask.objects.count() == 3


def test_the_answer_on_the_phone_is_the_state_of_the_party(made, agent):
    reach("owner", agent, answers={"told": "no", "comes": "yes"})
    reach("designer", agent, answers={"comes": "no"}, note="上午在外地")

    assert (state(made, "owner"), state(made, "designer"), state(made, "inspector")) == (
        "confirmed",
        "declined",
        "asked",
    )
    owner, designer = made.people.get(part="owner"), made.people.get(part="designer")
    assert (owner.how, owner.told_by) == ("call", agent)
    assert designer.reason == "上午在外地"


def test_reached_without_an_answer_is_told(made, agent):
    reach("owner", agent)

    assert state(made, "owner") == "told"


def test_the_same_answer_delivered_twice_is_one_word(made, agent):
    attempt = reach("owner", agent, answers={"comes": "yes"})

    from notifications.events import CallFinished
    from workflow.events import publish

    publish(
        CallFinished(
            task_id=str(attempt.task_id),
            attempt_id=str(attempt.pk),
            customer_id=None,
            project_id=None,
            outcome="reached",
        )
    )
    delivery.deliver_here()

    assert made.answers.filter(part="owner").count() == 1


def test_an_outcome_taken_back_takes_its_answer_with_it(made, agent):
    undo_outcome(reach("owner", agent, answers={"comes": "yes"}), by=agent)
    delivery.deliver_here()

    assert state(made, "owner") == "asked"
    assert made.answers.filter(part="owner").count() == 2


def test_who_confirmed_on_site_is_not_rung_any_more(made, agent):
    answer_for(made.people.get(part="owner"), by=agent, answer="confirmed", how="in_person")
    delivery.deliver_here()

    assert parts_called() == ["designer", "inspector"]


def test_a_moved_time_rings_the_owner_once_and_for_the_new_time_only(made, agent, site, clock):
    record_outcome(call_to("owner"), by=agent, outcome="no_answer")
    clock.shift(timedelta(minutes=5))
    for day in (3, 4):
        starts_at = MORNING + timedelta(days=day)
        move_appointment(
            made, by=site.engineering_supervisor, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
        )
        delivery.deliver_here()

    assert parts_called() == ["owner"]
    assert call_to("owner").reason.startswith("改期再确认")


def test_an_answer_about_the_old_time_says_nothing_about_the_new_one(made, agent, site, clock):
    from notifications.actions import take

    call = take(call_to("owner"), by=agent)
    clock.shift(timedelta(minutes=5))
    starts_at = MORNING + timedelta(days=3)
    move_appointment(
        made, by=site.engineering_supervisor, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
    )
    record_outcome(call, by=agent, outcome="reached", answers={"comes": "yes"})
    delivery.deliver_here()

    assert state(made, "owner") == "asked"
