"""Rounds: everybody asks in turn, so that a busy minute of the machine falls on all of them alike."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

Ask = Callable[[], float]
"""Asks once and says how many milliseconds it took."""
Watch = Callable[[str], AbstractContextManager[object]]
"""Stands around each block of one contestant's tries, to book what it cost."""

FEWEST_TRIES = 3


@dataclass(frozen=True)
class Limits:
    """How long a question may take. ``seconds`` bounds all rounds of one question together."""

    rounds: int = 7
    tries: int = 20
    warm_up: int = 3
    seconds: float = 60.0


@dataclass
class Timed:
    """For each contestant its milliseconds, round by round; every contestant has the same number of rounds."""

    rounds: dict[str, list[list[float]]] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return min(map(len, self.rounds.values()), default=0)


def _unwatched(_name: str) -> AbstractContextManager[object]:
    return nullcontext()


def interleave(
    contestants: Mapping[str, Ask],
    limits: Limits,
    *,
    watch: Watch = _unwatched,
    clock: Callable[[], float] = time.monotonic,
) -> Timed:
    """A/B, B/A, A/B …: a block of tries each.

    When time is up everybody still asks once in the round under way. It counts if it is the first, or long enough.
    """
    deadline = clock() + limits.seconds
    timed = Timed({name: [] for name in contestants})

    def is_over() -> bool:
        return clock() >= deadline

    for order in _orders(list(contestants), limits.rounds):
        if timed.number and is_over():
            break
        played = {name: _block(name, contestants[name], limits.tries, watch, is_over) for name in order}
        if timed.number and min(map(len, played.values())) < min(FEWEST_TRIES, limits.tries):
            break
        for name, block in played.items():
            timed.rounds[name].append(block)
    return timed


def _orders(names: list[str], rounds: int) -> Iterator[list[str]]:
    for number in range(rounds):
        yield names if number % 2 == 0 else names[::-1]


def _block(name: str, ask: Ask, tries: int, watch: Watch, is_over: Callable[[], bool]) -> list[float]:
    block: list[float] = []
    with watch(name):
        while len(block) < tries and not (block and is_over()):
            block.append(ask())
    return block
