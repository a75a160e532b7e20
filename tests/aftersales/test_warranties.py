"""Terms begin on the day the owner accepts, and are never shorter than the law's."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from aftersales.actions import agree_longer_term, start_warranties
from aftersales.handlers import start_warranties_at_completion
from aftersales.models import Warranty
from aftersales.terms import months_after
from core.errors import Refusal
from projects.events import PhaseEntered
from tenancy.models import FirmSetting, Role
from tests.factories import projects as factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(branch):
    return factories.make_project(branch, phase="completion")


def entered(project, phase):
    return PhaseEntered(
        project_id=str(project.pk),
        customer_id=str(project.customer_id),
        phase=phase,
        source="inspections",
        at="",
    )


def test_completion_starts_every_category_and_hearing_of_it_twice_changes_nothing(finished):
    start_warranties_at_completion(entered(finished, "completion"))
    start_warranties_at_completion(entered(finished, "completion"))

    rows = Warranty.objects.order_by("category").values_list("category", "starts_on", "months", "ends_on")
    assert list(rows) == [
        ("structure", date(2026, 3, 10), 24, date(2028, 3, 10)),
        ("water_electric", date(2026, 3, 10), 24, date(2028, 3, 10)),
        ("waterproofing", date(2026, 3, 10), 60, date(2031, 3, 10)),
    ]


def test_other_phases_start_nothing(branch):
    start_warranties_at_completion(entered(factories.make_project(branch, phase="handover"), "handover"))
    assert not Warranty.objects.exists()


def test_a_design_order_has_no_warranty(branch):
    start_warranties(factories.make_project(branch, phase="completion", mode="design_only"))
    assert not Warranty.objects.exists()


def test_a_firm_may_promise_more_but_never_less(finished):
    FirmSetting.objects.create(key="aftersales.structure_months", value=36)
    FirmSetting.objects.create(key="aftersales.waterproofing_months", value=24)

    start_warranties(finished)

    assert dict(Warranty.objects.values_list("category", "months")) == {
        "structure": 36,
        "water_electric": 24,
        "waterproofing": 60,
    }


@pytest.mark.parametrize(
    ("category", "months", "ends_on"),
    [
        ("structure", 23, date(2028, 3, 10)),
        ("waterproofing", 24, date(2031, 3, 10)),
        ("structure", 24, date(2027, 3, 10)),
        ("waterproofing", 60, date(2030, 1, 1)),
    ],
)
def test_the_database_refuses_less_than_the_law(finished, category, months, ends_on):
    with pytest.raises(IntegrityError, match="law"), transaction.atomic():
        Warranty.objects.create(
            project=finished,
            branch=finished.branch,
            category=category,
            starts_on=date(2026, 3, 10),
            months=months,
            ends_on=ends_on,
        )


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2024, 2, 29), 24, date(2026, 3, 1)),
        (date(2026, 8, 31), 24, date(2028, 8, 31)),
        (date(2026, 12, 31), 60, date(2031, 12, 31)),
        (date(2026, 12, 31), 26, date(2029, 3, 1)),
    ],
)
def test_terms_end_on_the_same_day_or_the_day_after(day, months, end):
    assert months_after(day, months) == end


def test_a_longer_term_is_agreed_by_the_office(finished, make_member, branch):
    [row, *_] = start_warranties(finished)
    office = make_member(Role.ADMINISTRATION, branch=branch)

    assert agree_longer_term(row, by=office, months=36).ends_on == date(2029, 3, 10)
    with pytest.raises(Refusal, match="法定"):
        agree_longer_term(row, by=office, months=12)
    with pytest.raises(Refusal):
        agree_longer_term(row, by=make_member(Role.DESIGNER, branch=branch), months=48)


def test_another_branch_sees_no_warranty(finished, make_member, other_branch):
    start_warranties(finished)
    assert not Warranty.objects.visible_to(make_member(Role.CS_AGENT, branch=other_branch)).exists()
