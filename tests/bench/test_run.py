"""The driver: a question that breaks down is told and does not end the run; worlds are compared big beside small."""

import http.client
from dataclasses import dataclass

import pytest

from bench import flatness, run
from bench.measure.browsing import Answer, Unanswered
from bench.measure.rounds import Limits
from bench.questions import ALL
from bench.results import Goal, Result


@dataclass(frozen=True)
class Broken:
    error: Exception
    name: str = "board"
    label: str = "看板"
    english: str = "board"
    goals: tuple[Goal, ...] = (Goal("ratio", 4),)
    workers: int = 1

    def measure(self, ground):
        raise self.error


@pytest.mark.parametrize(
    "error", [Unanswered("board: 500"), http.client.RemoteDisconnected("gone"), TimeoutError("slow")]
)
def test_a_question_that_breaks_down_is_told_in_its_place(error, capsys):
    result = run.answer(Broken(error), None)

    assert result.failed == f"{type(error).__name__}: {error}"
    assert result.is_missed
    assert "board …" in capsys.readouterr().err


def test_a_bug_of_the_bench_itself_rises():
    with pytest.raises(KeyError):
        run.answer(Broken(KeyError("names")), None)


def test_the_questions_can_be_listed(capsys):
    assert run.main(["--list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(ALL)


@dataclass(frozen=True)
class Grows:
    """A page that takes twice as long, and one statement more, in a big world."""

    name: str = "search_phone"
    label: str = "搜索"
    english: str = "search by part of a phone"

    def asks(self, ground):
        ms, statements = (20.0, "5") if ground == "big" else (10.0, "4")
        return lambda *, counted: Answer(200, ms, b"", {"x-bench-statements": statements} if counted else {})


def test_growth_is_big_beside_small_and_a_search_is_flat_to_its_tail():
    grown: Result = flatness.grown(
        Grows(), flatness.GROWTHS[0], {"small": "small", "big": "big"}, Limits(rounds=2, tries=3)
    )

    assert grown.english == "search by part of a phone: 200,000 ÷ 10,000 customers"
    assert (grown.figures["growth"], grown.figures["growth_p95"]) == (2.0, 2.0)
    assert (grown.figures["statements"], grown.figures["more_statements"]) == (5, 1)
    assert [check.words for check in grown.checks] == [
        "✗ 2.0× small > 1.5 (1.33 times the goal)",
        "✗ 2.0× small at p95 > 1.5 (1.33 times the goal)",
    ]
