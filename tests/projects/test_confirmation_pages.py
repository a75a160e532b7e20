"""The board of confirmations and its dialogs."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from projects.forms_confirmations import TIMES
from projects.models import Appointment
from projects.views.confirmations import next_working_days
from tenancy.models import Role
from tests.factories import projects as factories

pytestmark = pytest.mark.django_db
BOARD = reverse("projects:confirmations")


@pytest.fixture
def supervisor(make_member, branch):
    return make_member(Role.SUPERVISOR, branch=branch, name="杜督")


@pytest.fixture
def site(make_project, supervisor, designer, make_member, branch):
    return make_project(
        "inspections",
        node="we_accepted",
        designer=designer,
        inspector=make_member(Role.SUPERVISOR, branch=branch, name="严检"),
        engineering_supervisor=supervisor,
    )


def planned(site, days=2, **fields):
    given = {"kind": "inspection", "node": "we_accepted"} | fields
    return factories.make_appointment(site, starts_at=timezone.now() + timedelta(days=days), **given)


def address(appointment, part="owner"):
    return reverse("projects:party", args=[appointment.pk, appointment.people.get(part=part).pk])


def test_the_supervisor_proposes_from_my_projects_with_what_is_offered(site, supervisor, sign_in):
    client = sign_in(supervisor)
    to = reverse("projects:propose", args=[site.number])
    assert to in client.get(reverse("projects:mine")).content.decode()
    offered = client.get(to).content.decode()
    assert "水电验收" in offered
    assert "沈岚" in offered

    day = next_working_days(timezone.localdate())[0].isoformat()
    client.post(to, {"node": "we_accepted", "day": day, "clock": TIMES[0], "place": ""})

    made = Appointment.objects.get()
    assert timezone.localtime(made.starts_at).strftime("%Y-%m-%d %H:%M") == f"{day} 09:00"
    assert made.place == site.place


def test_the_board_shows_each_party_and_an_empty_slot(site, agent, sign_in):
    site.inspector = None
    site.save()
    planned(site)

    text = sign_in(agent).get(BOARD).content.decode()

    assert "未来 7 天 1 个节点" in text
    assert site.customer.name in text
    assert "待通知" in text
    assert "未指定" in text


def test_the_board_ends_after_a_week_and_leaves_other_visits_out(site, agent, sign_in, make_project):
    planned(site, days=9)
    planned(make_project("inspections"), node="", kind="site_visit")

    assert "未来 7 天 0 个节点" in sign_in(agent).get(BOARD).content.decode()


@pytest.mark.parametrize(("state", "number"), [("asked", 1), ("declined", 0), ("nonsense", 1)])
def test_the_board_can_be_narrowed_by_state(site, agent, sign_in, state, number):
    planned(site)

    assert f"未来 7 天 {number} 个节点" in sign_in(agent).get(BOARD, {"state": state}).content.decode()


def test_another_branch_sees_neither_row_nor_party(site, make_member, other_branch, sign_in):
    appointment = planned(site)
    client = sign_in(make_member(Role.CS_AGENT, branch=other_branch))

    assert site.customer.name not in client.get(BOARD).content.decode()
    assert client.get(address(appointment)).status_code == 404
    assert client.get(reverse("projects:propose", args=[site.number])).status_code == 404


def test_finance_may_look_but_not_answer(site, make_member, branch, sign_in):
    appointment = planned(site)

    assert sign_in(make_member(Role.FINANCE, branch=branch)).post(address(appointment)).status_code in (
        403,
        404,
    )
    assert appointment.people.get(part="owner").answer == "asked"


def test_one_button_says_what_the_party_said(site, agent, sign_in):
    appointment = planned(site)

    sign_in(agent).post(
        address(appointment), {"answer": "confirmed", "how": "call", "reason": "", "wished_at": ""}
    )

    owner = appointment.people.get(part="owner")
    assert (owner.answer, owner.how) == ("confirmed", "call")


def test_a_conflict_without_its_reason_comes_back_with_the_sentence(site, agent, sign_in):
    appointment = planned(site)

    answer = sign_in(agent).post(address(appointment), {"answer": "declined", "how": "call"})

    assert answer.status_code == 422
    assert "请填写冲突原因" in answer.content.decode()
    assert appointment.people.get(part="owner").answer == "asked"


def test_after_a_conflict_the_same_dialog_confirms(site, agent, sign_in):
    appointment = planned(site)
    client = sign_in(agent)
    wished = (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    client.post(
        address(appointment), {"answer": "declined", "how": "call", "reason": "出差", "wished_at": wished}
    )
    assert "出差" in client.get(address(appointment)).content.decode()

    client.post(
        address(appointment), {"answer": "confirmed", "how": "call", "reason": "出差", "wished_at": wished}
    )

    owner = appointment.people.get(part="owner")
    assert (owner.answer, owner.reason, owner.wished_at) == ("confirmed", "", None)
