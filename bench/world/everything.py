"""A whole world: firms, their rows, statistics, and at last the marker that says it is finished."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import date
from functools import partial
from typing import Any

import psycopg2
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from bench.world import filling, founding, marker, place, told
from bench.world.bare import bare_tables
from bench.world.filled import Filling
from bench.world.jobs import Jobs, one_after_another, side_by_side
from bench.world.shape import FirmShape, Shape, schema
from tenancy.scoping import firm_scope

FEW_NAMES, MORE_NAMES = 1_000, 5_000
"""How many different names the people of other firms have."""

_WRITTEN = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
"""


def make(shape: Shape) -> None:
    for alias in connections:
        place.refuse_strange_name(str(connections[alias].settings_dict["NAME"]))
    say = Progress(shape.name)
    call_command("seed_reference", verbosity=0)
    cache.clear()
    said = make_firms(shape, timezone.localdate(), say, while_filling=_in_bulk(say), do_all=side_by_side)
    with connections["owner"].cursor() as owner:
        marker.write(owner, {"key": shape.key, "schema": schema(), **said})
    say("done")


def make_firms(
    shape: Shape,
    today: date,
    say: "Progress",
    *,
    names: int = 20_000,
    while_filling: AbstractContextManager[None] | None = None,
    do_all: Callable[[Jobs], None] = one_after_another,
) -> dict[str, Any]:
    """Every firm of the shape, in the order of their numbers; returns what the first one says of itself.

    All are opened before the first is filled: the product's own actions look things up by the indexes.
    """
    say(f"{shape.firms} firms and their people")
    first, *others = shape.each_firm()
    large, accounts = _open_first(first, shape.seed, today, names)
    opened = [large, *(_open(one, shape.seed, today, _known(one, names)) for one in others)]
    with while_filling or nullcontext():
        do_all([partial(filling.fill, one, filling.BASIS, say=say) for one in opened])
        chapters = [{name: write} for name, write in filling.HISTORY.items()]
        do_all([partial(filling.fill, one, chapter, say=say) for one in opened for chapter in chapters])
    say("what can be asked")
    return {**accounts, **_told(large), "all_counts": _all_counts(opened)}


def _open_first(shape: FirmShape, seed: int, today: date, names: int) -> tuple[Filling, dict[str, Any]]:
    firm = founding.found(shape)
    with firm_scope(firm.pk):
        staff = founding.hire(shape)
        signed_up = founding.sign_up(shape.code, staff)
        opened = filling.begin(shape, staff, today=today, seed=seed, names=names)
    return opened, {
        "firm_code": firm.code,
        "firm_id": firm.pk,
        "password": founding.PASSWORD,
        "accounts": {**signed_up.emails, "agents": signed_up.agents},
        "api_key": signed_up.api_key,
    }


def _open(shape: FirmShape, seed: int, today: date, names: int) -> Filling:
    firm = founding.found(shape)
    with firm_scope(firm.pk):
        return filling.begin(shape, founding.hire(shape), today=today, seed=seed, names=names)


def _known(shape: FirmShape, names: int) -> int:
    return min(names, FEW_NAMES if shape.customers < 5_000 else MORE_NAMES)


def _told(large: Filling) -> dict[str, Any]:
    with firm_scope(large.firm_id):
        return {
            "samples": told.samples(large.firm_id, large.staff.branches[0]),
            "counts": told.counts(large.firm_id),
            "fingerprint": told.fingerprint(large.firm_id),
        }


def _all_counts(opened: list[Filling]) -> dict[str, int]:
    """Of every firm together; each is counted in its own scope, as nobody sees two firms at once."""
    sums: dict[str, int] = {}
    for one in opened:
        with firm_scope(one.firm_id):
            for name, count in told.counts(one.firm_id).items():
                sums[name] = sums.get(name, 0) + count
    return sums


@contextmanager
def _in_bulk(say: "Progress") -> Iterator[None]:
    """Bare tables where the cluster is ours; afterwards statistics in either case."""
    socket_folder = os.environ.get("PGHOST_DIR")
    if socket_folder:
        database = connections["owner"].settings_dict["NAME"]
        with closing(psycopg2.connect(place.superuser_dsn(socket_folder, str(database)))) as server:
            server.autocommit = True
            with server.cursor() as cursor, bare_tables(cursor):
                yield
                say("indexes and foreign keys")
    else:
        yield
    say("statistics")
    with connections["owner"].cursor() as owner:
        owner.execute(_WRITTEN)
        for (table,) in owner.fetchall():
            owner.execute(f"VACUUM ANALYZE {table}")


class Progress:
    """One line a chapter, with the seconds since the beginning."""

    def __init__(self, title: str, *, out: Any = sys.stderr) -> None:
        self.title = title
        self.out = out
        self.began = time.monotonic()

    def __call__(self, chapter: str) -> None:
        print(f"… {self.title} {time.monotonic() - self.began:6.1f} s  {chapter}", file=self.out, flush=True)
