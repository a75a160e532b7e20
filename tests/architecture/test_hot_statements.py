"""The statements the product runs most come to a firm's rows by an index that starts with the firm.

They are caught as the product asks them (``bench/hot``); with sequential scans switched off the plan shows, on three
rows as on a million, whether there is an index to go by.
"""

import pytest
from django.db import connection

from bench.hot.acts import HOT, Hot, Stage
from bench.hot.reading import LARGE, loose, nodes, read_for_nothing
from bench.hot.seeing import NotAsked, as_tree, see, with_indexes_only
from tenancy.models import Role
from tests.architecture.catalogue import FIRM_TABLES
from tests.architecture.world import CANARY, World
from tests.factories.workflow import make_playbooks

MADE_UP = "loose_notes"


@pytest.fixture
def stage(firm, branch, make_member, sign_in):
    """One of everything, so that each act gets as far as its statement."""
    world = World(firm, branch, make_member)
    world.me = world.member(Role.CS_MANAGER)
    make_playbooks(firm)
    for name in ("customer", "call_row", "message", "site_project"):
        world.make(name)
    return Stage(
        firm_id=firm.pk,
        manager=sign_in(world.me),
        agent=sign_in(world.member(Role.CS_AGENT)),
        customer=world.customer.pk,
        name=CANARY,
        phone="1380000",
    )


def test_every_hot_statement_goes_by_indexes_that_start_with_the_firm(stage):
    """On one stage for all: each act ends at its statement and leaves nothing behind."""
    plans = {hot.name: see(hot, stage, with_indexes_only) for hot in HOT}
    assert [name for name, plan in plans.items() if not _tables(plan) & set(FIRM_TABLES)] == []
    assert {name: said for name, plan in plans.items() if (said := loose(plan, FIRM_TABLES))} == {}


def test_each_statement_has_a_name_of_its_own():
    assert len({hot.name for hot in HOT}) == len(HOT) >= 10


def test_an_act_that_no_longer_asks_its_statement_is_told(stage):
    gone = Hot("gone", "", lambda stage: stage.manager.get("/customers/"), ("FROM no_such_table",))
    with pytest.raises(NotAsked, match="gone: nothing with FROM no_such_table"):
        see(gone, stage, with_indexes_only)


@pytest.mark.parametrize(
    ("index", "said"),
    [
        ("", f"{MADE_UP}: Seq Scan"),
        (f"CREATE INDEX loose_words ON {MADE_UP} (words)", f"{MADE_UP}: loose_words starts with words"),
        (f"CREATE INDEX loose_firm ON {MADE_UP} (firm_id, words)", ""),
    ],
    ids=["no index", "an index without the firm", "an index with the firm"],
)
def test_a_statement_without_its_index_is_found_out(firm, index, said):
    with connection.connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {MADE_UP} (firm_id bigint, words text) ON COMMIT DROP")
        cursor.execute(index or "SELECT 1")
        plan = with_indexes_only(cursor, f"SELECT * FROM {MADE_UP} WHERE firm_id = 1 AND words = 'x'")
    found = loose(plan, {MADE_UP})
    assert [one[: len(said)] for one in found] == ([said] if said else [])


@pytest.mark.parametrize(
    ("rows", "index", "says"),
    [
        (LARGE + 2, "", f"{MADE_UP} from end to end ({LARGE + 2:,} rows)"),
        (
            LARGE + 2,
            f"CREATE INDEX loose_firm ON {MADE_UP} (firm_id)",
            f"{LARGE + 1:,} rows of {MADE_UP} left out",
        ),
        (LARGE, "", ""),
    ],
    ids=["a scan", "an index that only knows the firm", "a small table"],
)
def test_reading_a_large_table_for_nothing_is_found_out(firm, rows, index, says):
    with connection.connection.cursor() as cursor:
        made = f"SELECT 1 AS firm_id, n FROM generate_series(1, {rows}) n"
        cursor.execute(f"CREATE TEMP TABLE {MADE_UP} ON COMMIT DROP AS {made}")
        cursor.execute(index or "SELECT 1")
        cursor.execute(f"ANALYZE {MADE_UP}")
        cursor.execute(
            f"SET LOCAL enable_seqscan = {'off' if index else 'on'}; SET LOCAL enable_bitmapscan = off"
        )
        plan = as_tree(cursor, f"SELECT * FROM {MADE_UP} WHERE firm_id = 1 AND n = 1")
    assert read_for_nothing(plan, {MADE_UP}) == ([says] if says else [])
    assert read_for_nothing(plan, {"crm_customer"}) == []


def _tables(plan):
    return {node["Relation Name"] for node in nodes(plan) if "Relation Name" in node}
