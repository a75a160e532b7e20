"""Calls and texts through the partners' door: the same rules, and nothing that was said."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from notifications.actions import take
from notifications.models import CallTask, Message
from tests.factories.crm import make_contact_point
from tests.factories.notifications import install_words, make_call, make_message
from tests.factories.projects import make_project
from tests.factories.tenancy import make_api_key

SATURDAY = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
ALL = ("call-tasks:read", "call-tasks:write", "messages:read", "messages:write")


@pytest.fixture(autouse=True)
def saturday():
    with time_machine.travel(SATURDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def partner(firm, branch, api):
    install_words()
    return api(make_api_key(firm, branch, scopes=ALL))


def test_a_partner_reads_the_calls_of_its_branch_only(partner, branch, other_branch):
    mine = make_call(branch=branch)
    make_call(branch=other_branch)
    make_call()

    listed = partner.get("/api/v1/call-tasks/").json()["results"]

    assert [row["id"] for row in listed] == [str(mine.pk)]
    assert "phone" not in listed[0]


def test_a_call_is_agreed_about_a_project_one_sees_once(partner, branch, other_branch):
    project = make_project(branch)
    body = {
        "subject_kind": "project",
        "subject_id": str(project.pk),
        "reason": "请回电",
        "due_at": "2026-11-21T08:00:00Z",
    }

    first = partner.post("/api/v1/call-tasks/", body, headers={"Idempotency-Key": "k1"})
    again = partner.post("/api/v1/call-tasks/", body, headers={"Idempotency-Key": "k1"})

    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert CallTask.objects.get().project_id == project.pk
    hidden = partner.post("/api/v1/call-tasks/", body | {"subject_id": str(make_project(other_branch).pk)})
    assert hidden.status_code == 422


def test_an_outcome_comes_in_and_answers_do_not_come_out(partner, branch):
    call = make_call(branch=branch, script="saturday")

    answer = partner.post(
        f"/api/v1/call-tasks/{call.pk}/outcome/", {"outcome": "reached", "answers": {"overall": 4}}
    )

    assert answer.status_code == 201
    assert (answer.json()["task_status"], "answers" in answer.json()) == ("done", False)


def test_an_outcome_of_a_held_call_is_refused_as_a_problem(partner, branch, agent):
    call = take(make_call(branch=branch), by=agent)

    answer = partner.post(f"/api/v1/call-tasks/{call.pk}/outcome/", {"outcome": "reached"})

    assert (answer.status_code, answer.json()["code"]) == (422, "call_held")


def test_a_text_is_planned_by_template_and_shows_no_whole_number(partner, branch):
    project = make_project(branch)
    make_contact_point(project.customer, "13800138000")
    body = {
        "template": "handover_day",
        "subject_kind": "project",
        "subject_id": str(project.pk),
        "values": {"时间": "10:30"},
        "dedupe_key": "x1",
    }

    made = partner.post("/api/v1/messages/", body)
    twice = partner.post("/api/v1/messages/", body)

    assert (made.status_code, twice.json()["id"]) == (201, made.json()["id"])
    assert Message.objects.get().source == "API"
    assert (
        make_message(branch=branch, address="+8613800138000").address
        not in partner.get("/api/v1/messages/").content.decode()
    )


def test_an_unknown_template_is_said_in_a_sentence(partner, branch):
    project = make_project(branch)
    body = {"template": "nonsense", "subject_kind": "project", "subject_id": str(project.pk)}

    answer = partner.post("/api/v1/messages/", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "no_template")


def test_a_key_without_the_scope_stays_outside(firm, branch, api):
    reader = api(make_api_key(firm, branch, scopes=("call-tasks:read",)))

    assert reader.get("/api/v1/call-tasks/").status_code == 200
    assert reader.post("/api/v1/call-tasks/", {}).status_code == 403
    assert reader.get("/api/v1/messages/").status_code == 403


def test_finance_reads_no_texts(make_member, branch, api):
    from tenancy.models import Role

    make_message(branch=branch)

    assert api(make_member(Role.FINANCE, branch=branch)).get("/api/v1/messages/").json()["results"] == []


def test_filters_narrow_the_list(partner, branch):
    make_call(branch=branch, due_at=SATURDAY + timedelta(days=3))
    make_call(branch=branch, lane="node")

    assert len(partner.get("/api/v1/call-tasks/?lane=node").json()["results"]) == 1
    assert len(partner.get("/api/v1/call-tasks/?due_before=2026-11-22T00:00:00Z").json()["results"]) == 1
