"""Questions that are no request: a module of ``bench.jobs`` does the work and prints its figures as JSON."""

from dataclasses import dataclass, field
from importlib.util import find_spec

from bench.jobs.given import Given
from bench.measure import children
from bench.questions.question import Ground
from bench.results import Goal, Result

PART_OF_SIZE = {"small": 0.1, "large": 1.0}
ROUNDS_LONGER, AT_MOST_LONGER = 5, 60
"""Than a page: no further round is begun after so many times its seconds, and after so many all is ended."""


@dataclass(frozen=True)
class Job:
    """What it tells of itself goes before what we saw of it."""

    name: str
    label: str
    english: str
    module: str
    goals: tuple[Goal, ...] = ()
    workers: int = field(default=1, init=False)

    def measure(self, ground: Ground) -> Result:
        done = run_job(self.module, ground)
        note = str(done.told.pop("note", ""))
        seen = {"cpu_s": done.cpu_seconds, "memory_mb": done.memory_mb}
        return Result(self.name, self.label, self.english, self.goals, {**seen, **done.told}, note=note)


def run_job(module: str, ground: Ground, *more: str) -> children.Finished:
    world, limits = ground.world, ground.limits
    part = PART_OF_SIZE[world.shape["size"]] * world.shape["scale"]
    given = Given(
        world.firm_code,
        world.firm_id,
        part=part,
        rounds=limits.rounds,
        seconds=limits.seconds * ROUNDS_LONGER,
        at_most=limits.seconds * AT_MOST_LONGER,
    )
    return children.run(("-m", module, given.as_argument(), *more), world.env, seconds=given.at_most)


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
