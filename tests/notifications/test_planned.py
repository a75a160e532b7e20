"""What a rule's touchpoints become: each once, merged where they should be, withdrawn while nobody has begun."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from notifications.actions import take
from notifications.channels import planned
from notifications.models import CallReason, CallTask, Message
from notifications.sending import dispatch
from projects.events import AppointmentMade
from projects.models import Project
from tenancy.models import Firm
from tests.factories.crm import make_contact_point
from tests.factories.notifications import install_words
from tests.factories.projects import make_appointment, make_project
from workflow import planner, playbooks, shipped
from workflow.delivery import deliver
from workflow.events import publish
from workflow.models import Playbook, StaffTask, Touchpoint

FRIDAY = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # 12:00 in Xi'an


@pytest.fixture
def saturday():
    with time_machine.travel(SATURDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def site(saturday, firm, branch, designer):
    install_words()
    playbooks.install(Firm.objects.get(pk=firm.pk), since=FRIDAY - timedelta(days=30))
    project = make_project(
        branch, phase="inspections", designer=designer, phase_entered_at=FRIDAY - timedelta(days=9)
    )
    make_contact_point(project.customer, "13800138000")
    return project


def plan():
    return planner.plan(SATURDAY, by_hand=True)


def saturday_call():
    return CallTask.objects.get(lane="saturday")


def test_saturday_makes_one_call_for_a_site_with_its_script_and_week(site):
    plan()
    plan()

    call = saturday_call()
    assert (call.project_id, call.week, call.script.script.key, call.reason) == (
        site.pk,
        "2026-W47",
        "saturday",
        "周六在施回访",
    )
    assert CallReason.objects.get().sentence == "周六在施回访"


def test_two_reasons_with_one_key_are_one_call_that_names_both(site):
    plan()
    first = saturday_call()
    CallTask.objects.filter(pk=first.pk).update(merge_key="customer/1")
    touchpoint = Touchpoint.objects.get()
    touchpoint.pk = None
    second = Touchpoint(
        **{
            f.attname: getattr(touchpoint, f.attname)
            for f in Touchpoint._meta.concrete_fields
            if f.name not in ("id", "occasion")
        },
        occasion="another",
    )
    second.merge_key, second.due_at = "customer/1", first.due_at - timedelta(hours=1)
    second.save(force_insert=True)

    assert planned.open_calls([second.pk]) == 0
    assert planned.open_calls([second.pk]) == 0

    call = CallTask.objects.get()
    assert call.reasons.count() == 2
    assert call.due_at == second.due_at


def test_a_call_nobody_began_goes_away_and_a_begun_one_stays(site, manager):
    plan()
    ids = list(Touchpoint.objects.values_list("pk", flat=True))
    take(saturday_call(), by=manager)

    assert planned.withdraw_calls(ids) == 0
    CallTask.objects.get().refresh_from_db()


def test_an_untouched_call_is_cancelled_with_its_occasion(site):
    plan()

    assert planned.withdraw_calls(list(Touchpoint.objects.values_list("pk", flat=True))) == 1

    assert CallTask.objects.get().status == "cancelled"


@pytest.fixture
def handover(site, branch, agent):
    project = make_project(branch, phase="handover", adviser=agent)
    make_contact_point(project.customer, "13900139000")
    branch.hotline = "029-88886666"
    branch.save()
    return make_appointment(project, kind="handover", starts_at=SATURDAY + timedelta(days=1))


def test_the_day_before_handover_a_text_goes_with_what_is_true_then(handover, firm):
    plan()
    message = Message.objects.get()
    assert (message.status, message.address, message.rule_key) == ("planned", "", "handover_sms")

    dispatch.run(firm.pk)

    message.refresh_from_db()
    assert message.status == "delivered", message.why
    assert message.address == "+8613900139000"
    assert "11月22日12:00现场交底" in message.body
    assert "顾问何静恭候，有变动请致电029-88886666" in message.body


def test_a_text_withdrawn_before_it_left_is_cancelled(handover):
    plan()

    assert planned.withdraw_messages(list(Touchpoint.objects.values_list("pk", flat=True))) == 1
    assert Message.objects.get().status == "cancelled"


def test_when_the_call_is_done_so_is_the_plan(site, manager, firm):
    from notifications.actions import record_outcome

    plan()
    record_outcome(saturday_call(), by=manager, outcome="reached", answers={"overall": 1})
    deliver(firm.pk)

    assert Touchpoint.objects.get().state == "done"


def test_a_wrong_number_is_not_trusted_any_more(site, manager, firm):
    from notifications.actions import record_outcome

    plan()
    record_outcome(saturday_call(), by=manager, outcome="wrong_number", phone="+8613800138000")
    deliver(firm.pk)

    assert site.customer.contact_points.get().reach == "wrong"
    assert StaffTask.objects.get().title.startswith("核实电话")


def test_a_reached_call_moves_the_last_contact(site, manager, firm):
    from notifications.actions import record_outcome

    plan()
    record_outcome(saturday_call(), by=manager, outcome="reached", phone="+8613800138000")
    deliver(firm.pk)

    site.customer.refresh_from_db()
    assert site.customer.last_contact_at == SATURDAY
    assert site.customer.contact_points.get().reach == "reachable"


def test_two_points_reach_the_manager_without_the_designer_hearing(site, manager, designer, firm):
    from notifications.actions import record_outcome

    plan()
    record_outcome(
        saturday_call(),
        by=manager,
        outcome="reached",
        answers={"designer": 1, "treats": "yes"},
        note="没来过",
    )
    deliver(firm.pk)

    told = {task.role: task.title for task in StaffTask.objects.all()}
    assert "沈岚打了 1 分" in told["cs_manager"]
    assert told["branch_manager"].startswith("廉洁反映")
    assert not StaffTask.objects.for_member(designer).exists()


def test_a_rule_for_the_designer_rings_the_designer_and_is_no_contact_with_the_customer(site, designer):
    designer.phone = "+8613900139000"
    designer.save()
    Project.objects.filter(pk=site.pk).update(node="we_accepted")
    book = Playbook.objects.create(key="tried", title="试用")
    playbooks.publish_rules(book, [shipped.every_rule()["confirm_3_designer"]], by=None, at=FRIDAY)
    visit = make_appointment(site, kind="inspection")
    about = {"project_id": str(site.pk), "customer_id": str(site.customer_id), "kind": visit.kind}
    publish(AppointmentMade(appointment_id=str(visit.pk), starts_at=visit.starts_at.isoformat(), **about))

    planner.plan()

    call = CallTask.objects.get(lane="confirmation")
    assert (call.phone, call.customer_id, call.project_id) == (designer.phone, None, site.pk)
    assert call.title.startswith(f"{designer.name} · ")
    assert call.script.script.key == "confirm_designer"
