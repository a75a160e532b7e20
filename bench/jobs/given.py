"""What a job is told on its command line, and how it tells what it found."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Self, TypeVar

Made = TypeVar("Made")


@dataclass(frozen=True)
class Given:
    """``part``: how much of the work of the large world, where it is 1.

    ``seconds``: after which no further round is begun; ``at_most``: after which whoever asked ends us.
    """

    firm_code: str
    firm_id: int
    part: float
    rounds: int
    seconds: float
    at_most: float

    @classmethod
    def read(cls) -> Self:
        return cls(**json.loads(sys.argv[1]))

    def as_argument(self) -> str:
        return json.dumps(asdict(self))

    def each_round(self) -> Iterator[int]:
        """At least one."""
        began = time.monotonic()
        for number in range(self.rounds):
            if number and time.monotonic() - began > self.seconds:
                return
            yield number


def timed(work: Callable[[], Made]) -> tuple[float, Made]:
    """How many seconds it took, and what came of it."""
    began = time.perf_counter()
    made = work()
    return time.perf_counter() - began, made


def in_turn(number: int, **works: Callable[[], float]) -> dict[str, float]:
    """What each says it took, in seconds; every second round the other way round."""
    names = list(works) if number % 2 == 0 else list(works)[::-1]
    return {name: works[name]() for name in names}


def tell(times: list[dict[str, float]], **more: Any) -> None:
    """The one line the bench reads: medians over the rounds, and ours beside the floor round by round."""
    each = [one["ours"] / one["floor"] for one in times]
    told = {
        "ratio": median(each),
        "ratio_best": min(each),
        "ours_s": median(one["ours"] for one in times),
        "floor_s": median(one["floor"] for one in times),
        "rounds": len(times),
    }
    if all("again" in one for one in times):
        told["again_ratio"] = median(one["again"] / one["ours"] for one in times)
    print(json.dumps({**told, **more}, ensure_ascii=False))
