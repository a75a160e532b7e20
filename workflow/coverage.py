"""How many of the requirements of the seeds the shipped rules answer, each tried on a made subject."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tenancy import founding
from tenancy.audit.actor import Actor, acting
from tenancy.models import Branch, Firm, Member, Post
from tenancy.scoping import firm_scope
from workflow import awaiting, calendars, people, seeds, shipped, trials
from workflow.rulebook import RuleSpec
from workflow.simulator import nothing_stays
from workflow.stories import SLOTS, Stage
from workflow.trials import Verdict

TRIED_AT: Final = datetime(2026, 6, 10, 10, 30, tzinfo=calendars.ZONE)
"""A Wednesday in the middle of a year whose calendar is published."""


@dataclass(frozen=True)
class Answer:
    """One requirement: ``covered`` when every rule that answers it does what its data say, ``waiting`` when one
    waits for what does not exist yet, ``missing`` otherwise."""

    seed: str
    state: str
    rules: tuple[str, ...]
    why: tuple[str, ...] = ()


def measure(at: datetime = TRIED_AT) -> list[Answer]:
    """All timed requirements, in their order. Makes a firm of its own and leaves no trace."""
    every = list(shipped.every_rule().values())
    ready = [spec for spec in every if spec.seeds and not spec.is_waiting]
    with made_firm() as stage_of:
        verdicts = {spec.key: trials.judge(spec, at, stage_of()) for spec in ready}
    return [_answer(seed, [spec for spec in every if seed in spec.seeds], verdicts) for seed in seeds.TIMED]


@contextmanager
def made_firm() -> Iterator[Any]:
    """A firm with a branch, a colleague for every slot and all it starts with; gone at the end of the block."""
    with nothing_stays(), acting(Actor(door="shell")):
        firm = Firm.objects.create(code="simulated", name="simulated")
        with firm_scope(firm.pk), calendars.read_once():
            branch = Branch.objects.create(code="hq", name="simulated")
            founding.install_all(firm)
            colleagues = {slot: _colleague(slot, branch) for slot in SLOTS}
            yield lambda: Stage(branch, dict(colleagues))


def _colleague(slot: str, branch: Branch) -> Member:
    member = Member.objects.create(name=slot)
    Post.objects.create(member=member, role=people.ROLE_OF.get(slot, "cs_agent"), branch=branch)
    return member


def _answer(seed: str, specs: list[RuleSpec], verdicts: dict[str, Verdict]) -> Answer:
    keys = tuple(spec.key for spec in specs)
    wrong = [verdicts[spec.key] for spec in specs if spec.key in verdicts and not verdicts[spec.key].is_right]
    waiting = [spec for spec in specs if spec.is_waiting]
    if not specs or wrong:
        return Answer(seed, "missing", keys, tuple(f"{one.spec.key}：{one.why}" for one in wrong))
    if waiting:
        return Answer(seed, "waiting", keys, tuple(_waits(waiting)))
    return Answer(seed, "covered", keys)


def _waits(specs: Iterable[RuleSpec]) -> Iterator[str]:
    for spec in specs:
        yield f"{spec.key}：{'、'.join(awaiting.missing(spec.awaits))}"
