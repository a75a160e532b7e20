"""Projects and appointments by REST: the same actions, refusals and walls."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.models import Appointment, Project
from tests.factories import projects as factories
from tests.factories.tenancy import make_api_key
from workflow.models import Step

pytestmark = pytest.mark.django_db
ALL = ("projects:read", "projects:write", "appointments:read", "appointments:write", "warranties:read")


@pytest.fixture
def partner(api, firm, branch):
    return api(make_api_key(firm, branch, scopes=ALL))


def test_a_partner_opens_a_project_and_leads_it_on(partner, branch):
    customer = factories.make_customer(branch)
    made = partner.post("/api/v1/projects/", {"customer": customer.pk, "branch": branch.pk, "mode": "full"})
    assert (made.status_code, made.json()["phase"]) == (201, "consultation")

    address = f"/api/v1/projects/{made.json()['id']}/transitions/"
    [advance, lose] = partner.get(address).json()
    missing = [guard["code"] for guard in advance["guards"] if not guard["met"]]
    assert (advance["to"], missing) == (
        "measurement",
        ["designer_named", "designer_accepted", "measure_planned"],
    )
    assert lose["transition"] == "lose"

    refused = partner.post(address, {"transition": "advance", "to": "measurement"})
    assert (refused.status_code, refused.json()["code"], len(refused.json()["sentences"])) == (
        422,
        "guards_unmet",
        3,
    )


def test_statements_go_with_the_step(partner, make_project):
    project = make_project("handover")
    answer = partner.post(
        f"/api/v1/projects/{project.pk}/transitions/",
        {"transition": "advance", "to": "inspections", "statements": {"handover_signed": "2026-03-10"}},
    )

    assert (answer.status_code, answer.json()["phase"], answer.json()["started_on"]) == (
        201,
        "inspections",
        "2026-03-10",
    )
    [statement] = partner.get(f"/api/v1/projects/{project.pk}/statements/").json()
    assert (statement["fact"], statement["stated_on"]) == ("handover_signed", "2026-03-10")


def test_a_retried_step_with_the_same_key_is_taken_once(partner, make_project):
    project = make_project("design")
    address, body = f"/api/v1/projects/{project.pk}/transitions/", {"transition": "lose", "reason": "price"}
    first = partner.post(address, body, headers={"idempotency-key": "a-1"})
    again = partner.post(address, body, headers={"idempotency-key": "a-1"})

    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert Step.objects.filter(target="lost").count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"transition": "fly"},
        {"transition": "advance"},
        {"transition": "lose"},
        {"transition": "cancel"},
        {"transition": "advance", "to": "design", "statements": {"nonsense": "2026-01-01"}},
        {"transition": "advance", "to": "design", "statements": {"signed": "x"}},
    ],
)
def test_a_bad_body_is_answered_in_words(partner, make_project, body):
    project = make_project("measurement")
    answer = partner.post(f"/api/v1/projects/{project.pk}/transitions/", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_a_partners_key_never_reaches_another_branch(partner, other_branch, branch):
    theirs = factories.make_project(other_branch, phase="design")
    customer = factories.make_customer(other_branch)

    assert partner.get(f"/api/v1/projects/{theirs.pk}/").status_code == 404
    assert (
        partner.post(
            f"/api/v1/projects/{theirs.pk}/transitions/", {"transition": "lose", "reason": "price"}
        ).status_code
        == 404
    )
    assert partner.get("/api/v1/projects/").json()["results"] == []
    assert (
        partner.post("/api/v1/projects/", {"customer": customer.pk, "branch": other_branch.pk}).status_code
        == 422
    )
    assert Project.objects.count() == 1


def test_a_key_without_the_scope_writes_nothing(api, firm, branch, make_project):
    reader = api(make_api_key(firm, branch, scopes=("projects:read",)))
    project = make_project("design")

    assert reader.get(f"/api/v1/projects/{project.pk}/").status_code == 200
    assert (
        reader.patch(
            f"/api/v1/projects/{project.pk}/", {"style": "中式"}, content_type="application/json"
        ).status_code
        == 403
    )


def test_an_appointment_is_made_moved_confirmed_and_held(partner, make_project, designer):
    project = make_project("measurement", designer=designer)
    starts = timezone.now() - timedelta(hours=1)
    body = {"kind": "measure", "project": project.pk, "members": [designer.pk]}
    made = partner.post(
        "/api/v1/appointments/", body | {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
    ).json()
    address = f"/api/v1/appointments/{made['id']}/"

    moved = partner.post(
        f"{address}moves/", {"starts_at": starts - timedelta(hours=2), "ends_at": starts - timedelta(hours=1)}
    )
    person = next(one for one in moved.json()["people"] if one["member_id"])
    said = partner.post(f"{address}answers/", {"person": person["id"], "answer": "confirmed"}).json()
    held = partner.post(f"{address}outcome/", {"result": "held", "proposal_on": "2026-12-20"})

    assert next(one["answer"] for one in said["people"] if one["id"] == person["id"]) == "confirmed"
    assert (held.status_code, held.json()["state"]) == (201, "held")
    assert Project.objects.get().proposal_on.isoformat() == "2026-12-20"


def test_a_double_booking_is_refused_with_its_code(partner, make_project, designer):
    project = make_project("measurement", designer=designer)
    taken = factories.make_appointment(project, member=designer)
    answer = partner.post(
        "/api/v1/appointments/",
        {
            "kind": "visit",
            "project": project.pk,
            "members": [designer.pk],
            "starts_at": taken.starts_at,
            "ends_at": taken.ends_at,
        },
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "double_booked")
    assert Appointment.objects.count() == 1
