"""The large bench: every question is answered in a large world, with no more statements than written here.

It tells times and asserts none. On a small machine the world is a tenth as large; JUAN_BENCH_SCALE says otherwise.
"""

import json
import os
import subprocess
import sys

import pytest

from bench import report
from bench.results import Goal, Result

FULL_SIZE_FROM = 8
"""Cores; with fewer the large world alone would take longer to make than everything else to test."""
HOURS = 2
STATEMENTS = {
    "list": 10,
    "html": 21,
    "detail": 10,
    "customer": 45,
    "project": 26,
    "search_name": 12,
    "search_initials": 12,
    "search_phone": 12,
    "search_estate": 12,
    "board": 17,
    "workbench": 20,
    "workbench_lead": 22,
    "create": 28,
    "desk": 27,
    "desk_8": 27,
}


@pytest.fixture(scope="module")
def bench():
    scale = os.environ.get("JUAN_BENCH_SCALE") or ("1" if (os.cpu_count() or 1) >= FULL_SIZE_FROM else "0.1")
    command = [
        sys.executable,
        "-m",
        "bench.run",
        "--size",
        "large",
        "--scale",
        scale,
        "--rounds",
        "3",
        "--json",
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=HOURS * 3600)
    return json.loads(done.stdout)


def test_every_question_is_answered(bench, record_property):
    record_property("measured", report.table(_read(bench), heading=_heading(bench)))

    assert [told["name"] for told in bench["results"] if "failed" in told] == []
    assert {told["name"] for told in bench["results"] if "skipped" in told} <= {"pdf"}


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_question_asks_more_statements_than_written_down(bench, name):
    (told,) = (told for told in bench["results"] if told["name"] == name)

    assert 0 < told["figures"]["statements"] <= STATEMENTS[name]


def _read(bench) -> list[Result]:
    return [
        Result(
            **{field: told[field] for field in ("name", "label", "english", "figures")},
            **{field: told[field] for field in ("skipped", "failed", "note") if field in told},
            goals=tuple(Goal(goal["figure"], goal["most"], goal["stretch"]) for goal in told["goals"]),
        )
        for told in bench["results"]
    ]


def _heading(bench) -> str:
    return " · ".join(f"{name} {value}" for name, value in bench.items() if name != "results")
