"""What every staff page shows around its content, and what it costs."""

import pytest
from django.test import RequestFactory

from core import navigation
from core.navigation import BELL, CUSTOMERS, NavItem
from tenancy.models import Branch, Member, Role
from workspace.context import shell


@pytest.fixture(autouse=True)
def entries(monkeypatch):
    monkeypatch.setattr(navigation, "_items", {})
    for item in (
        NavItem(
            "people",
            "员工",
            "users",
            "components",
            order=1,
            phone=True,
            count=lambda _m: Member.objects.all(),
        ),
        NavItem(
            "branches",
            "门店",
            "building",
            "manifest",
            CUSTOMERS,
            count=lambda _m: Branch.objects.order_by("name"),
        ),
        NavItem("none", "空", "inbox", "preference", count=lambda _m: Branch.objects.filter(code="nowhere")),
        NavItem("secret", "财务", "cash", "manifest", roles={Role.FINANCE}),
        NavItem("bell", "通知", "bell", "manifest", BELL, count=lambda _m: Branch.objects.all()),
    ):
        navigation.register(item)


@pytest.fixture
def request_of(firm):
    def build(member, path="/ui/", branch_ids=None):
        request = RequestFactory().get(path)
        request.firm, request.member, request.branch_ids = firm, member, branch_ids
        return request

    return build


@pytest.mark.django_db
def test_a_stranger_costs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        context = shell(RequestFactory().get("/"))
    assert context["shell"] is None
    assert context["prefs"].theme == "light"


def test_a_fragment_that_draws_no_sidebar_pays_nothing(agent, request_of, django_assert_num_queries):
    with django_assert_num_queries(0):
        shell(request_of(agent))


def test_the_whole_shell_costs_two_queries(agent, branch, request_of, django_assert_max_num_queries):
    member = Member.objects.with_posts().get(pk=agent.pk)
    with django_assert_max_num_queries(2):
        drawn = shell(request_of(member, branch_ids={branch.pk}))["shell"]
        counts = {entry.key: entry.count for _heading, group in drawn.groups for entry in group}
        assert drawn.scope == branch.name
        assert drawn.bell.count == 1
    assert counts == {"people": 1, "branches": 1, "none": 0}


def test_what_the_roles_do_not_allow_is_not_there(agent, request_of):
    drawn = shell(request_of(agent))["shell"]
    assert "secret" not in {entry.key for entry in drawn.entries}


def test_the_entry_one_is_in_is_marked_below_its_address_too(agent, request_of):
    drawn = shell(request_of(agent, "/ui/dialogs/7/"))["shell"]
    assert [entry.key for entry in drawn.entries if entry.current] == ["people"]


def test_somebody_of_headquarters_sees_all_branches(manager, request_of):
    assert shell(request_of(manager))["shell"].scope == "全部分公司"


def test_the_phone_bar_holds_what_was_meant_for_it(agent, request_of):
    assert [entry.key for entry in shell(request_of(agent))["shell"].tabs] == ["people"]
