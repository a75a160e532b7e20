"""Questions that one GET answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from bench.measure.browsing import Answer, Browser
from bench.measure.contest import FLOOR, OURS, OWN, Asks, compare
from bench.questions.question import API, Ground
from bench.results import Goal, Result

Paths = Callable[[Ground], Sequence[str]]
UNIT = "list_bare"
"""The floor everything is told in: fifty rows of sixteen columns as JSON from a bare view in the firm's scope."""


@dataclass(frozen=True)
class Page:
    """``who`` looks at one of the addresses after the other. ``floor``: the least work that answers the same, if any.

    ``is_fragment``: asked by the page that is already there, for the part that changes.
    """

    name: str
    label: str
    english: str
    who: str
    paths: Paths
    floor: str = ""
    goals: tuple[Goal, ...] = ()
    is_fragment: bool = False
    workers: int = field(default=1, init=False)

    def asks(self, ground: Ground) -> Asks:
        visitor, paths = ground.visitor(self.who), cycle(self.paths(ground))
        headers = {"HX-Request": "true"} if self.is_fragment else {}

        def ask(*, counted: bool) -> Answer:
            return visitor.get(next(paths), headers, counted=counted).sound(self.name)

        return ask

    def measure(self, ground: Ground) -> Result:
        own = floor(ground.visitor(self.who), self.floor) if self.floor else None
        figures = beside_floors(ground, self.asks(ground), own)
        return Result(self.name, self.label, self.english, self.goals, figures)


def beside_floors(ground: Ground, ours: Asks, own: Asks | None = None) -> dict[str, float]:
    contestants = {OURS: ours, FLOOR: floor(ground.visitor(API), UNIT)} | ({OWN: own} if own else {})
    server = ground.server
    return compare(contestants, ground.limits, web_pids=server.web_pids, database_pids=server.database_pids)


def floor(visitor: Browser, name: str) -> Asks:
    """Of ``bench.floors``, behind the same door as ours."""

    def ask(*, counted: bool) -> Answer:
        return visitor.get(f"/floor/{name}/", counted=counted).sound(f"floor {name}")

    return ask
