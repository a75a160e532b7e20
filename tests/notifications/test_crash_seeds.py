"""Workers die again and again while the provider misbehaves at random; afterwards every text has arrived once.

One seed in the ordinary suite; ``bin/test --long`` throws the dice for every one of them.
"""

import os
import random
from collections import Counter
from datetime import timedelta

import pytest

from notifications.models import Message
from tests.factories.notifications import make_message
from tests.notifications.test_crashes import arrivals, double, heal, noon, run_until_killed

__all__ = ["double", "noon"]  # fixtures

SEEDS = range(12) if os.environ.get("JUAN_LONG") else range(1)
MESSAGES = 24 if os.environ.get("JUAN_LONG") else 6
MODES = ("ok", "ok", "hang", "error_after", "reset", "limit", "down")
DEATHS = 24


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_the_dice_say_every_text_arrives_once(
    firm, double, noon, monkeypatch, seed, record_property
):
    dice = random.Random(seed)
    messages = [make_message(address=f"+86137{seed:04d}{number:04d}") for number in range(MESSAGES)]
    deaths = 0
    for _death in range(DEATHS):
        double.modes = dice.choices(MODES, k=dice.randint(0, MESSAGES))
        deaths += run_until_killed(firm, dice.randint(1, 60), monkeypatch)
        noon.shift(timedelta(seconds=dice.randint(1, 200)))
    double.modes = []
    heal(firm, noon)

    statuses = Counter(
        Message.objects.filter(pk__in=[m.pk for m in messages]).values_list("status", flat=True)
    )
    came = arrivals(double)
    lost, doubled = MESSAGES - len(came), sum(count > 1 for count in came.values())
    record_property(
        "measured",
        f"crash seed {seed}: {MESSAGES} texts, {deaths} deaths, lost {lost}, doubled {doubled}, "
        f"unknown {statuses[Message.Status.UNKNOWN]}",
    )
    assert deaths > 0, "nobody died"
    assert (lost, doubled) == (0, 0)
    assert statuses == {Message.Status.SENT: MESSAGES}
