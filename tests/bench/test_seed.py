"""What a world depends on, and what it may be written to."""

import os
import subprocess
import sys

import pytest
from django.db import connection, transaction

from bench.world.place import NotABench, refuse_strange_name
from bench.world.shape import ROOT, may_be_migrated, schema, shape
from bench.world.sql import padded
from tests.bench.conftest import make


def fingerprint(seed):
    with transaction.atomic():
        made = make(seed, customers=30)
        transaction.set_rollback(True)
    return made["fingerprint"]


def test_the_same_seed_makes_the_same_world_and_another_seed_another(db):
    assert fingerprint(1) == fingerprint(1) != fingerprint(2)


def test_the_ten_thousandth_number_of_a_year_grows_by_a_digit_instead_of_losing_one(db):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {padded('7', 4)}, {padded('12345', 4)}")
        assert cursor.fetchone() == ("0007", "12345")


def test_a_world_is_kept_under_its_figures():
    assert shape("small").name == "small"
    assert shape("large", scale=0.1, customers=200_000).name == "large_c200000_x0_1"
    assert shape("small").key == shape("small").key != shape("small", seed=2).key


def test_new_migrations_are_applied_to_a_world_and_changed_ones_make_it_anew():
    first, *others = schema()
    older = {path: schema()[path] for path in others}
    assert may_be_migrated(schema())
    assert may_be_migrated(older)
    assert not may_be_migrated({**older, first: "read differently"})
    assert not may_be_migrated({**older, "gone/migrations/0001_initial.py": "0"})


def test_firms_share_the_history_and_the_first_is_the_large_one():
    firms = shape("large").each_firm()
    assert len({firm.code for firm in firms}) == 200
    assert firms[0].customers == 200_000
    assert all(1_000 <= firm.customers <= 20_000 for firm in firms[1:])
    assert abs(sum(firm.messages for firm in firms) - 5_000_000) < 200


@pytest.mark.parametrize("name", ["crm", "test_crm", "my_bench", ""])
def test_nothing_is_written_to_a_database_that_is_not_the_benchs_own(name):
    with pytest.raises(NotABench):
        refuse_strange_name(name)


def test_the_settings_of_the_bench_refuse_such_a_database_too():
    named = {
        "DATABASE_URL": "postgres://crm_app@/crm",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": "localhost",
        "PUBLIC_URL": "http://localhost",
        "MEDIA_ROOT": "media",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        check=False, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **named},
    )  # fmt: skip
    assert done.returncode
    assert "crm is no bench database" in done.stderr
