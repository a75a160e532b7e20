"""The few figures everything is told in. Times are milliseconds."""

from collections.abc import Sequence
from math import ceil
from statistics import median


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share (0–1) of all values do not exceed."""
    if not values:
        raise ValueError("a percentile of nothing")
    return sorted(values)[max(ceil(share * len(values)), 1) - 1]


def ratios(ours: Sequence[Sequence[float]], floor: Sequence[Sequence[float]]) -> list[float]:
    """Round by round: our median beside the floor's median of the same round."""
    return [median(mine) / median(least) for mine, least in zip(ours, floor, strict=True)]


def flat(rounds: Sequence[Sequence[float]]) -> list[float]:
    return [value for one in rounds for value in one]
