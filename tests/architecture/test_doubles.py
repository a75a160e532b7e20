"""A double is refused in words at the form, never by a database error: found from the models' own unique keys."""

import pytest
from django.db.models import UniqueConstraint

from tenancy.forms import FirmModelForm
from tenancy.models import Branch, Department, Member
from tests.architecture.walk import names_in_the_urlconf

pytestmark = pytest.mark.django_db


def forms_that_can_collide() -> dict[tuple[str, str], type[FirmModelForm]]:
    """Every form that lets somebody type all parts of a unique key."""
    names_in_the_urlconf()  # imports every form there is
    return {
        (form.__name__, constraint.name): form
        for form in _below(FirmModelForm)
        for constraint in form._meta.model._meta.constraints
        if isinstance(constraint, UniqueConstraint)
        and set(constraint.fields) - {"firm"} <= set(form.base_fields)
    }


def _below(form: type) -> set[type]:
    found = {each for sub in form.__subclasses__() for each in (sub, *_below(sub))}
    return {each for each in found if getattr(each, "_meta", None) and each._meta.model}


def _member(branch):
    Member.objects.create(name="先来的", number="A-7")
    return {"name": "后来的", "number": "A-7", "phone": "13800138000"}


def _branch_code(branch):
    return {"code": branch.code, "name": "另一个名字", "kind": "own", "regions": "", "is_active": "on"}


def _branch_name(branch):
    return {"code": "another", "name": branch.name, "kind": "own", "regions": "", "is_active": "on"}


def _department(branch):
    Department.objects.create(name="工程部", kind=Department.Kind.ENGINEERING, branch=branch)
    return {"name": "工程部", "kind": "engineering", "branch": str(branch.pk)}


DOUBLES = {
    ("PersonForm", "member_number_once"): _member,
    ("NewPersonForm", "member_number_once"): _member,
    ("BranchForm", "branch_code_once"): _branch_code,
    ("BranchForm", "branch_name_once"): _branch_name,
    ("DepartmentForm", "department_name_once"): _department,
}


def test_every_form_that_can_collide_is_tried():
    assert set(forms_that_can_collide()) == set(DOUBLES)


@pytest.mark.parametrize("case", DOUBLES, ids=" ".join)
def test_a_double_is_a_sentence_at_the_form(case, firm, branch, admin):
    before = {model: model.objects.count() for model in (Branch, Department, Member)}
    form = forms_that_can_collide()[case](DOUBLES[case](branch), member=admin)

    assert not form.is_valid()
    said = " ".join(str(error) for errors in form.errors.values() for error in errors)
    assert any(word in said for word in ("已被", "已有")), form.errors
    assert Branch.objects.count() == before[Branch]
