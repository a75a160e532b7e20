"""Does an answer stay as quick when the firm grows, and when more firms come? Two worlds are asked in turn."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

from bench.measure.contest import timing
from bench.measure.numbers import flat, percentile, ratios
from bench.measure.rounds import Limits, interleave
from bench.questions.page import Page
from bench.questions.question import Ground, Question, answered
from bench.results import Goal, Result
from bench.server import serve
from bench.world import open_world

FLAT = (Goal("growth", 1.5),)
FLAT_TO_THE_TAIL = (*FLAT, Goal("growth_p95", 1.5))


@dataclass(frozen=True)
class Growth:
    """A small and a big world, as ``open_world`` makes them."""

    english: str
    small: dict[str, Any]
    big: dict[str, Any]


GROWTHS = (
    Growth("200,000 ÷ 10,000 customers", {"customers": 10_000}, {"customers": 200_000}),
    Growth("200 ÷ 1 firms", {"firms": 1}, {"firms": 200}),
)


def compare(
    questions: Sequence[Question], limits: Limits, *, told: Callable[[str], None]
) -> Iterator[Result]:
    """Each page once more in both worlds of each growth; ``growth`` is big ÷ small, the median of all rounds."""
    pages = [question for question in questions if isinstance(question, Page)]
    for growth in GROWTHS:
        told(f"{growth.english} …")
        small, big = open_world(**growth.small), open_world(**growth.big)
        with serve(small) as small_server, serve(big) as big_server:
            grounds = {"small": Ground(small, small_server, limits), "big": Ground(big, big_server, limits)}
            try:
                for page in pages:
                    yield answered(page, partial(grown, page, growth, grounds, limits))
            finally:
                for ground in grounds.values():
                    ground.leave()


def grown(page: Page, growth: Growth, grounds: dict[str, Ground], limits: Limits) -> Result:
    asks = {name: page.asks(ground) for name, ground in grounds.items()}
    statements = {
        name: max(asked(counted=True).statements or 0 for _try in range(limits.warm_up))
        for name, asked in asks.items()
    }
    timed = interleave({name: timing(asked) for name, asked in asks.items()}, limits)
    small, big = (timed.rounds[name] for name in ("small", "big"))
    figures = {
        "growth": median(ratios(big, small)),
        "growth_p95": percentile(flat(big), 0.95) / percentile(flat(small), 0.95),
        "small_ms": median(flat(small)),
        "p50_ms": median(flat(big)),
        "p95_ms": percentile(flat(big), 0.95),
        "statements": statements["big"],
        "more_statements": statements["big"] - statements["small"],
    }
    goals = FLAT_TO_THE_TAIL if page.name.startswith("search") else FLAT
    return Result(page.name, page.label, f"{page.english}: {growth.english}", goals, figures)
