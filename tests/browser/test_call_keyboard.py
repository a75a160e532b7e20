"""A Saturday call from the first key to the next customer, without touching the mouse."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from notifications.models import CallAttempt, CallTask
from tenancy.models import Role
from tenancy.scoping import firm_scope
from tests.factories.crm import make_contact_point
from tests.factories.notifications import make_call
from tests.factories.projects import make_project
from tests.factories.tenancy import make_branch, make_member

expect.set_options(timeout=20_000)


@pytest.fixture
def desk(firm):
    """An agent and three sites to ring, the first the most urgent."""
    branch = make_branch(firm, name="高新店")
    agent = make_member(Role.CS_AGENT, firm=firm, branch=branch, name="林小雨")
    designer = make_member(Role.DESIGNER, firm=firm, branch=branch, name="赵一鸣")
    with firm_scope(firm.pk):
        for number, name in enumerate(("陈立群", "王雅琴", "刘志远"), 1):
            project = make_project(branch, phase="inspections", designer=designer, project_manager=agent)
            project.customer.name, project.customer.salutation = name, "mr"
            project.customer.save()
            make_contact_point(project.customer, f"1380013800{number}")
            make_call(
                branch=branch,
                script="saturday",
                subject_kind="project",
                subject_id=project.pk,
                project_id=project.pk,
                customer_id=project.customer_id,
                title=project.place,
                due_at=timezone.now() + timedelta(hours=number),
            )
    return agent


def calls(firm):
    with firm_scope(firm.pk):
        return list(CallTask.objects.by_promise().values_list("status", flat=True))


def attempts(firm):
    with firm_scope(firm.pk):
        return list(CallAttempt.objects.standing().order_by("at").values_list("outcome", "answers", "note"))


def test_ring_rate_write_save_and_the_next_one_stands_there(firm, desk, open_as):
    page = open_as(desk)
    page.goto("/work/")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/calls/*/")
    assert "陈立群" in page.title()

    page.keyboard.press("Alt+d")
    page.wait_for_selector('a[href="tel:+8613800138001"]')
    assert page.locator("[data-timer]").is_visible()

    page.keyboard.press("Alt+1")
    for mark in ("5", "4", "3", "5", "2"):
        page.keyboard.press(mark)
        page.keyboard.press("Tab")
    page.locator("#answers textarea").focus()
    page.keyboard.insert_text("整体满意，客厅地面没铺保护膜")
    expect(page.locator("#saved")).to_contain_text("已自动保存")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_title(re.compile("王雅琴"))

    assert attempts(firm) == [
        (
            "reached",
            {"overall": 5, "quality": 4, "project_manager": 3, "engineering_supervisor": 5, "designer": 2},
            "整体满意，客厅地面没铺保护膜",
        )
    ]
    assert calls(firm) == ["done", "in_call", "due"]
    assert page.complaints() == []


def test_nobody_answers_another_time_and_a_slip_taken_back(firm, desk, open_as):
    page = open_as(desk)
    page.goto("/calls/")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/calls/*/")

    page.locator("#answers textarea").focus()
    page.keyboard.press("Alt+2")
    page.wait_for_selector("#missed[open]")
    page.keyboard.press("Alt+2")
    expect(page).to_have_title(re.compile("王雅琴"))
    assert attempts(firm)[-1][0] == "busy"

    page.keyboard.press("Alt+3")
    page.wait_for_selector("#resched[open]")
    page.keyboard.press("Alt+1")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_title(re.compile("刘志远"))
    assert attempts(firm)[-1][0] == "rescheduled"

    page.keyboard.press("Alt+4")
    page.wait_for_url("**/calls/")
    assert attempts(firm)[-1][0] == "wrong_number"

    page.keyboard.press("Alt+z")
    expect(page).to_have_title(re.compile("刘志远"))
    assert len(attempts(firm)) == 2
    assert calls(firm).count("in_call") == 1
    assert page.complaints() == []


def test_skipping_asks_why(firm, desk, open_as):
    page = open_as(desk)
    page.goto("/calls/")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/calls/*/")

    page.keyboard.press("Alt+s")
    page.keyboard.insert_text("项目经理正在现场处理")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_title(re.compile("王雅琴"))

    assert attempts(firm) == []
