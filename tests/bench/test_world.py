"""A world of the bench is as good as one the product made: found, walled, whole, and the same each time."""

import pytest
from django.db import connection
from django.urls import reverse

from bench.world.told import COUNTED
from core.phone import parse_phone
from crm.indexing import index_customers
from crm.models import ContactPoint, Customer
from projects.actions.opening import index_project
from projects.models import Project
from tenancy.models import Member, SearchToken
from tenancy.numbers import next_number
from tenancy.scoping import firm_scope
from tests.bench.conftest import CUSTOMERS
from tests.clients import Browser, signed_in


def tokens(kind, ids):
    found = SearchToken.objects.filter(kind=kind, subject_id__in=ids)
    return set(found.values_list("id", "subject_id", "field", "token"))


def test_every_chapter_leaves_rows_and_the_phases_are_spread(told, db):
    assert told["counts"]["customers"] == CUSTOMERS
    assert [name for name, number in told["counts"].items() if not number] == []
    with firm_scope(told["firm_id"]):
        phases = set(Project.objects.values_list("phase", flat=True))
    assert {"inspections", "warranty", "design"} <= phases


def test_customers_are_found_by_the_very_tokens_the_product_would_have_written(bench_firm):
    customers = list(Customer.objects.all())
    ids = [one.pk for one in customers]
    ours = tokens("customer", ids)
    index_customers(customers)
    assert ours == tokens("customer", ids)


def test_so_are_projects(bench_firm):
    projects = list(Project.objects.select_related("estate"))
    ids = [one.pk for one in projects]
    ours = tokens("project", ids)
    for project in projects:
        index_project(project)
    assert ours == tokens("project", ids)


def test_sort_keys_phones_and_the_next_number_are_the_products_too(bench_firm):
    for customer in Customer.objects.all()[:50]:
        was, customer.pinyin = customer.pinyin, ""
        customer.full_clean(exclude=["firm"])
        assert customer.name
        assert was
    values = ContactPoint.objects.filter(kind="phone").values_list("value", flat=True)
    assert [value for value in values if parse_phone(value).e164 != value] == []
    assert not Customer.objects.filter(number=next_number("customer", prefix="KH", width=5)).exists()


def test_another_firm_sees_nothing_of_it_and_the_database_says_so(told, other_firm):
    with firm_scope(other_firm.pk), connection.cursor() as cursor:
        for table in COUNTED.values():
            cursor.execute(f"SELECT count(*) FROM {table} -- row security only")
            assert cursor.fetchone() == (0,), table


@pytest.mark.parametrize("role", ["cs_manager", "cs_agent"])
def test_the_products_pages_open_on_it(told, db, role):
    with firm_scope(told["firm_id"]):
        person = Member.objects.select_related("user").get(email=told["accounts"][role])
        browser = signed_in(person, Browser())
    sample = told["samples"]
    for address in (
        reverse("workspace:customers"),
        reverse("workspace:customer", args=[sample["customers"][0]["id"]]),
        reverse("projects:project", args=[sample["projects"][0]["number"]]),
        "/calls/",
        reverse("workspace:workbench"),
    ):
        assert browser.get(address).status_code == 200, address


def test_a_sample_is_found_by_what_it_says(told, db):
    with firm_scope(told["firm_id"]):
        person = Member.objects.select_related("user").get(email=told["accounts"]["cs_manager"])
        browser = signed_in(person, Browser())
    answer = browser.get("/search/", {"q": told["samples"]["names"][0]})
    assert told["samples"]["names"][0] in answer.content.decode()
