"""Searching reads the tokens of a word and the rows they lead to: however many customers a firm has, no others."""

import pytest
from django.db import connection

from bench.hot.reading import nodes
from bench.hot.seeing import with_indexes_only
from crm import search
from crm.models import Customer
from projects.models import Project
from projects.search import few_projects, projects
from tenancy import search as tokens
from tests.factories.crm import make_customer, make_estate

pytestmark = pytest.mark.django_db

WORDS = (
    "陈立",
    "陈立群",
    "陈",
    "chenliqun",
    "clq",
    "8215",
    "1380013",
    "1502",
    "云栖花园",
    "云栖花园1502",
    "云栖 clq",
)


@pytest.mark.parametrize("find", [search.customers, search.few_customers, projects, few_projects])
def test_rows_are_joined_to_the_tokens_and_never_tried_one_by_one(firm, find):
    about = Project.objects.all() if find in (projects, few_projects) else Customer.objects.living()
    plans = {text: plan_of(find(about, text)) for text in WORDS}

    assert {text: tried for text, plan in plans.items() if (tried := tried_one_by_one(plan))} == {}
    assert [text for text, plan in plans.items() if "tenancy_searchtoken" not in tables(plan)] == []


def test_a_search_that_goes_through_every_customer_is_found_out(firm):
    """Two sub-selects behind an OR filter the whole table."""
    carriers = tokens.SearchToken.objects.filter(kind="customer", token="陈立").values("subject_id")
    either = Customer.objects.filter(pk__in=carriers) | Customer.objects.filter(estate_id__in=carriers)
    assert tried_one_by_one(plan_of(either)) == ["crm_customer"]


def test_a_word_thousands_carry_shows_the_first_in_order_and_the_list_has_them_all(firm, monkeypatch):
    monkeypatch.setattr(tokens, "_PUT_IN_ORDER", 2)
    estate = make_estate("云栖花园")
    everybody = [make_customer(f"陈立{last}", estate=estate) for last in "群军民"]

    few = list(search.few_customers(Customer.objects.living(), "陈立").order_by("pinyin", "pk"))
    assert len(few) == 2
    assert [one.pinyin for one in few] == sorted(one.pinyin for one in few)
    assert set(search.customers(Customer.objects.living(), "陈立")) == set(everybody)
    assert list(search.few_customers(Customer.objects.living(), "陈立军")) == [everybody[1]]


def plan_of(rows):
    sql, params = rows.query.sql_with_params()
    with connection.connection.cursor() as cursor:
        return with_indexes_only(cursor, cursor.mogrify(sql, params).decode())


def tried_one_by_one(plan):
    """Tables whose every row is held against what a sub-select found."""
    return [node.get("Relation Name") for node in nodes(plan) if "SubPlan" in node.get("Filter", "")]


def tables(plan):
    return {node.get("Relation Name") for node in nodes(plan)}
