"""What people type and whom it finds."""

import pytest
from django.urls import reverse

from crm import actions, search
from crm.duplicates import Asked, likely
from crm.models import Customer, Estate
from tests.factories.crm import make_contact_point, make_customer, make_estate

pytestmark = pytest.mark.django_db


@pytest.fixture
def chen(firm, branch):
    estate = make_estate("云栖花园")
    return make_customer(
        "陈立群",
        phone="13800138215",
        branch=branch,
        estate=estate,
        building="3",
        unit="2",
        room="1502",
        address="南二环 18 号",
    )


@pytest.mark.parametrize(
    "text",
    ["陈立", "立群", "陈立群", "陈", "chenliqun", "clq", "liqun", "8215", "1380013", "138 0013 8215", "+86 13800138215",
     "1502", "3-2-1502", "云栖", "云栖花园", "yqhy", "云栖花园1502", "陈立 8215", "云栖 clq", "南二环", "KH-"],
)  # fmt: skip
def test_a_customer_is_found_by(chen, text):
    make_customer("王雅琴", phone="13911112222", estate=make_estate("澜岸府"))
    assert chen in list(search.customers(Customer.objects.living(), text))


@pytest.mark.parametrize(
    "text", ["陈群", "5128", "9999", "赵", "zhao", "陈立 9999", "澜岸", "13800138216", "🏠", "%", "_", "立陈"]
)
def test_and_not_by(chen, text):
    found = list(search.customers(Customer.objects.living(), text))
    assert chen not in found or text in ("🏠", "%", "_")  # nothing usable was typed: the list stays whole


def test_a_new_number_and_a_new_name_are_found_and_the_old_ones_not(chen, agent):
    actions.change_customer(chen, by=None, name="陈丽君")
    point = chen.contact_points.get()
    actions.change_contact_point(point, by=None, value="13700137000")
    rows = Customer.objects.living()
    assert list(search.customers(rows, "丽君")) == [chen]
    assert list(search.customers(rows, "7000")) == [chen]
    assert not search.customers(rows, "立群").exists()
    assert not search.customers(rows, "8215").exists()


def test_a_fixed_line_is_found_with_and_without_its_zero(firm):
    customer = make_customer(phone="029-84231612")
    for text in ("02984231612", "84231612", "2984", "029-8423"):
        assert list(search.customers(Customer.objects.living(), text)) == [customer]


def test_an_estate_is_found(firm):
    estate = make_estate("浐河半岛")
    for text in ("半岛", "浐河", "chbd", "chanhe"):
        assert list(search.estates(Estate.objects.all(), text)) == [estate]


def test_ctrl_k_answers_a_fragment_and_hides_numbers(chen, sign_in, agent):
    response = sign_in(agent).get(reverse("workspace:search"), {"q": "陈立"}, headers={"HX-Request": "true"})
    text = response.content.decode()
    assert "陈立群" in text
    assert "138****8215" in text
    assert "13800138215" not in text
    assert "<html" not in text


@pytest.mark.parametrize("text", ["", " ", "\x00", "a" * 500, "陈" * 300, "'; --", "\u202e"])
def test_any_question_is_answered(chen, sign_in, agent, text):
    assert sign_in(agent).get(reverse("workspace:search"), {"q": text}).status_code == 200
    assert sign_in(agent).get(reverse("workspace:customers"), {"q": text}).status_code == 200


def test_the_same_phone_is_hinted_at_first(chen, agent):
    neighbour = make_customer("陈力群", branch=chen.branch, estate=chen.estate, building="5", room="101")
    asked = Asked(name="陈立群", values=["+8613800138215"], estate_id=chen.estate_id)
    found = likely(asked, agent)
    assert [one.customer for one in found] == [chen, neighbour]
    assert found[0].reasons == ("电话相同", "同一小区姓名相近")


def test_hints_say_nothing_of_another_branch(chen, make_member, other_branch):
    make_contact_point(chen, "13900139000")
    neighbour = make_member("cs_agent", branch=other_branch)
    assert likely(Asked(values=["+8613900139000"]), neighbour) == []
