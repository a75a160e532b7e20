"""Questions that are no request: a module of ``bench.jobs`` does the work and prints its figures as JSON."""

from dataclasses import dataclass, field
from importlib.util import find_spec

from bench.jobs.given import Given
from bench.measure import children
from bench.questions.question import Ground
from bench.results import Goal, Result
from bench.world import World

PART_OF_SIZE = {"small": 0.1, "large": 1.0}
LONGER_THAN_A_PAGE = 10.0


@dataclass(frozen=True)
class Job:
    """It may take ten times as long as a page's rounds. What it tells of itself goes before what we saw of it."""

    name: str
    label: str
    english: str
    module: str
    goals: tuple[Goal, ...] = ()
    workers: int = field(default=1, init=False)

    def measure(self, ground: Ground) -> Result:
        seconds = ground.limits.seconds * LONGER_THAN_A_PAGE
        given = given_for(ground.world, ground.limits.rounds, seconds)
        done = children.run(("-m", self.module, given.as_argument()), ground.world.env, seconds=seconds)
        note = str(done.told.pop("note", ""))
        seen = {"cpu_s": done.cpu_seconds, "memory_mb": done.memory_mb}
        return Result(self.name, self.label, self.english, self.goals, {**seen, **done.told}, note=note)


def given_for(world: World, rounds: int, seconds: float) -> Given:
    part = PART_OF_SIZE[world.shape["size"]] * world.shape["scale"]
    return Given(world.firm_code, world.firm_id, part, rounds, seconds)


@dataclass(frozen=True)
class NotYet:
    """Something the goals name and the product does not do. ``until``: the module that will do it."""

    name: str
    label: str
    english: str
    until: str
    goals: tuple[Goal, ...] = ()
    workers: int = field(default=1, init=False)

    def measure(self, ground: Ground) -> Result:
        why = f"not yet: the product has no {self.until}"
        if is_there(self.until):
            why = f"{self.until} is there now: write this question in bench/questions"
        return Result(self.name, self.label, self.english, self.goals, skipped=why)


def is_there(module: str) -> bool:
    package = module.rpartition(".")[0]
    return (not package or find_spec(package) is not None) and find_spec(module) is not None
