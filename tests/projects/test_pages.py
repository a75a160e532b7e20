"""The screens: what stands on them, what they refuse, and that what was typed stays."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from files.models import Attachment
from projects.actions.recording import record_fact
from projects.models import Project, SiteNote
from tenancy.models import Role
from tests.factories import projects as factories
from tests.factories.projects import DAY

pytestmark = pytest.mark.django_db


def page(name, project, **query):
    return reverse(f"projects:{name}", args=[project.number], query=query or None)


def photo():
    file = BytesIO()
    Image.new("RGB", (64, 48), "#88aa44").save(file, "JPEG")
    return SimpleUploadedFile("客厅.jpg", file.getvalue(), "image/jpeg")


def test_the_board_has_a_lane_for_each_phase_and_its_cards(make_project, agent, sign_in):
    shown = make_project("design", room="3-2-1502", area_m2=128)
    text = sign_in(agent).get(reverse("projects:projects")).content.decode()

    assert all(label in text for label in ("洽谈", "量房", "选材预算", "施工验收", "保修"))
    assert shown.customer.name in text
    assert "128 ㎡ 全包" in text


def test_a_project_past_its_limit_is_late_and_can_be_filtered(make_project, agent, sign_in):
    late = make_project("measurement", phase_entered_at=timezone.now() - timedelta(days=4))
    fresh = make_project("measurement")
    text = sign_in(agent).get(reverse("projects:projects"), {"late": "1"}).content.decode()

    assert "滞留 1 个" in text
    assert "kcard--late" in text
    assert late.customer.name in text
    assert fresh.customer.name not in text


def test_a_site_is_late_after_its_planned_completion(make_project, agent, sign_in):
    make_project("inspections", planned_completion_on=timezone.localdate() - timedelta(days=1))
    assert "滞留 1 个" in sign_in(agent).get(reverse("projects:projects")).content.decode()


def test_the_list_goes_on_by_key_and_shows_each_project_once(make_project, agent, sign_in):
    for _ in range(30):
        make_project("design")
    client = sign_in(agent)
    first = client.get(reverse("projects:projects"), {"mode": "list"})
    second = client.get(first.context["next_url"])

    numbers = [row["project"].number for answer in (first, second) for row in answer.context["rows"]]
    assert (len(numbers), len(set(numbers)), second.context["next_url"]) == (30, 30, "")


@pytest.mark.parametrize(
    "query", ["after=nonsense", "after=2026-01-01~x", "designer=x", "phase=x", "mode_of=x", "branch=x"]
)
def test_an_address_mended_by_hand_is_no_error(query, make_project, agent, sign_in):
    make_project()
    assert sign_in(agent).get(f"{reverse('projects:projects')}?mode=list&{query}").status_code == 200


def test_filters_narrow_the_board(make_project, agent, designer, sign_in):
    mine = make_project("design", designer=designer, mode="half")
    other = make_project("design")
    client = sign_in(agent)
    for query in ({"designer": designer.pk}, {"mode_of": "half"}):
        text = client.get(reverse("projects:projects"), query).content.decode()
        assert mine.customer.name in text
        assert other.customer.name not in text


def test_the_step_bar_tells_what_was_taken_on_somebodys_word(make_project, one_for_all, sign_in):
    project = make_project("handover")
    record_fact(project, "handover_signed", by=one_for_all, on=DAY)
    client = sign_in(one_for_all)
    client.post(page("advance", project), {"to": "inspections"})

    text = client.get(page("project", project)).content.decode()
    assert "凭声明" in text
    assert "水电材料验收 1 / 7" in text


@pytest.mark.parametrize(
    "tab", ["timeline", "people", "appointments", "nodes", "notes", "facts", "after-sales", "x"]
)
def test_every_tab_opens_by_itself_and_as_a_fragment(tab, make_project, agent, sign_in):
    project = make_project("inspections")
    client = sign_in(agent)

    whole = client.get(page("project", project, tab=tab))
    part = client.get(page("project", project, tab=tab), headers={"hx-request": "true"})

    assert (whole.status_code, part.status_code) == (200, 200)
    assert 'id="tabbed"' in part.content.decode()
    assert "<html" not in part.content.decode()


def test_the_dialog_lists_what_is_missing_and_keeps_what_was_typed(make_project, one_for_all, sign_in):
    project = make_project("contract")
    client = sign_in(one_for_all)
    shown = client.get(page("advance", project), headers={"hx-request": "true"}).content.decode()
    assert "首期款还没有到账。" in shown
    assert "<dialog" in shown

    answer = client.post(page("advance", project), {"to": "handover", "note": "业主说周一付"})

    assert answer.status_code == 422
    assert "业主说周一付" in answer.content.decode()
    project.refresh_from_db()
    assert project.phase == "contract"


def test_the_dialog_takes_the_step_and_goes_back_to_where_it_was_opened(make_project, one_for_all, sign_in):
    project = make_project("contract")
    answer = sign_in(one_for_all).post(
        page("advance", project),
        {
            "to": "handover",
            "on_first_paid": timezone.localdate().isoformat(),
            "next": "/projects/?mode=board",
        },
        headers={"hx-request": "true"},
    )

    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/projects/?mode=board")
    project.refresh_from_db()
    assert (project.phase, project.first_paid_on) == ("handover", timezone.localdate())


def test_a_dialog_never_leads_to_another_site(make_project, manager, sign_in):
    project = make_project("design")
    answer = sign_in(manager).post(page("loss", project), {"reason": "price", "next": "https://example.org/"})

    assert answer["Location"] == project.get_absolute_url()


def test_a_card_dropped_two_lanes_on_is_told_that_it_goes_one_step(make_project, manager, sign_in):
    text = sign_in(manager).get(page("advance", make_project("design"), to="contract")).content.decode()
    assert "不能直接到“合同”" in text


def test_a_project_is_opened_from_its_customer_with_what_is_known(branch, agent, sign_in):
    customer = factories.make_customer(branch, room="1502", building="3", unit="2", address="科技路 1 号")
    client = sign_in(agent)
    shown = client.get(reverse("projects:new"), {"customer": customer.pk}).content.decode()
    assert "3-2-1502" in shown

    answer = client.post(
        reverse("projects:new"),
        {
            "customer": customer.pk,
            "branch": branch.pk,
            "room": "3-2-1502",
            "budget_fen": "18.6万",
            "mode": "half",
        },
    )

    project = Project.objects.get()
    assert answer["Location"] == project.get_absolute_url()
    assert (project.budget_fen, project.mode, project.customer) == (18_600_000, "half", customer)


def test_a_form_without_a_customer_asks_whom_it_is_about(make_project, agent, sign_in):
    project = make_project("design", room="3-2-1502")
    from projects.actions.opening import index_project

    index_project(project)
    client = sign_in(agent)
    found = client.get(
        reverse("projects:appointment_new"), {"q": "1502", "day": "2026-12-01"}
    ).content.decode()

    assert f"day=2026-12-01&amp;project={project.number}" in found
    assert client.get(reverse("projects:new")).status_code == 200
    assert client.post(reverse("projects:new")).status_code == 422


def test_money_that_cannot_be_read_comes_back_as_it_was_typed(make_project, manager, sign_in):
    answer = sign_in(manager).post(page("edit", make_project()), {"budget_fen": "十几万吧"})

    assert answer.status_code == 422
    assert "十几万吧" in answer.content.decode()


def test_a_signed_mode_is_not_changed(make_project, manager, sign_in):
    project = make_project("contract")
    answer = sign_in(manager).post(page("edit", project), {"mode": "half"})

    assert (answer.status_code, "装修方式不能再改" in answer.content.decode()) == (422, True)


def test_people_are_changed(make_project, manager, designer, sign_in):
    project = make_project()
    sign_in(manager).post(
        page("people", project), {"designer": designer.pk, "third_party_supervisor": "方正监理"}
    )

    project.refresh_from_db()
    assert (project.designer, project.third_party_supervisor) == (designer, "方正监理")


def test_a_note_with_a_photo_from_a_phone_stays_one_note_when_sent_twice(
    make_project, designer, sign_in, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    project = make_project("inspections", designer=designer)
    client, key = sign_in(designer), uuid4()
    for _ in range(2):
        client.post(
            page("note", project),
            {"key": key, "text": "水电已开槽", "services": ["guidance"], "photos": [photo()]},
        )

    note = SiteNote.objects.get()
    assert (note.pk, note.text, note.service_labels) == (key, "水电已开槽", ["现场指导"])
    assert Attachment.objects.filter(subject_kind="site_note", subject_id=key).count() == 1
    assert (
        reverse("files:thumbnail", args=[Attachment.objects.get().pk])
        in client.get(page("project", project, tab="notes")).content.decode()
    )


def test_an_empty_note_is_refused(make_project, designer, sign_in):
    project = make_project("inspections", designer=designer)
    answer = sign_in(designer).post(page("note", project), {"key": uuid4(), "text": " "})

    assert (answer.status_code, SiteNote.objects.count()) == (422, 0)


def test_a_designer_finds_only_their_own_projects_and_no_board(make_project, designer, sign_in):
    mine, other = make_project("design", designer=designer), make_project("design")
    client = sign_in(designer)
    text = client.get(reverse("projects:mine")).content.decode()

    assert mine.customer.name in text
    assert other.customer.name not in text
    assert client.get(reverse("projects:projects")).status_code == 403
    assert client.get(other.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("view", ["day", "week", "month", "year"])
def test_the_calendar_shows_the_visit(view, make_project, agent, designer, sign_in):
    appointment = factories.make_appointment(make_project("measurement"), member=designer)
    day = timezone.localdate(appointment.starts_at).isoformat()
    text = sign_in(agent).get(reverse("projects:appointments"), {"view": view, "day": day}).content.decode()

    assert "量房" in text
    assert appointment.get_absolute_url() in text


def test_my_calendar_leaves_out_others(make_project, agent, designer, sign_in):
    appointment = factories.make_appointment(make_project("measurement"), member=designer)
    day = timezone.localdate(appointment.starts_at).isoformat()
    address = reverse("projects:appointments")

    assert (
        appointment.get_absolute_url()
        in sign_in(designer).get(address, {"day": day, "mine": "1"}).content.decode()
    )
    assert (
        appointment.get_absolute_url()
        not in sign_in(agent).get(address, {"day": day, "mine": "1"}).content.decode()
    )


def test_a_double_booking_keeps_the_form_and_says_who_is_taken(make_project, agent, designer, sign_in):
    project = make_project("measurement", designer=designer)
    taken = factories.make_appointment(project, member=designer)
    starts = timezone.localtime(taken.starts_at)
    answer = sign_in(agent).post(
        reverse("projects:appointment_new"),
        {
            "project": project.pk,
            "kind": "proposal",
            "members": [designer.pk],
            "place": "高新店",
            "day": starts.date().isoformat(),
            "starts": f"{starts:%H:%M}",
            "ends": f"{min(starts + timedelta(minutes=45), starts.replace(hour=23, minute=59)):%H:%M}",
        },
    )

    text = answer.content.decode()
    assert answer.status_code == 422
    assert f"{designer.name}" in text
    assert "已有预约" in text or "晚于开始" in text
    assert "高新店" in text


def test_measuring_cannot_be_finished_without_a_day_for_the_proposal(make_project, agent, sign_in):
    visit = factories.make_appointment(
        make_project("measurement"), starts_at=timezone.now() - timedelta(hours=2)
    )
    address = reverse("projects:appointment_outcome", args=[visit.pk])
    client = sign_in(agent)

    assert client.post(address, {"happened": "held"}).status_code == 422
    client.post(address, {"happened": "held", "proposal_on": "2026-12-20", "outcome": "三室两厅"})

    visit.refresh_from_db()
    assert (visit.state, visit.outcome) == ("held", "三室两厅")


def test_a_partner_branch_sees_nothing_of_ours(make_project, make_member, other_branch, sign_in):
    project = make_project("design")
    neighbour = sign_in(make_member(Role.BRANCH_MANAGER, branch=other_branch))

    assert neighbour.get(project.get_absolute_url()).status_code == 404
    assert project.customer.name not in neighbour.get(reverse("projects:projects")).content.decode()
