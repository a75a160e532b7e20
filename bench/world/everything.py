"""A whole world: migrations, firms, their rows, statistics, and at last the marker that says it is finished."""

import sys
import time
from datetime import date
from typing import Any

from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from bench.world import filling, founding, marker, place, told
from bench.world.shape import FirmShape, Shape
from tenancy.models import Firm
from tenancy.scoping import firm_scope

FEW_NAMES, MORE_NAMES = 1_000, 5_000
"""How many different names the people of other firms have."""


def make(shape: Shape) -> None:
    for alias in connections:
        place.refuse_strange_name(str(connections[alias].settings_dict["NAME"]))
    say = Progress(shape.name)
    say("migrations")
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    call_command("seed_reference", verbosity=0)
    cache.clear()
    said = make_firms(shape, timezone.localdate(), say)
    say("statistics")
    with connections["owner"].cursor() as owner:
        owner.execute("VACUUM ANALYZE")
        marker.write(owner, {"key": shape.key, **said})
    say("done")


def make_firms(shape: Shape, today: date, say: "Progress", *, names: int = 20_000) -> dict[str, Any]:
    """Every firm of the shape, each in one transaction; returns what the first one says of itself."""
    first, *others = shape.each_firm()
    said = _first(first, shape, today, say, names)
    counts = dict(said["counts"])
    for number, one in enumerate(others, start=2):
        say(f"firm {number} of {shape.firms}, {one.customers} customers")
        firm = founding.found(one)
        with firm_scope(firm.pk):
            known = min(names, FEW_NAMES if one.customers < 5_000 else MORE_NAMES)
            filling.fill(one, founding.hire(one), today=today, seed=shape.seed, names=known)
            counts = {name: more + counts[name] for name, more in told.counts(firm.pk).items()}
    return said | {"all_counts": counts}


def _first(shape: FirmShape, whole: Shape, today: date, say: "Progress", names: int) -> dict[str, Any]:
    firm: Firm = founding.found(shape)
    with firm_scope(firm.pk):
        staff = founding.hire(shape)
        accounts = founding.sign_up(shape.code, staff)
        filling.fill(shape, staff, today=today, seed=whole.seed, names=names, say=say)
        say("what can be asked")
        return {
            "firm_code": firm.code,
            "firm_id": firm.pk,
            "password": founding.PASSWORD,
            "accounts": {**accounts.emails, "agents": accounts.agents},
            "api_key": accounts.api_key,
            "samples": told.samples(firm.pk, staff.branches[0]),
            "counts": told.counts(firm.pk),
            "fingerprint": told.fingerprint(firm.pk),
        }


class Progress:
    """One line a chapter, with the seconds since the beginning."""

    def __init__(self, title: str, *, out: Any = sys.stderr) -> None:
        self.title = title
        self.out = out
        self.began = time.monotonic()

    def __call__(self, chapter: str) -> None:
        print(f"… {self.title} {time.monotonic() - self.began:6.1f} s  {chapter}", file=self.out, flush=True)
