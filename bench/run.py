"""``python -m bench.run``: ask every question of a world and tell the answers beside their floors and goals."""

import argparse
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from bench import flatness, report
from bench.measure.rounds import Limits
from bench.questions import ALL, named
from bench.questions.question import Ground, Question, answered
from bench.results import Result
from bench.server import serve
from bench.world import World, open_world


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    if options.list:
        print("\n".join(f"{question.name:<16}{question.english}" for question in ALL))
        return 0
    questions, limits = named(options.only), Limits(options.rounds, options.tries, seconds=options.seconds)
    if options.compare == "flat":
        about, results = _about(options), list(flatness.compare(questions, limits, told=_tell))
    else:
        world = open_world(size=options.size, scale=options.scale)
        about, results = _about(options, world), list(ask(questions, world, limits))
    print(_told(options, results, about))
    return 1 if options.strict and any(result.is_missed for result in results) else 0


def ask(questions: Sequence[Question], world: World, limits: Limits) -> Iterator[Result]:
    """Questions that want the same number of workers share one server."""
    for workers, group in groupby(questions, key=lambda question: question.workers):
        with serve(world, workers=workers) as server:
            ground = Ground(world, server, limits)
            try:
                for question in group:
                    yield answer(question, ground)
            finally:
                ground.leave()


def answer(question: Question, ground: Ground) -> Result:
    _tell(f"{question.name} …")
    return answered(question, partial(question.measure, ground))


def _told(options: argparse.Namespace, results: Sequence[Result], about: dict[str, Any]) -> str:
    if options.json:
        return report.json_line(results, about)
    heading = " · ".join(f"{name} {value}" for name, value in about.items())
    return (report.markdown if options.markdown else report.table)(results, heading=heading)


def _about(options: argparse.Namespace, world: World | None = None) -> dict[str, Any]:
    """What a figure means nothing without. ``load``: of the machine before we began; quiet is well below its cores."""
    return {
        "world": world.name if world else options.compare,
        **(_size(world) if world else {}),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "driver": "psycopg2",
        "rounds": options.rounds,
        "tries": options.tries,
    }


def _size(world: World) -> dict[str, Any]:
    """Of the firm that is asked; ``of_all`` counts the customers of every firm in the database."""
    own = {name: world.counts[name] for name in ("customers", "projects", "call_tasks", "messages")}
    return {"firms": world.shape["firms"], **own, "of_all": world.all_counts["customers"]}


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--size", choices=("small", "large"), default="small", help="which world")
    parser.add_argument("--scale", type=float, default=1.0, help="0.1: a tenth of that world")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="only this question; repeatable"
    )
    parser.add_argument(
        "--rounds", type=int, default=Limits.rounds, help="rounds of ours and the floors in turn"
    )
    parser.add_argument("--tries", type=int, default=Limits.tries, help="requests of each in a round")
    parser.add_argument("--seconds", type=float, default=Limits.seconds, help="at most so long a question")
    parser.add_argument(
        "--compare", choices=("flat",), help="the reading questions in a small and in a big world"
    )
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--markdown", action="store_true", help="a table for docs/performance.md")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a goal is missed")
    parser.add_argument("--list", action="store_true", help="name the questions and stop")
    return parser


if __name__ == "__main__":
    sys.exit(main())
