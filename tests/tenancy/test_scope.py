"""One scope is one firm, for Python and for PostgreSQL alike."""

import pytest
from django.db import DatabaseError, connection, transaction

from tenancy.models import Branch, Member
from tenancy.scoping import NoFirmInScope, firm_scope
from tests.clients import outside_every_scope
from tests.factories.tenancy import make_branch


def test_members_of_the_firm_next_door_are_not_there(firm, other_firm, make_member, agent):
    stranger = make_member("cs_agent", firm=other_firm)

    assert set(Member.objects.all()) == {agent}
    assert not Member.objects.filter(pk=stranger.pk).exists()


def test_a_query_without_a_firm_is_an_error_and_no_empty_list(firm, branch):
    with outside_every_scope(), pytest.raises(NoFirmInScope):
        Branch.objects.count()


def test_postgres_itself_hides_and_refuses_rows_of_another_firm(firm, other_firm):
    foreign = make_branch(other_firm)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenancy_branch WHERE firm_id = %s", [other_firm.pk])
        assert cursor.fetchone() == (0,)
        cursor.execute("UPDATE tenancy_branch SET name = 'x' WHERE firm_id = %s", [other_firm.pk])
        assert cursor.rowcount == 0
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Branch.objects.create(firm_id=other_firm.pk, code="x", name="x")
    with firm_scope(other_firm.pk):
        assert list(Branch.objects.all()) == [foreign]


def test_leaving_an_inner_scope_returns_to_the_outer_firm(firm, other_firm, branch):
    with firm_scope(other_firm.pk):
        assert Branch.objects.count() == 0
    assert Branch.objects.get() == branch
