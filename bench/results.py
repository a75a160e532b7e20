"""What a question answered, and whether that is good enough."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

UNITS: Final[Mapping[str, str]] = {
    "ratio": "×", "own_ratio": "× own", "again_ratio": "× again", "statements": " SQL", "p95_ms": " ms p95",
    "memory_mb": " MB", "sent_kb": " KB sent", "growth": "× small",
    "growth_p95": "× small at p95",
}  # fmt: skip
"""How a figure is told beside its goal."""


@dataclass(frozen=True)
class Goal:
    """At most this much of one figure; ``stretch`` is where we want to get. See docs/performance.md."""

    figure: str
    most: float
    stretch: float | None = None


@dataclass(frozen=True)
class Check:
    """A goal beside what was measured; ``value`` is None where the figure could not be had."""

    goal: Goal
    value: float | None

    @property
    def is_met(self) -> bool:
        return self.value is not None and self.value <= self.goal.most

    @property
    def words(self) -> str:
        """``✓ 2.1× ≤ 2.6`` · ``✓✓`` at the stretch · ``✗ 3.9× > 2.6 (1.50 times the goal)`` · ``? ratio ≤ 2.6``."""
        unit = UNITS.get(self.goal.figure, f" {self.goal.figure}")
        if self.value is None:
            return f"? {unit.strip()} not measured, goal {self.goal.most:g}"
        if not self.is_met:
            factor = self.value / self.goal.most
            return f"✗ {number(self.value)}{unit} > {self.goal.most:g} ({factor:.2f} times the goal)"
        mark = "✓✓" if self.goal.stretch is not None and self.value <= self.goal.stretch else "✓"
        return f"{mark} {number(self.value)}{unit} ≤ {self.goal.most:g}"


@dataclass(frozen=True)
class Result:
    """``figures`` by name; ``skipped`` or ``failed`` say why there are none."""

    name: str
    label: str
    english: str
    goals: tuple[Goal, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    skipped: str = ""
    failed: str = ""
    note: str = ""

    @property
    def checks(self) -> list[Check]:
        if self.skipped or self.failed:
            return []
        return [Check(goal, self.figures.get(goal.figure)) for goal in self.goals]

    @property
    def is_missed(self) -> bool:
        """A skipped question misses nothing; one that broke down does."""
        return bool(self.failed) or not all(check.is_met for check in self.checks)


def number(value: float) -> str:
    """Three figures are enough: ``0.42``, ``3.1``, ``128``."""
    return f"{value:.2f}" if abs(value) < 1 else f"{value:.1f}" if value < 100 else f"{value:.0f}"
