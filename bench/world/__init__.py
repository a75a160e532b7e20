"""Worlds to measure in: whole firms of invented people, made by set-based SQL, the same from the same seed.

Importing this needs no Django: ``open_world`` makes a missing world in a process of its own.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from bench.world import empty, marker, place as places
from bench.world.hurry import careless
from bench.world.place import NotABench, Place
from bench.world.shape import ROOT, Shape, may_be_migrated, schema, shape

QUIET = {"LOG_LEVEL": "ERROR", "LOG_READABLE": "1"}
"""A world is made of statements any page would be warned of."""
__all__ = ["NotABench", "World", "open_world"]


@dataclass(frozen=True)
class World:
    """One finished world. Its servers run for as long as the process that opened it.

    ``accounts``: role → e-mail of one person who holds it, and ``agents``: eight of the call desk. ``samples``: what a
    question may ask for. ``counts``: rows of the first firm, ``all_counts`` of all firms.
    """

    name: str
    env: dict[str, str]
    place: Place
    firm_code: str
    firm_id: int
    password: str
    accounts: dict[str, Any]
    api_key: str
    samples: dict[str, Any]
    counts: dict[str, int]
    all_counts: dict[str, int]
    fingerprint: str
    shape: dict[str, Any]

    @property
    def agents(self) -> list[str]:
        return list(self.accounts["agents"])

    @property
    def database_url(self) -> str:
        return self.place.app_url

    @property
    def owner_url(self) -> str:
        return self.place.owner_url


def open_world(size: str = "small", **wanted: Any) -> World:
    """The world of this size, made first when it is missing or was made by other code.

    New migrations are applied to the rows that are there, as in any installation.
    ``wanted``: ``firms``, ``customers``, ``scale``, ``seed``.
    """
    wanted_shape = shape(size, **wanted)
    place = places.find(wanted_shape.name)
    with places.one_at_a_time(place):
        told = marker.read(place)
        if told is None or told["key"] != wanted_shape.key or not may_be_migrated(told["schema"]):
            _make(place, wanted_shape)
        elif told["schema"] != schema():
            empty.migrate(place)
            marker.note_schema(place, schema())
        told = marker.read(place)
    if told is None:
        raise NotABench("The world was made and yet says nothing of itself.")
    return _world(place, wanted_shape, told)


def _make(place: Place, wanted: Shape) -> None:
    command = [sys.executable, "-m", "bench.world.making", json.dumps(wanted.as_data())]
    with careless(place):
        empty.make_empty(place)
        made = subprocess.run(command, check=False, cwd=ROOT, env=place.environment() | QUIET)  # noqa: S603 - our own module
    if made.returncode:
        raise NotABench(f"The world “{wanted.name}” could not be made; what went wrong stands above.")


def _world(place: Place, wanted: Shape, told: dict[str, Any]) -> World:
    return World(
        name=wanted.name,
        env=place.environment(),
        place=place,
        firm_code=told["firm_code"],
        firm_id=told["firm_id"],
        password=told["password"],
        accounts=told["accounts"],
        api_key=told["api_key"],
        samples=told["samples"],
        counts=told["counts"],
        all_counts=told["all_counts"],
        fingerprint=told["fingerprint"],
        shape=wanted.as_data(),
    )
