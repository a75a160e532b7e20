"""What every staff page shows around its content, and what it costs."""

import pytest
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils.translation import override

from core import navigation
from core.navigation import BELL, CUSTOMERS, NavItem
from tenancy.models import Branch, Member, Role
from tenancy.scoping import firm_scope
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


@pytest.fixture
def page_of(request_of):
    """The frame of a page, as its template draws it around no content."""

    def draw(member, **where):
        request = request_of(member, **where)
        request.firm = member.firm
        return get_template("layout/staff.html").render(shell(request), request)

    return draw


def test_two_roles_never_see_each_others_entries(agent, make_member, page_of):
    finance = make_member(Role.FINANCE)
    first, other, again = page_of(agent), page_of(finance), page_of(agent)
    assert "财务</" not in first
    assert other.count("财务</") == 3  # sidebar, drawer and command box
    assert "财务</" not in again


def test_a_firm_and_a_member_are_named_on_their_own_pages_only(agent, other_firm, make_member, page_of):
    page_of(agent)
    with firm_scope(other_firm.pk):
        neighbour = make_member(Role.CS_AGENT, firm=other_firm, name="邻家客服")
        page = page_of(neighbour)
    assert "邻家客服" in page
    assert other_firm.name in page
    assert agent.firm.name not in page
    assert agent.name not in page


def test_each_language_has_its_own_frame(agent, page_of):
    chinese = page_of(agent)
    with override("en"):
        english = page_of(agent)
    assert "键盘快捷键" in chinese
    assert "键盘快捷键" not in english
    assert page_of(agent).count("键盘快捷键") == chinese.count("键盘快捷键")


def test_figures_and_the_marked_entry_are_those_of_this_page(agent, page_of):
    here, elsewhere = page_of(agent, path="/ui/"), page_of(agent, path="/somewhere/")
    assert here.count('aria-current="page"') == 3  # sidebar, drawer and the phone's bar
    assert 'aria-current="page"' not in elsewhere
