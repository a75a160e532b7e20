"""One small firm of the bench; a transaction takes it away again."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from bench.world.everything import Progress, make_firms
from bench.world.shape import shape
from tenancy.models import Firm
from tenancy.scoping import firm_scope

CUSTOMERS, NAMES = 200, 300


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """One world for all tests of a module; each test then has a savepoint of its own inside."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make(seed=1)
        transaction.set_rollback(True)


@pytest.fixture
def bench_firm(told: dict[str, Any], db: None) -> Iterator[Firm]:
    with firm_scope(told["firm_id"]):
        yield Firm.objects.get(pk=told["firm_id"])


def make(seed: int, customers: int = CUSTOMERS) -> dict[str, Any]:
    tiny = shape("small", customers=customers, seed=seed)
    return make_firms(tiny, timezone.localdate(), Progress("test", out=Silent()), names=NAMES)


class Silent:
    def write(self, text: str) -> None:
        """Nobody reads it."""

    def flush(self) -> None:
        """Nothing to hand on."""
