"""Tasks: whose they are, finished once from the page or the API, taken back, and never shown next door."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tenancy.models import Branch, Firm, Member, Role
from tests.factories.tenancy import make_api_key
from tests.factories.workflow import make_task
from workflow.models import StaffTask, Step

PAGE = "workflow:tasks"


def test_my_page_shows_what_is_asked_of_me_or_my_role(
    agent: Member, branch: Branch, make_member: Any, sign_in: Any
) -> None:
    colleague = make_member(Role.CS_AGENT, branch=branch)
    make_task("核对收据", assignee=agent, branch=branch)
    make_task("回复业主", role=Role.CS_AGENT, branch=branch)
    make_task("同事的事", assignee=colleague, branch=branch)
    make_task("财务的事", role=Role.FINANCE, branch=branch)

    page = sign_in(agent).get(reverse(PAGE)).content.decode()

    assert "核对收据" in page
    assert "回复业主" in page
    assert "同事的事" not in page
    assert "财务的事" not in page


def test_the_most_urgent_stands_first_and_undated_ones_last(
    agent: Member, branch: Branch, sign_in: Any
) -> None:
    now = timezone.now()
    for title, due_at in [
        ("没期限", None),
        ("明天", now + timedelta(days=1)),
        ("已超时", now - timedelta(hours=1)),
    ]:
        make_task(f"事项{title}", assignee=agent, branch=branch, due_at=due_at)

    page = sign_in(agent).get(reverse(PAGE)).content.decode()

    assert page.index("事项已超时") < page.index("事项明天") < page.index("事项没期限")


def test_finishing_from_the_page_moves_it_to_done_and_can_be_taken_back(
    agent: Member, branch: Branch, sign_in: Any
) -> None:
    task = make_task("核对收据", assignee=agent, branch=branch)
    client = sign_in(agent)

    shown = client.post(reverse("workflow:completion", args=[task.pk]), follow=True)

    assert "已完成：核对收据" in shown.content.decode()
    assert reverse("workflow:reopening", args=[task.pk]) in shown.content.decode()
    assert "核对收据" in client.get(reverse(PAGE), {"show": "done"}).content.decode()

    client.post(reverse("workflow:reopening", args=[task.pk]))
    task.refresh_from_db()
    assert (task.state, task.done_at) == (StaffTask.State.OPEN, None)
    assert [step.kind for step in Step.objects.of("staff_task", task.pk)] == ["move", "back"]


def test_a_colleagues_task_is_refused_with_a_sentence(
    agent: Member, branch: Branch, make_member: Any, sign_in: Any
) -> None:
    task = make_task("同事的事", assignee=make_member(Role.CS_AGENT, branch=branch), branch=branch)

    answer = sign_in(agent).post(reverse("workflow:completion", args=[task.pk]))

    assert answer.status_code == 422
    assert "岗位" in answer.content.decode()
    task.refresh_from_db()
    assert task.state == StaffTask.State.OPEN


def test_pages_of_tasks_follow_each_other_without_gaps(agent: Member, branch: Branch, sign_in: Any) -> None:
    for number in range(30):
        make_task(
            f"事项-{number:02d}-",
            assignee=agent,
            branch=branch,
            due_at=timezone.now() + timedelta(hours=number),
        )
    client = sign_in(agent)

    first = client.get(reverse(PAGE))
    second = client.get(reverse(PAGE) + first.context["next_url"], headers={"HX-Request": "true"})

    titles = [task.title for answer in (first, second) for task in answer.context["page"].rows]
    assert titles == [f"事项-{number:02d}-" for number in range(30)]
    assert "<html" not in second.content.decode()
    assert client.get(reverse(PAGE), {"after": "rubbish_key"}).status_code == 200


def test_only_who_sees_the_whole_branch_may_look_at_all_tasks(
    designer: Member, manager: Member, branch: Branch, agent: Member, sign_in: Any
) -> None:
    make_task("别人的事", assignee=agent, branch=branch)

    assert "别人的事" not in sign_in(designer).get(reverse(PAGE), {"whose": "all"}).content.decode()
    assert "别人的事" in sign_in(manager).get(reverse(PAGE), {"whose": "all"}).content.decode()


def test_the_api_lists_and_finishes_a_task(manager: Member, branch: Branch, api: Any) -> None:
    task = make_task("核对收据", role=Role.CS_MANAGER, branch=branch)
    caller = api(manager)

    listed = caller.get("/api/v1/staff-tasks/?state=open").json()["results"]
    done = caller.post(f"/api/v1/staff-tasks/{task.pk}/completion/", {"result": "金额一致"})

    assert [row["id"] for row in listed] == [str(task.pk)]
    assert (done.status_code, done.json()["state"], done.json()["result"]) == (200, "done", "金额一致")
    assert caller.post(f"/api/v1/staff-tasks/{task.pk}/completion/").status_code == 422


def test_a_partners_key_sees_its_own_branch_and_needs_the_scope(
    firm: Firm, branch: Branch, other_branch: Branch, api: Any
) -> None:
    make_task("别的分公司", branch=branch)
    ours = make_task("本分公司", branch=other_branch)
    reader = api(make_api_key(firm, other_branch, scopes=("staff-tasks:read",)))

    assert [row["id"] for row in reader.get("/api/v1/staff-tasks/").json()["results"]] == [str(ours.pk)]
    assert reader.post(f"/api/v1/staff-tasks/{ours.pk}/completion/").status_code == 403


@pytest.mark.django_db
def test_the_firm_next_door_sees_nothing(
    firm: Firm, other_firm: Firm, make_member: Any, sign_in: Any, branch: Branch
) -> None:
    task = make_task("我们的事", branch=branch)
    stranger = sign_in(make_member(Role.FIRM_ADMIN, firm=other_firm))

    assert "我们的事" not in stranger.get(reverse(PAGE), {"whose": "all"}).content.decode()
    assert stranger.post(reverse("workflow:completion", args=[task.pk])).status_code == 404
