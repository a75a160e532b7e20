"""The firm that is being filled, and what its statements may name."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from bench.world import words
from bench.world.founding import Staff
from bench.world.shape import FirmShape
from bench.world.sql import end_of_time, run


@dataclass
class Filling:
    """One firm in scope. ``world`` is the beginning of every key; ``names`` how many different names there are."""

    firm_id: int
    shape: FirmShape
    staff: Staff
    today: date
    seed: int = 1
    names: int = 20_000
    estates: list[UUID] = field(default_factory=list)

    @property
    def world(self) -> str:
        return f"{self.seed}/{self.shape.code}"

    @property
    def values(self) -> dict[str, Any]:
        known = words.vocabulary(self.names)
        people = {f"{role}s": members for role, members in self.staff.by_role.items()}
        return {
            "firm": self.firm_id,
            "world": self.world,
            "seed": self.seed,
            "now": end_of_time(self.today),
            "customers": self.shape.customers,
            "branches": self.staff.branches,
            "agents": self.staff.agents,
            "estates": self.estates,
            "names": known.names,
            "pinyin": known.pinyin,
            "addresses": known.addresses,
            "styles": list(words.STYLES),
            "followed": list(words.FOLLOWED),
            "said": list(words.SAID),
            **{name: list(ids) for name, ids in people.items()},
        }

    def run(self, statement: str, **more: Any) -> int:
        return run(statement, **self.values, **more)
