"""People join, change, leave, and are recognised; only the administrator does it, and the trail knows."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from core.errors import Refusal
from tenancy.actions import invitations, members
from tenancy.models import (
    AuditEntry,
    Branch,
    Department,
    DepartmentMember,
    FirmSetting,
    Invitation,
    Member,
    Post,
    Role,
    RoleLabel,
    Seat,
    User,
)
from tenancy.scoping import firm_scope
from tests.clients import Browser
from tests.factories.tenancy import PASSWORD, make_member as make_member_in

NEW = "夏天装修房子-2028"


@pytest.fixture
def desk(admin, sign_in):
    return sign_in(admin)


def link_from(answer):
    return answer.context["link"].removeprefix("http://testserver")


def test_a_new_colleague_is_invited_sets_a_password_and_works(firm, branch, desk, admin):
    answer = desk.post(
        "/settings/members/new/",
        {
            "name": "赵一鸣",
            "phone": "139 0000 1111",
            "role": "designer",
            "branch": branch.pk,
            "number": "XA-01",
        },
    )
    path = link_from(answer)
    newcomer = Browser()

    assert newcomer.get(path).status_code == 200
    answer = newcomer.post(path, {"password": NEW, "again": NEW})

    assert answer["Location"] == "/"
    assert newcomer.get("/account/").status_code == 200
    member = Member.objects.get(name="赵一鸣")
    assert (member.user.phone, [post.role for post in member.posts.all()]) == ("+8613900001111", ["designer"])
    assert AuditEntry.objects.filter(root_id=member.pk, verb="created", actor=admin).count() == 3


def test_a_link_opens_once(desk, agent):
    path = link_from(desk.post(f"/settings/members/{agent.pk}/invitation/"))
    assert Browser().post(path, {"password": NEW, "again": NEW}).status_code == 302

    again = Browser().post(path, {"password": PASSWORD, "again": PASSWORD})

    assert again.status_code == 404
    agent.user.refresh_from_db()
    assert agent.user.check_password(NEW)


def test_a_later_link_ends_an_earlier_one(desk, agent):
    first, second = (link_from(desk.post(f"/settings/members/{agent.pk}/invitation/")) for _ in range(2))

    assert Browser().get(first).status_code == 404
    assert Browser().get(second).status_code == 200


def test_a_link_expires(desk, agent):
    path = link_from(desk.post(f"/settings/members/{agent.pk}/invitation/"))

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert Browser().post(path, {"password": NEW, "again": NEW}).status_code == 404


def test_a_link_of_one_firm_opens_nothing_in_another(desk, agent, other_firm):
    path = link_from(desk.post(f"/settings/members/{agent.pk}/invitation/"))

    assert Browser().get(path.replace("/changan/", f"/{other_firm.code}/")).status_code == 404
    assert Browser().get(path[:-2] + "x/").status_code == 404


def test_the_token_is_not_kept(desk, agent):
    path = link_from(desk.post(f"/settings/members/{agent.pk}/invitation/"))

    assert path.split("/")[-2] not in str(Invitation.objects.values().get())


def test_a_reset_password_ends_every_session_of_its_owner(desk, agent, sign_in):
    stolen = sign_in(agent)
    path = link_from(desk.post(f"/settings/members/{agent.pk}/invitation/"))
    Browser().post(path, {"password": NEW, "again": NEW})

    assert stolen.get("/account/").status_code == 302


def test_an_administrator_cannot_reset_the_password_of_somebody_who_also_works_elsewhere(
    desk, agent, other_firm
):
    make_member_in(Role.FIRM_ADMIN, firm=other_firm, user=agent.user)

    answer = desk.post(f"/settings/members/{agent.pk}/invitation/")

    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_inviting_a_phone_that_has_an_account_needs_that_accounts_password(desk, other_firm, branch):
    known = make_member_in(Role.FIRM_ADMIN, firm=other_firm).user
    answer = desk.post(
        "/settings/members/new/",
        {"name": "同一人", "phone": known.phone, "role": "designer", "branch": branch.pk},
    )
    path = link_from(answer)

    stranger = Browser().post(path, {"password": NEW, "again": NEW, "current": "falsch"})
    assert stranger.status_code == 422
    known.refresh_from_db()
    assert known.check_password(PASSWORD)

    assert Browser().post(path, {"current": PASSWORD}).status_code == 302
    assert Seat.objects.filter(user=known).count() == 2
    assert User.objects.filter(phone=known.phone).count() == 1


def test_that_password_cannot_be_guessed_through_an_invitation(desk, other_firm, branch):
    known = make_member_in(Role.FIRM_ADMIN, firm=other_firm).user
    answer = desk.post(
        "/settings/members/new/",
        {"name": "同一人", "phone": known.phone, "role": "designer", "branch": branch.pk},
    )
    path = link_from(answer)
    for _ in range(10):
        Browser().post(path, {"current": "falsch"})

    assert Browser().post(path, {"current": PASSWORD}).status_code == 422


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"phone": "12"}, "12"),
        ({"phone": ""}, "请填写手机号或邮箱"),
        ({"name": ""}, "姓名"),
        ({"role": "partner_api"}, "岗位"),
    ],
)
def test_bad_input_keeps_what_was_typed_and_makes_nobody(desk, admin, branch, given, sentence):
    data = {
        "name": "钱多多",
        "phone": "13900001111",
        "role": "designer",
        "branch": branch.pk,
        "note": "记下这句",
    } | given

    answer = desk.post("/settings/members/new/", data)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "记下这句" in answer.content.decode()
    assert Member.objects.count() == 1


def test_a_branch_of_another_firm_never_existed(desk, other_firm):
    from tests.factories.tenancy import make_branch

    foreign = make_branch(other_firm)
    data = {"name": "钱多多", "phone": "13900001111", "role": "designer", "branch": foreign.pk}

    assert desk.post("/settings/members/new/", data).status_code == 422
    assert Member.objects.filter(name="钱多多").count() == 0


def test_leaving_shuts_every_door_at_once(desk, agent, sign_in):
    browser = sign_in(agent)
    path = link_from(desk.post(f"/settings/members/{agent.pk}/invitation/"))

    desk.post(f"/settings/members/{agent.pk}/departure/")

    assert browser.get("/account/").status_code == 302
    assert Browser().get(path).status_code == 404
    assert (
        Browser()
        .post("/login/", {"name": agent.user.phone, "password": PASSWORD}, follow=True)
        .redirect_chain[-1][0]
        .startswith("/firms/")
    )
    agent.refresh_from_db()
    assert (agent.state, Post.objects.filter(member=agent).count()) == ("left", 1)


def test_coming_back_opens_them_again(desk, agent):
    desk.post(f"/settings/members/{agent.pk}/departure/")
    desk.post(f"/settings/members/{agent.pk}/return/")

    browser = Browser()
    browser.post("/login/", {"name": agent.user.phone, "password": PASSWORD})
    assert browser.get("/account/").status_code == 200


def test_the_last_administrator_stays(admin, make_member, firm):
    second = make_member(Role.FIRM_ADMIN)
    members.let_go(second, by=admin)

    with pytest.raises(Refusal, match="至少要有一位"):
        members.withdraw_post(Post.objects.get(member=admin), by=admin)
    with pytest.raises(Refusal, match="自己"):
        members.let_go(admin, by=admin)
    assert Post.objects.filter(member=admin).exists()


def test_a_granted_and_a_withdrawn_post_bite_on_the_next_request(desk, agent, sign_in, branch):
    browser = sign_in(agent)
    assert browser.get("/settings/members/").status_code == 403

    desk.post(f"/settings/members/{agent.pk}/posts/", {"role": "firm_admin", "branch": ""})
    assert browser.get("/settings/members/").status_code == 200

    post = Post.objects.get(member=agent, role="firm_admin")
    desk.post(f"/settings/members/{agent.pk}/posts/{post.pk}/end/")
    assert browser.get("/settings/members/").status_code == 403


def test_a_new_phone_is_the_new_sign_in_name(desk, agent):
    data = {"name": agent.name, "phone": "13712340000", "email": "", "number": "", "note": ""}

    assert desk.post(f"/settings/members/{agent.pk}/", data).status_code == 302
    assert Browser().post("/login/", {"name": "13712340000", "password": PASSWORD}).status_code == 302


def test_a_phone_that_is_somebody_elses_sign_in_name_is_refused(desk, agent, designer):
    data = {"name": agent.name, "phone": designer.phone, "email": "", "number": "", "note": ""}

    assert desk.post(f"/settings/members/{agent.pk}/", data).status_code == 422
    agent.refresh_from_db()
    assert agent.phone != designer.phone


def test_a_name_from_a_ledger_is_merged_and_everything_named_after_it_follows(admin, agent, branch):
    proposed = Member.objects.create(name="小何", state="proposed")
    department = Department.objects.create(name="客服部", kind="service", branch=branch, head=proposed)
    for member in (proposed, agent):
        DepartmentMember.objects.create(department=department, member=member)
    Post.objects.create(member=proposed, role=Role.CS_AGENT, branch=branch)

    members.merge_member(proposed, into=agent, by=admin)

    department.refresh_from_db()
    assert department.head_id == agent.pk
    assert department.memberships.count() == 1
    assert agent.posts.count() == 1
    assert not Member.objects.filter(name="小何").exists()
    assert AuditEntry.objects.filter(verb="deleted", subject_kind="tenancy.member").count() == 1


def test_a_name_from_a_ledger_is_confirmed_as_a_new_colleague(desk):
    proposed = Member.objects.create(name="小何", state="proposed")

    desk.post(f"/settings/members/{proposed.pk}/confirmation/")

    proposed.refresh_from_db()
    assert proposed.state == "active"
    with pytest.raises(Refusal, match="已经确认"):
        members.confirm_member(proposed, by=proposed)


def test_somebody_at_work_is_never_merged_away(admin, agent, designer):
    with pytest.raises(Refusal):
        members.merge_member(agent, into=designer, by=admin)
    assert Member.objects.filter(pk=agent.pk).exists()


def test_departments_have_a_head_and_members(desk, agent, designer, branch):
    data = {
        "name": "工程部",
        "kind": "engineering",
        "branch": branch.pk,
        "head": agent.pk,
        "members": [designer.pk],
    }

    assert desk.post("/settings/departments/new/", data).status_code == 302
    department = Department.objects.get()
    assert set(department.memberships.values_list("member_id", flat=True)) == {agent.pk, designer.pk}

    answer = desk.post(f"/settings/departments/{department.pk}/", data | {"members": [], "head": designer.pk})
    assert answer.status_code == 302
    assert list(department.memberships.values_list("member_id", flat=True)) == [designer.pk]
    assert desk.post("/settings/departments/new/", data).status_code == 422
    assert desk.post(f"/settings/departments/{department.pk}/dissolution/").status_code == 302
    assert not Department.objects.exists()


def test_branches_say_where_they_serve(desk, branch):
    data = {
        "name": "曲江店",
        "code": "qujiang",
        "kind": "partner",
        "regions": "西安市雁塔区\n\n西安市曲江新区",
        "is_active": "on",
    }

    assert desk.post("/settings/branches/new/", data).status_code == 302
    made = Branch.objects.get(code="qujiang")
    assert made.regions == ["西安市雁塔区", "西安市曲江新区"]
    assert desk.post("/settings/branches/new/", data).status_code == 422
    assert desk.post(f"/settings/branches/{made.pk}/", data | {"is_active": ""}).status_code == 302
    assert (
        desk.post(
            f"/settings/branches/{branch.pk}/", data | {"code": "gaoxin", "name": "高新", "is_active": ""}
        ).status_code
        == 422
    )
    assert Branch.objects.get(pk=branch.pk).is_active


def test_roles_are_called_by_the_firms_own_words(desk, agent):
    assert desk.post("/settings/roles/", {"cs_agent": "家装顾问"}).status_code == 302
    assert "家装顾问" in desk.get("/settings/members/").content.decode()

    desk.post("/settings/roles/", {"cs_agent": ""})
    assert not RoleLabel.objects.exists()


def settings_data(desk):
    form = desk.get("/settings/firm/").context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        if value not in (False, None):
            data[bound.html_name] = value
    return data


def test_only_what_differs_from_the_default_is_kept(desk, firm):
    data = settings_data(desk)

    assert (
        desk.post("/settings/firm/", data | {"invitation_days": "3", "firm_name": "长安家装"}).status_code
        == 302
    )
    assert list(FirmSetting.objects.values_list("key", "value")) == [("invitation_days", 3)]
    firm.refresh_from_db()
    assert firm.name == "长安家装"

    desk.post("/settings/firm/", data)
    assert not FirmSetting.objects.exists()


@pytest.mark.parametrize("bad", [{"invitation_days": "0"}, {"sms.window.to": "08:00"}, {"firm_name": ""}])
def test_a_setting_that_makes_no_sense_is_refused_whole(desk, bad):
    data = settings_data(desk)

    assert desk.post("/settings/firm/", data | {"calls.tries_per_day": "5"} | bad).status_code == 422
    assert not FirmSetting.objects.exists()


def test_without_second_factors_the_settings_say_so(desk):
    assert "两步验证没有打开" not in desk.get("/settings/firm/").content.decode()
    FirmSetting.objects.create(key="totp_required", value=False)

    assert "两步验证没有打开" in desk.get("/settings/firm/").content.decode()


def test_a_key_is_shown_once_and_works(desk, api, branch):
    data = {"name": "郑州 ERP", "branch": branch.pk, "scopes": ["branches:read"], "expires_on": "2099-01-01"}
    key = desk.post("/settings/api/new/", data).context["key"]

    assert api(key).get("/api/v1/branches/").status_code == 200
    assert api(key).get("/api/v1/members/").status_code == 403
    page = desk.get("/settings/api/").content.decode()
    assert "郑州 ERP" in page
    assert key not in page
    client_pk = desk.get("/settings/api/").context["rows"][0][0].pk

    new = desk.post(f"/settings/api/{client_pk}/replacement/").context["key"]
    assert (api(key).get("/api/v1/me/").status_code, api(new).get("/api/v1/me/").status_code) == (401, 200)
    client_pk = desk.get("/settings/api/").context["rows"][0][0].pk
    desk.post(f"/settings/api/{client_pk}/revocation/")
    assert api(new).get("/api/v1/me/").status_code == 401


@pytest.mark.parametrize(
    "bad", [{"scopes": []}, {"scopes": ["root:write"]}, {"expires_on": "2020-01-01"}, {"name": ""}]
)
def test_a_key_without_sense_is_not_made(desk, branch, bad):
    data = {"name": "x", "branch": branch.pk, "scopes": ["branches:read"]} | bad

    assert desk.post("/settings/api/new/", data).status_code == 422


PAGES = (
    "/settings/members/", "/settings/members/new/", "/settings/branches/", "/settings/departments/",
    "/settings/roles/", "/settings/firm/", "/settings/api/", "/settings/api/new/",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_settings_are_the_administrators(path, manager, agent, sign_in, desk):
    assert desk.get(path).status_code == 200
    assert sign_in(manager).get(path).status_code == 403
    assert sign_in(agent).get(path).status_code == 403


def test_people_next_door_are_not_found(desk, other_firm):
    stranger = make_member_in(Role.CS_AGENT, firm=other_firm)

    assert desk.get(f"/settings/members/{stranger.pk}/").status_code == 404
    assert desk.post(f"/settings/members/{stranger.pk}/departure/").status_code == 404
    with firm_scope(other_firm.pk):
        assert Member.objects.get(pk=stranger.pk).state == "active"


@pytest.mark.parametrize("path", ["/settings/members/", "/settings/branches/", "/settings/departments/"])
def test_lists_cost_the_same_for_one_row_or_many(desk, admin, firm, make_member, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.factories.tenancy import make_branch

    def cost():
        with CaptureQueriesContext(connection) as counted:
            assert desk.get(path).status_code == 200
        return len(counted)

    def another(number):
        branch = make_branch(firm)
        member = make_member(Role.CS_AGENT, branch=branch)
        Department.objects.create(name=f"部门{number}", kind="other", branch=branch, head=member)

    another(1)
    one = cost()
    another(2)
    another(3)
    assert cost() == one


def test_a_long_list_is_paged_by_name(desk, make_member):
    for number in range(30):
        make_member(Role.CS_AGENT, name=f"员工{number:02}")

    first = desk.get("/settings/members/")
    second = desk.get(first.context["page"].next_url)

    names = [member.name for member, _ in [*first.context["rows"], *second.context["rows"]]]
    assert len(names) == 31
    assert names == sorted(names)
    assert desk.get("/settings/members/?after=unsinn").status_code == 200


def test_opening_an_invitation_twice_at_once_makes_one_account(firm, admin):
    member = members.add_member("孙", by=admin, phone="+8613911110000", posts=[("designer", None)])
    token = invitations.invite(member, by=admin).split("/")[-2]
    found = invitations.find(token)
    invitations.accept(found, password=NEW)

    with pytest.raises(Refusal):
        invitations.accept(found, password=PASSWORD)
    assert reverse("tenancy:invitation", kwargs={"code": "changan", "token": token})
