"""The example ledger beside the checkout, taken in whole."""

from collections import Counter
from pathlib import Path

import pytest

from aftersales.models import Warranty
from crm.models import Customer
from projects.models import Project
from tenancy.models import Branch, Member
from tests.workspace.ledger.test_taking_in import taken_in
from workspace.ledger.report import counts

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "客户台账.xlsx"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not REAL.exists(), reason="the example ledger does not lie beside the checkout"),
]


def test_the_real_ledger_is_taken_in_and_a_second_time_changes_nothing(firm):
    batch = taken_in(REAL.read_bytes(), REAL.name)

    assert counts(batch) == {
        "rows": 1220, "created": 1200, "updated": 0, "unchanged": 0, "duplicates": 20, "rejected": 0,
    }  # fmt: skip
    assert set(Branch.objects.values_list("name", flat=True)) == {"西安分公司", "咸阳分公司", "宝鸡分公司"}
    assert set(Member.objects.values_list("state", flat=True)) == {Member.State.PROPOSED}
    assert Member.objects.count() == 13
    assert (Customer.objects.count(), Project.objects.count()) == (1200, 1200)
    phases = Counter(Project.objects.values_list("phase", flat=True))
    assert (phases["suspended"], phases["cancelled"]) == (26, 11)
    assert Warranty.objects.count() % 3 == 0
    assert Customer.objects.filter(notes="=1+1").exists()
    assert Customer.objects.filter(referrer__isnull=False).count() > 100

    again = taken_in(REAL.read_bytes(), REAL.name)

    assert counts(again) == {
        "rows": 1220, "created": 0, "updated": 0, "unchanged": 1200, "duplicates": 20, "rejected": 0,
    }  # fmt: skip
    assert Customer.objects.count() == 1200
