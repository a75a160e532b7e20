"""Every shape of query Django can make keeps the firm in it: the table of shapes that were tried (design: data, §4)."""

import re

import pytest
from django.db import connection, models
from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q

from tenancy.models import Branch, Department, DepartmentMember, Member, Post, Role
from tenancy.scoping import NoFirmInScope, current_firm_id, firm_scope
from tests.architecture.catalogue import FIRM_TABLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(firm, other_firm, branch, make_member):
    """Two designers here; the same names and one more in the firm next door."""
    for name in ("王芳", "李雷"):
        member = make_member(Role.DESIGNER, branch=branch, name=name)
        department = Department.objects.create(
            name=f"{name}部", kind=Department.Kind.DESIGN, branch=branch, head=member
        )
        DepartmentMember.objects.create(department=department, member=member)
    with firm_scope(other_firm.pk):
        there = Branch.objects.create(code="there", name="那边")
        for name in ("王芳", "李雷", "韩梅"):
            stranger = Member.objects.create(name=name)
            Post.objects.create(member=stranger, role=Role.DESIGNER, branch=there)
    return branch


SHAPES = {
    "select_related": lambda: list(Post.objects.select_related("member", "branch")),
    "forward filter": lambda: list(Post.objects.filter(member__name="王芳")),
    "reverse filter": lambda: list(Member.objects.filter(posts__role=Role.DESIGNER)),
    "two joins": lambda: list(Department.objects.filter(memberships__member__name="李雷")),
    "exclude over a reference": lambda: list(Post.objects.exclude(member__name="王芳")),
    "exclude over a reverse": lambda: list(Member.objects.exclude(posts__role=Role.FINANCE)),
    "prefetch": lambda: [list(m.posts.all()) for m in Member.objects.prefetch_related("posts__branch")],
    "exists": lambda: list(Member.objects.filter(Exists(Post.objects.filter(member_id=OuterRef("pk"))))),
    "filtered relation": lambda: list(
        Member.objects.annotate(d=FilteredRelation("posts", condition=Q(posts__role=Role.DESIGNER))).filter(
            d__isnull=False
        )
    ),
    "count annotation": lambda: list(Member.objects.annotate(n=Count("posts"))),
    "aggregate": lambda: Member.objects.aggregate(n=Count("posts__branch", distinct=True)),
    "union": lambda: list(Member.objects.filter(name="王芳").union(Member.objects.filter(name="李雷"))),
    "in_bulk": lambda: Member.objects.in_bulk(list(Member.objects.values_list("pk", flat=True))),
    "values": lambda: list(Post.objects.values("member__name", "branch__name")),
    "subquery": lambda: list(Member.objects.filter(pk__in=Post.objects.values("member_id"))),
    "get_or_create": lambda: Branch.objects.get_or_create(code="neu", defaults={"name": "新分公司"}),
    "update": lambda: Member.objects.filter(posts__role=Role.DESIGNER).update(note="x"),
    "bulk_update": lambda: Member.objects.bulk_update(
        [_renamed(m) for m in Member.objects.filter(posts__role=Role.DESIGNER)], ["note"]
    ),
    "instance delete": lambda: DepartmentMember.objects.first().delete(),
    "queryset delete": lambda: DepartmentMember.objects.filter(member__name="李雷").delete(),
    "lock": lambda: Member.objects.lock(Member.objects.first()),
    "refresh": lambda: Member.objects.first().refresh_from_db(),
    "reverse manager": lambda: list(Branch.objects.first().posts.all()),
    "exists()": lambda: Post.objects.filter(branch__code="x").exists(),
}


def _renamed(member):
    member.note = "改"
    return member


@pytest.mark.parametrize("shape", SHAPES)
def test_every_statement_names_the_firm_for_every_table(people, shape):
    statements: list[str] = []

    def keep(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        SHAPES[shape]()
    asked = [sql for sql in statements if any(f'"{table}"' in sql for table in FIRM_TABLES)]
    assert asked
    for sql in asked:
        assert '"firm_id"' in sql, sql
        assert _joins_carry_the_firm(sql), sql


def _joins_carry_the_firm(sql: str) -> bool:
    """Each JOIN … ON (…) compares firm_id on both sides."""
    joins = re.findall(r"JOIN \"\w+\"(?: \w+)? ON (\(.*?\))(?= (?:INNER|LEFT|WHERE|GROUP|ORDER|$))", sql)
    return all(join.count('"firm_id"') >= 2 for join in joins)


def test_answers_are_this_firms_only(people):
    assert Member.objects.filter(posts__role=Role.DESIGNER).count() == 2
    assert {m.n for m in Member.objects.filter(name="王芳").annotate(n=Count("posts"))} == {1}
    assert Member.objects.exclude(posts__role=Role.DESIGNER).filter(name="韩梅").count() == 0


def test_a_query_outside_every_scope_raises_instead_of_finding_nothing(people):
    from tenancy import scoping

    token = scoping._firm_id.set(None)
    try:
        with pytest.raises(NoFirmInScope):
            Member.objects.count()
        assert list(Member.objects.none()) == []
    finally:
        scoping._firm_id.reset(token)


@pytest.mark.parametrize("name", ["王芳"])
def test_foreign_rows_stay_where_they_are_when_ours_are_deleted(people, other_firm, name):
    DepartmentMember.objects.all().delete()
    with firm_scope(other_firm.pk):
        assert Member.objects.filter(name=name).count() == 1
        assert current_firm_id() == other_firm.pk


def test_every_model_of_a_firm_asks_with_its_firm(firm):
    from tenancy.checks import firm_models

    for model in firm_models():
        assert f'"{model._meta.db_table}"."firm_id" = {firm.pk}' in str(model._default_manager.all().query)
        assert f'"{model._meta.db_table}"."firm_id" = {firm.pk}' in str(model._base_manager.all().query)


def test_the_empty_manager_class_is_a_plain_one():
    assert issubclass(type(Member.objects), models.Manager)
