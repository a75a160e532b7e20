"""One question beside its floors, over HTTP: every figure of docs/performance.md from the same rounds."""

from collections.abc import Mapping
from statistics import median
from typing import Protocol

from bench.measure.browsing import Answer
from bench.measure.costs import Meter, Pids
from bench.measure.numbers import flat, percentile, ratios
from bench.measure.rounds import Ask, Limits, Timed, interleave

OURS, FLOOR, OWN = "ours", "floor", "own"
"""``floor``: the page of fifty rows that all goals are told in. ``own``: the least work for this very question."""


class Asks(Protocol):
    """Asks once and raises ``Unanswered`` for a refusal: it comes quickly and would count as fast."""

    def __call__(self, *, counted: bool) -> Answer: ...


def compare(
    contestants: Mapping[str, Asks], limits: Limits, *, web_pids: Pids, database_pids: Pids
) -> dict[str, float]:
    """Warm everybody up, let them ask in turn, and tell ``ours`` in units of the floors."""
    seen = _warm_up(contestants, limits)
    meter = Meter(web_pids, database_pids)
    timed = interleave({name: timing(asks) for name, asks in contestants.items()}, limits, watch=meter.watch)
    asked = len(flat(timed.rounds[OURS]))
    return {
        **_times(timed),
        **_told(seen),
        "web_ms": meter.bill.web[OURS] / asked,
        "database_ms": meter.bill.database[OURS] / asked,
        "requests": asked,
        "rounds": timed.number,
    }


def _warm_up(contestants: Mapping[str, Asks], limits: Limits) -> list[Answer]:
    """The statements are counted here, outside the rounds: counting them takes time."""
    seen = [contestants[OURS](counted=True) for _try in range(max(limits.warm_up, 1))]
    for asks in contestants.values():
        for _try in range(limits.warm_up):
            asks(counted=False)
    return seen


def timing(asks: Asks) -> Ask:
    return lambda: asks(counted=False).ms


def _times(timed: Timed) -> dict[str, float]:
    ours = flat(timed.rounds[OURS])
    told = {"p50_ms": median(ours), "p95_ms": percentile(ours, 0.95)}
    for name, ratio in ((FLOOR, "ratio"), (OWN, "own_ratio")):
        if name in timed.rounds:
            each = ratios(timed.rounds[OURS], timed.rounds[name])
            told |= {ratio: median(each), f"{ratio}_best": min(each)}
            told[f"{name}_ms"] = median(flat(timed.rounds[name]))
    return told


def _told(seen: list[Answer]) -> dict[str, float]:
    """The dearest of the answers that were looked at closely."""
    told: dict[str, float] = {
        "sent_kb": max(answer.sent_bytes for answer in seen) / 1024,
        "raw_kb": max(len(answer.plain) for answer in seen) / 1024,
    }
    counts = [answer.statements for answer in seen if answer.statements is not None]
    times = [answer.sql_ms for answer in seen if answer.sql_ms is not None]
    return (
        told | ({"statements": max(counts)} if counts else {}) | ({"sql_ms": median(times)} if times else {})
    )
