"""The statements the product runs most, taken from the product itself, and how PostgreSQL goes about them.

``python -m bench.hot`` writes ``bench/plans/``; ``check_plans(world)`` looks whether any of them reads a large table
for nothing. Both ask in a process of its own, with the world's settings. Importing this needs no Django.
"""

import json
import subprocess
import sys

from bench.world import QUIET, World
from bench.world.shape import ROOT

__all__ = ["ReadsForNothing", "check_plans", "write_plans"]


class ReadsForNothing(Exception):
    """A hot statement goes through a firm's large table and leaves most of it out."""


def check_plans(world: World) -> None:
    """Print what each statement reads; raise where one goes through more than 10,000 rows of a firm table for nothing."""
    if _look(world, "check").returncode:
        raise ReadsForNothing(f"in {world.name}; which statement reads which table stands above")


def write_plans(world: World) -> None:
    _look(world, "write").check_returncode()


def _look(world: World, what: str) -> subprocess.CompletedProcess[bytes]:
    told = {
        "world": world.name,
        "firm_id": world.firm_id,
        "account": world.accounts["cs_manager"],
        "agent": world.agents[0],
        "password": world.password,
        "customer": world.samples["customers"][0],
        "phone": world.samples["phone_starts"][0],
    }
    command = [sys.executable, "-m", "bench.hot.looking", what, json.dumps(told)]
    return subprocess.run(command, check=False, cwd=ROOT, env=world.env | QUIET)  # noqa: S603 - our own module
