"""The watch over statements is on in every test, sees through joins and raw SQL, and cannot be left out unnoticed."""

import pytest
from django.conf import settings
from django.db import connection

from tenancy.models import Firm, Member, Post
from tests.plugins.firm_references import without_firm
from tests.plugins.firm_statements import EXEMPT, WithoutFirm
from tests.threads import run_together

TABLES = ("crm_customer", "crm_contactpoint", "tenancy_member")

HELD = [
    'SELECT * FROM "crm_customer" WHERE "crm_customer"."firm_id" = %s',
    "SELECT count(*) FROM crm_customer WHERE firm_id = 7",
    "SELECT 1 FROM crm_customer c JOIN crm_contactpoint p ON p.firm_id = c.firm_id WHERE c.firm_id = %(firm)s",
    "SELECT 1 FROM crm_customer JOIN crm_contactpoint USING (firm_id, id) WHERE firm_id = %s",
    'SELECT 1 FROM "crm_customer" c WHERE c."firm_id" = %s AND EXISTS(SELECT 1 FROM "tenancy_member" U0 WHERE U0."firm_id" = %s)',
    'SELECT 1 FROM "crm_customer" WHERE "crm_customer"."firm_id" = %s FOR UPDATE OF "crm_customer"',
    "INSERT INTO crm_customer (firm_id, name) VALUES (%s, %s) ON CONFLICT (firm_id, id) DO NOTHING",
    'UPDATE "crm_customer" SET "name" = %s WHERE ("crm_customer"."firm_id" = %s AND "crm_customer"."id" = %s)',
    "SELECT 1 FROM tenancy_firm WHERE code = 'crm_customer'",
    "SET LOCAL app.firm_id = '7'",
]
LOOSE = {
    "SELECT * FROM crm_customer": ["crm_customer"],
    'SELECT "crm_customer"."firm_id" FROM "crm_customer" WHERE "crm_customer"."name" = %s': ["crm_customer"],
    "SELECT 1 FROM crm_customer c JOIN crm_contactpoint p ON p.customer_id = c.id WHERE c.firm_id = %s": [
        "p"
    ],
    "SELECT 1 FROM crm_customer c, crm_contactpoint p WHERE p.customer_id = c.id AND c.firm_id = %s": ["p"],
    "SELECT 1 FROM crm_customer c JOIN crm_contactpoint p ON p.firm_id = c.firm_id": ["c", "p"],
    'SELECT 1 FROM "crm_customer" WHERE "crm_customer"."firm_id" = %s AND EXISTS(SELECT 1 FROM "tenancy_member" U0)': [
        "U0"
    ],
    'SELECT 1 FROM crm_customer U0 WHERE U0.firm_id = %s UNION SELECT 1 FROM "tenancy_member" U0': ["U0"],
    "INSERT INTO crm_customer (name) VALUES (%s)": ["crm_customer"],
    "INSERT INTO crm_customer (firm_id, name) SELECT 7, name FROM tenancy_member m": ["m"],
    "UPDATE crm_customer c SET name = m.name FROM tenancy_member m WHERE c.firm_id = %s": ["m"],
    "DELETE FROM crm_customer WHERE id = %s": ["crm_customer"],
}


@pytest.mark.parametrize("sql", HELD)
def test_a_statement_that_names_its_firm_may_run(sql):
    assert without_firm(sql, TABLES) == []


@pytest.mark.parametrize(("sql", "missing"), LOOSE.items())
def test_a_table_that_nothing_holds_to_a_firm_is_named(sql, missing):
    assert without_firm(sql, TABLES) == missing


@pytest.mark.django_db
def test_raw_sql_is_watched_even_where_a_test_asks_for_no_fixture():
    with (
        pytest.raises(WithoutFirm, match="tenancy_member: nothing compares firm_id"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT count(*) FROM tenancy_member")


def test_a_join_that_forgets_the_firm_is_stopped(firm):
    careless = Post.objects.filter(role="designer").extra(tables=["tenancy_member"])
    with pytest.raises(WithoutFirm, match="tenancy_member"):
        careless.count()
    assert Post.objects.filter(member__name="无").count() == 0


def test_a_manager_that_knows_no_firm_is_stopped(firm):
    class Everybody(Member.objects.__class__):
        def get_queryset(self):
            return self._queryset_class(Member)

    everybody = Everybody()
    everybody.model = Member
    with pytest.raises(WithoutFirm):
        list(everybody.get_queryset())


@pytest.mark.django_db(transaction=True)
def test_connections_of_other_threads_are_watched_too(firm):
    def count_everybody():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM tenancy_member")

    met = run_together(2, count_everybody, firm)
    assert [type(error) for error in met] == [WithoutFirm, WithoutFirm]


@pytest.mark.django_db
def test_tables_of_no_firm_are_nobodys_business():
    assert Firm.objects.count() == 0


def test_the_product_never_leans_on_row_security_alone():
    """The word that lets a statement through is for tests that look past the firm; no statement of ours may use it."""
    apps = [path for path in settings.BASE_DIR.iterdir() if (path / "apps.py").exists()]
    assert len(apps) >= 10
    found = [
        str(path) for app in apps for path in app.rglob("*.py") if EXEMPT in path.read_text(encoding="utf-8")
    ]
    assert found == []
