"""The call desk's screens: looking changes nothing, every key has a form behind it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.actions import record_outcome, take
from notifications.models import CallAttempt, CallDraft, CallTask
from tenancy.models import AuditEntry, Role
from tests.factories.crm import make_contact_point
from tests.factories.notifications import make_call
from tests.factories.projects import make_project
from workflow.models import StaffTask

SATURDAY = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # 10:00 in Xi'an


@pytest.fixture
def saturday():
    with time_machine.travel(SATURDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def project(saturday, firm, branch, designer):
    project = make_project(branch, phase="inspections", designer=designer)
    make_contact_point(project.customer, "13800138000")
    return project


@pytest.fixture
def call(project, branch):
    return make_call(
        branch=branch,
        script="saturday",
        subject_kind="project",
        subject_id=project.pk,
        project_id=project.pk,
        customer_id=project.customer_id,
        title=project.place,
    )


def url(name, *args):
    return reverse(f"workspace:{name}", args=args)


# --- the queue --------------------------------------------------------------------------------------------


def test_the_queue_names_the_customer_the_reason_and_the_phase(call, project, agent, sign_in):
    page = sign_in(agent).get(url("calls")).content.decode()

    assert project.customer.name in page
    assert "周六在施回访" in page
    assert "施工验收" in page


def test_continue_takes_the_most_urgent_and_goes_there(call, agent, sign_in):
    answer = sign_in(agent).post(url("call_next"))

    call.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, url("call", call.pk))
    assert (call.status, call.lease_by_id) == ("in_call", agent.pk)


def test_an_empty_queue_says_so(saturday, agent, sign_in):
    answer = sign_in(agent).post(url("call_next"), follow=True)

    assert "到时间的回访都打完了" in answer.content.decode()


def test_the_call_still_held_is_the_next_one(call, agent, branch, sign_in):
    take(call, by=agent)
    make_call(branch=branch, due_at=SATURDAY)

    assert sign_in(agent).post(url("call_next")).url == url("call", call.pk)


# --- the screen -------------------------------------------------------------------------------------------


def test_looking_holds_nothing(call, agent, sign_in):
    page = sign_in(agent).get(url("call", call.pk)).content.decode()

    call.refresh_from_db()
    assert call.status == "due"
    assert "开始回访" in page


def test_the_script_speaks_with_the_projects_facts(call, project, agent, designer, sign_in):
    take(call, by=agent)

    page = sign_in(agent).get(url("call", call.pk)).content.decode()

    assert "<mark>长安装饰</mark>" in page
    assert "<mark>何静</mark>" in page
    assert "<mark>水电材料验收</mark>" in page
    assert f"设计师 {designer.name}" in page
    assert "13800138000" not in page
    assert "138 **** 8000" in page


def test_the_number_is_uncovered_by_a_recorded_click(call, agent, sign_in):
    take(call, by=agent)

    answer = sign_in(agent).post(url("call_phone", call.pk), {"dial": "1"}, headers={"HX-Request": "true"})

    assert 'href="tel:+8613800138000"' in answer.content.decode()
    assert AuditEntry.objects.get(verb="revealed").subject_id == call.pk
    assert CallDraft.objects.get().dialled_at == SATURDAY


def test_what_is_typed_is_kept_and_shown_again(call, agent, sign_in):
    take(call, by=agent)
    browser = sign_in(agent)

    saved = browser.post(
        url("call_draft", call.pk),
        {"q_overall": "4", "q_visited": "yes", "issue": ["工期"], "note": "有点慢"},
        headers={"HX-Request": "true"},
    ).content.decode()
    page = browser.get(url("call", call.pk)).content.decode()

    assert "2 / 7" in saved
    assert "10:00:00" in saved
    assert "有点慢" in page
    assert 'name="q_overall" value="4" checked' in page
    assert 'name="issue" value="工期" checked' in page


def test_save_and_next_goes_to_the_next_call(call, project, agent, designer, branch, sign_in):
    take(call, by=agent)
    following = make_call(branch=branch)

    answer = sign_in(agent).post(
        url("call_outcome", call.pk),
        {"outcome": "reached", "q_overall": "5", "q_designer": "2", "note": "好", "auto_next": "on"},
    )

    assert answer.url == url("call", following.pk)
    attempt = CallAttempt.objects.get()
    assert (attempt.outcome, attempt.phone, attempt.answers) == (
        "reached",
        "+8613800138000",
        {"overall": 5, "designer": 2},
    )
    assert attempt.satisfactions.get(aspect="designer").member == designer


def test_without_next_one_stays_and_may_undo(call, agent, sign_in):
    take(call, by=agent)
    browser = sign_in(agent)

    page = browser.post(url("call_outcome", call.pk), {"outcome": "no_answer"}, follow=True).content.decode()
    assert "撤销这个结果" in page
    browser.post(url("call_undo", CallAttempt.objects.get().pk))

    call.refresh_from_db()
    assert (call.status, call.attempts) == ("in_call", 0)


def test_saving_and_the_way_to_the_next_call_cost_thirteen_statements_beside_the_door(
    call, project, branch, agent, sign_in
):
    take(call, by=agent)
    following = make_call(branch=branch)
    browser = sign_in(agent)
    said = {"outcome": "reached", "q_overall": "5", "q_designer": "4", "note": "好", "auto_next": "on"}

    with CaptureQueriesContext(connection) as door:
        browser.get(url("help"))
    with CaptureQueriesContext(connection) as spent:
        answer = browser.post(url("call_outcome", call.pk), said)

    assert answer["Location"] == url("call", following.pk)
    assert len(spent) - len(door) <= 13, [q["sql"][:90] for q in spent]


def test_whoever_holds_another_call_is_led_back_to_that_one(call, branch, agent, sign_in):
    other = take(make_call(branch=branch), by=agent)
    take(call, by=agent)

    answer = sign_in(agent).post(url("call_outcome", call.pk), {"outcome": "no_answer", "auto_next": "on"})

    assert answer["Location"] == url("call", other.pk)


def test_alt_z_takes_the_last_outcome_back(call, agent, sign_in):
    record_outcome(call, by=agent, outcome="wrong_number")

    assert sign_in(agent).post(url("call_undo_last")).url == url("call", call.pk)


def test_a_new_time_without_a_time_keeps_what_was_typed(call, agent, sign_in):
    take(call, by=agent)

    answer = sign_in(agent).post(
        url("call_outcome", call.pk), {"outcome": "rescheduled", "note": "在开会", "q_overall": "3"}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请选择改约的时间。" in page
    assert "在开会" in page
    assert 'name="q_overall" value="3" checked' in page
    assert not CallAttempt.objects.exists()


def test_a_quick_time_is_enough(call, agent, sign_in):
    take(call, by=agent)

    sign_in(agent).post(url("call_outcome", call.pk), {"outcome": "rescheduled", "again": "2026-11-21T14:00"})

    call.refresh_from_db()
    assert (call.status, call.not_before) == ("rescheduled", SATURDAY + timedelta(hours=4))


def test_a_skipped_call_comes_back_after_a_quarter_of_an_hour(call, agent, branch, sign_in):
    take(call, by=agent)
    following = make_call(branch=branch, due_at=call.due_at + timedelta(hours=1))

    answer = sign_in(agent).post(url("call_release", call.pk), {"reason": "在开会"})

    call.refresh_from_db()
    assert answer.url == url("call", following.pk)
    assert (call.status, call.not_before) == ("due", SATURDAY + timedelta(minutes=15))


def test_a_colleagues_call_is_shown_with_their_name(call, agent, branch, make_member, sign_in):
    take(call, by=make_member(Role.CS_AGENT, branch=branch, name="方媛"))

    browser = sign_in(agent)
    assert "方媛正在通话" in browser.get(url("call", call.pk)).content.decode()
    assert browser.post(url("call_lease", call.pk)).status_code == 422


def test_last_times_promise_stands_above_the_script(call, project, agent, branch, sign_in):
    record_outcome(call, by=agent, outcome="reached", issues=["卫生和成品保护"], note="地面没铺保护膜")
    second = make_call(branch=branch, project_id=project.pk, customer_id=project.customer_id)
    StaffTask.objects.get()

    page = sign_in(agent).get(url("call", second.pk)).content.decode()

    assert "上次遗留" in page
    assert "地面没铺保护膜" in page


def test_a_call_is_agreed_by_hand_from_the_customer(project, agent, sign_in):
    from tests.factories.notifications import install_words

    install_words()
    browser = sign_in(agent)
    address = url("call_new", project.customer_id)
    assert browser.get(address).status_code == 200

    answer = browser.post(
        address,
        {"project": project.pk, "reason": "核实插座", "script": "general", "due_at": "2026-11-21T16:00"},
    )

    task = CallTask.objects.get()
    assert answer.url == url("call", task.pk)
    assert (task.subject_kind, task.project_id, task.lane) == ("project", project.pk, "manual")


def test_the_pages_of_customer_and_project_lead_to_a_new_call(project, agent, designer, sign_in):
    address = url("call_new", project.customer_id)

    for member, shown in ((agent, True), (designer, False)):
        browser = sign_in(member)
        assert (f'href="{address}"' in browser.get(project.customer.get_absolute_url()).text) is shown
        assert (
            f'href="{address}?project={project.pk}"' in browser.get(project.get_absolute_url()).text
        ) is shown


def test_a_past_time_is_refused_in_place(project, agent, sign_in):
    answer = sign_in(agent).post(
        url("call_new", project.customer_id),
        {"reason": "回电", "due_at": "2026-11-20T16:00"},
    )

    assert answer.status_code == 422
    assert "时间要晚于现在。" in answer.content.decode()


def test_designers_have_no_desk(call, project, designer, sign_in):
    browser = sign_in(designer)

    assert browser.get(url("call", call.pk)).status_code == 404
    assert browser.get(url("call_new", project.customer_id)).status_code == 403
    assert browser.get(url("workbench")).status_code == 403
    assert browser.get("/").url == reverse("projects:mine")


@pytest.mark.parametrize("name", ["calls", "workbench"])
def test_lists_cost_the_same_for_one_and_three(project, agent, branch, sign_in, name):
    browser = sign_in(agent)

    def cost():
        with CaptureQueriesContext(connection) as spent:
            assert browser.get(url(name)).status_code == 200
        return len(spent)

    def add():
        one = make_project(branch, phase="inspections")
        make_call(branch=branch, project_id=one.pk, customer_id=one.customer_id)

    add()
    cost()
    first = cost()
    add()
    add()
    assert cost() == first
    assert first <= 25


def test_the_call_screen_keeps_to_its_budget(call, agent, branch, sign_in):
    take(call, by=agent)
    make_call(branch=branch)
    browser = sign_in(agent)
    browser.get(url("call", call.pk))

    with CaptureQueriesContext(connection) as spent:
        browser.get(url("call", call.pk))

    assert len(spent) <= 40, len(spent)


# --- the workbench ----------------------------------------------------------------------------------------


def test_everybody_lands_where_their_work_is(agent, manager, sign_in):
    assert sign_in(agent).get("/").url == url("workbench")
    assert sign_in(manager).get("/").url == url("workbench")


def test_the_workbench_shows_the_day(call, project, agent, sign_in):
    page = sign_in(agent).get(url("workbench")).content.decode()

    assert "上午好，何静" in page
    assert "继续回访" in page
    assert project.customer.name in page
    assert "0 / 1" in page


def test_saturday_is_counted_by_branch_and_for_managers_by_agent(call, agent, manager, sign_in):
    record_outcome(call, by=agent, outcome="reached")

    page = sign_in(manager).get(url("workbench")).content.decode()

    assert "1 / 1，接通 1" in page
    assert "按客服看" in page


@pytest.mark.parametrize("part", ["figures", "queue", "clocks", "appointments", "coverage"])
def test_each_part_comes_again_by_itself(call, agent, sign_in, part):
    assert sign_in(agent).get(url(f"work_{part}"), headers={"HX-Request": "true"}).status_code == 200
