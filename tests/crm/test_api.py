"""Customers through the other door: the same refusals, problem+json, a key's own branch, masked numbers."""

import pytest
from django.urls import reverse

from crm.birthdays import parse_birthday
from crm.models import Customer
from tenancy.models import AuditEntry
from tests.factories.crm import make_contact_point, make_customer, make_estate
from tests.factories.tenancy import make_api_key

pytestmark = pytest.mark.django_db
LIST = "/api/v1/customers/"


@pytest.fixture
def key(firm, branch):
    return lambda *scopes: make_api_key(firm, branch, scopes=scopes)


def test_a_key_sees_its_branch_masked(api, key, branch, other_branch):
    mine = make_customer("甲", phone="13800138000", branch=branch)
    theirs = make_customer("乙", branch=other_branch)
    caller = api(key("customers:read"))
    body = caller.get(LIST).json()
    assert [row["id"] for row in body["results"]] == [str(mine.pk)]
    point = body["results"][0]["contact_points"][0]
    assert (point["value"], point["is_masked"]) == ("138****8000", True)
    assert caller.get(f"{LIST}{theirs.pk}/").status_code == 404


def test_the_scope_for_phones_uncovers_them_and_is_recorded(api, key, branch):
    customer = make_customer("甲", phone="13800138000", branch=branch)
    body = api(key("customers:read", "customers:phones")).get(f"{LIST}{customer.pk}/").json()
    assert body["contact_points"][0]["value"] == "+8613800138000"
    assert AuditEntry.objects.filter(verb=AuditEntry.Verb.REVEALED).count() == 1


def test_a_key_writes_into_its_branch_once(api, key, branch):
    caller = api(key("customers:read", "customers:write"))
    body = {"name": "王雅琴", "birthday": "6月3日", "contact_points": [{"value": "13900139000"}]}
    answers = [caller.post(LIST, body, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    customer = Customer.objects.get()
    assert (customer.branch, str(customer.birthday), customer.number) == (
        branch,
        "6月3日",
        answers[0].json()["number"],
    )


@pytest.mark.parametrize(
    "body",
    [{}, {"name": " \u200b"}, {"name": "甲", "importance": "king"}, {"name": "甲", "birthday": "2月30日"},
     {"name": "甲", "contact_points": [{"value": "12"}]}, {"name": "甲\x00"}, {"name": "甲", "estate": "x"},
     {"name": "甲", "budget_min_fen": 2, "budget_max_fen": 1}, {"name": "长" * 61}],
)  # fmt: skip
def test_nonsense_is_a_problem_and_nothing_is_kept(api, agent, body):
    answer = api(agent).post(LIST, body)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert not Customer.objects.exists()


def test_a_stale_version_is_a_conflict(api, agent, branch):
    customer = make_customer("甲", branch=branch)
    url = f"{LIST}{customer.pk}/"
    assert (
        api(agent)
        .patch(url, {"family": "两口", "version": 1}, content_type="application/json")
        .json()["version"]
        == 2
    )
    answer = api(agent).patch(url, {"family": "三口", "version": 1}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")


def test_filters_find_by_phone_and_words(api, agent, branch):
    make_customer("陈立群", phone="13800138000", branch=branch)
    make_customer("王雅琴", branch=branch)
    caller = api(agent)
    for query in ({"phone": "138 0013 8000"}, {"q": "立群"}, {"q": "clq"}):
        assert [row["name"] for row in caller.get(LIST, query).json()["results"]] == ["陈立群"]
    assert caller.get(LIST, {"phone": "nonsense"}).json()["results"] == []


def test_a_contact_point_is_added(api, agent, branch):
    customer = make_customer("甲", phone="", branch=branch)
    url = reverse("api:customer-contact-points", args=[customer.pk])
    assert api(agent).post(url, {"value": "139 0013 9000", "relation": "spouse"}).status_code == 201
    assert customer.contact_points.get().value == "+8613900139000"
    assert api(agent).post(url, {"value": "13900139000"}).status_code == 422


def test_the_list_says_of_a_customer_what_reading_one_says(api, agent, branch):
    customer = make_customer(
        "陈立群",
        phone="029-84231612转801",
        branch=branch,
        estate=make_estate("和光里"),
        birthday=parse_birthday("农历闰六月十五"),
    )
    make_contact_point(customer, "lin@example.cn", kind="email")
    caller = api(agent)
    (row,) = caller.get(LIST).json()["results"]
    one = caller.get(f"{LIST}{customer.pk}/").json()
    order = lambda points: sorted(points, key=lambda point: point["id"])  # noqa: E731 - said once
    assert order(row.pop("contact_points")) == order(one.pop("contact_points"))
    assert row == one


def test_pages_of_the_list_follow_one_another(api, agent, branch):
    for number in range(5):
        make_customer(f"客户{number}", branch=branch)
    caller, seen, url = api(agent), [], f"{LIST}?page_size=2"
    while url:
        body = caller.get(url).json()
        seen += [row["name"] for row in body["results"]]
        url = body["next"]
    assert seen == [f"客户{number}" for number in reversed(range(5))]
