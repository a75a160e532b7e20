"""The database keeps firms apart by itself: guards over its catalogue, generated from the models."""

import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tenancy.checks import firm_models
from tenancy.models import Branch, Department, FirmFK, Member, uuid7
from tests.architecture import catalogue

pytestmark = pytest.mark.django_db
every_firm_table = pytest.mark.parametrize("table", catalogue.FIRM_TABLES)

GLOBAL_TABLES = {"tenancy_firm", "tenancy_user"}
"""What a firm's table may point to with a plain key: read before a firm is known, no customers' data."""


@every_firm_table
def test_the_firm_is_the_first_column_on_disk_and_never_empty(table):
    first = catalogue.rows(
        "SELECT attname, attnotnull FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", table
    )
    assert first == [("firm_id", True)]


@every_firm_table
def test_the_primary_key_is_firm_and_id(table):
    assert [columns for _name, columns, _to in catalogue.key_columns(table, "p")] == [["firm_id", "id"]]


@every_firm_table
def test_row_level_security_is_enabled_and_forced_with_our_policy(table):
    state = catalogue.rows(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table
    )
    policies = catalogue.rows(
        "SELECT qual, with_check FROM pg_policies WHERE tablename = %s AND policyname = 'firm_only'"
        " AND permissive = 'PERMISSIVE' AND cmd = 'ALL'",
        table,
    )
    assert state == [(True, True)]
    assert len(policies) == 1
    assert policies[0][0] == policies[0][1]
    assert policies[0][0].startswith("(firm_id = (NULLIF(current_setting('app.firm_id'")


@every_firm_table
def test_no_second_permissive_policy_opens_the_table_again(table):
    assert (
        catalogue.value(
            "SELECT count(*) FROM pg_policies WHERE tablename = %s AND permissive = 'PERMISSIVE'", table
        )
        == 1
    )


@every_firm_table
def test_every_index_and_unique_key_starts_with_the_firm(table):
    assert {name: columns[0] for name, _unique, columns in catalogue.index_columns(table)} == {
        name: "firm_id" for name, _unique, _columns in catalogue.index_columns(table)
    }


@every_firm_table
def test_every_exclusion_names_the_firm_first(table):
    assert all(columns[0] == "firm_id" for _name, columns, _to in catalogue.key_columns(table, "x"))


@every_firm_table
def test_every_foreign_key_stays_inside_the_firm(table):
    for name, columns, to in catalogue.key_columns(table, "f"):
        assert (columns[0] == "firm_id" and len(columns) == 2) or to in GLOBAL_TABLES, name


@every_firm_table
def test_no_triggers(table):
    assert (
        catalogue.value(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", table
        )
        == 0
    )


@pytest.mark.parametrize("model", firm_models(), ids=lambda model: model._meta.label)
def test_every_reference_of_the_model_has_its_key_in_the_database(model):
    keys = {tuple(columns) for _name, columns, _to in catalogue.key_columns(model._meta.db_table, "f")}
    wanted = {("firm_id", field.column) for field in model._meta.local_fields if isinstance(field, FirmFK)}
    assert wanted <= keys


@pytest.mark.parametrize("model", [m for m in firm_models() if m.branch_wall], ids=lambda m: m._meta.label)
def test_branch_walled_tables_have_the_second_wall(model):
    wall = catalogue.rows(
        "SELECT permissive FROM pg_policies WHERE tablename = %s AND policyname = 'branch_wall'",
        model._meta.db_table,
    )
    assert wall == [("RESTRICTIVE",)]


def test_no_view_function_or_materialised_view_looks_past_the_policies():
    views = catalogue.rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('m', 'v') AND relnamespace = 'public'::regnamespace"
        " AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)"
        " AND relname NOT LIKE 'pg_stat_statements%%'"
    )
    definers = catalogue.rows(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        " AND proname NOT LIKE 'pg_stat_statements%%'"
    )
    assert (views, definers) == ([], [])


def test_the_app_role_is_under_the_policies_and_owns_nothing():
    role = catalogue.rows("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    owned = catalogue.value("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
    assert connection.settings_dict["USER"] == settings.DATABASES["default"]["USER"]
    assert (role, owned) == ([(False, False)], 0)


@every_firm_table
def test_the_app_role_may_not_empty_a_table(table):
    assert catalogue.value("SELECT has_table_privilege(current_user, %s, 'TRUNCATE')", table) is False


def test_the_trail_can_be_written_and_read_but_never_changed():
    rights = {
        right: catalogue.value("SELECT has_table_privilege(current_user, 'tenancy_auditentry', %s)", right)
        for right in ("INSERT", "SELECT", "UPDATE", "DELETE")
    }
    assert rights == {"INSERT": True, "SELECT": True, "UPDATE": False, "DELETE": False}


def test_a_reference_to_another_firms_row_is_refused_by_the_database(firm, other_firm, branch):
    foreign = _branch_of(other_firm)
    with pytest.raises(IntegrityError), transaction.atomic():
        Department.objects.create(name="工程部", kind=Department.Kind.ENGINEERING, branch_id=foreign)


def test_a_row_cannot_be_written_for_another_firm(firm, other_firm):
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Branch.objects.create(firm_id=other_firm.pk, code="xian", name="西安分公司")


def test_two_firms_may_use_the_same_name_without_learning_of_each_other(firm, other_firm):
    _branch_of(other_firm, code="same")
    assert Branch.objects.create(code="same", name="同名分公司").pk
    assert Branch.objects.count() == Branch.objects.filter(firm_id=firm.pk).count()


def test_without_a_firm_the_database_shows_nothing(firm, agent):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.firm_id = ''")
        cursor.execute("SELECT count(*) FROM tenancy_member -- row security only")
        assert cursor.fetchone() == (0,)
    assert not Member.objects.exists()


def _branch_of(firm, code="fremd"):
    from tenancy.scoping import firm_scope

    with firm_scope(firm.pk):
        return Branch.objects.create(id=uuid7(), code=code, name=f"{code} 分公司").pk
