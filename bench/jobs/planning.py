"""The Saturday round of the largest firm by the product's planner, and once more with nothing left to do.

Every round plans the next Saturday nobody has planned, and takes it back: the world stays as it was.
"""

from datetime import datetime, timedelta

import django

django.setup()

from django.db import transaction  # noqa: E402 - after the set-up
from django.db.models import Max  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.floors import bulk  # noqa: E402
from bench.jobs.given import Given, in_turn, tell, timed  # noqa: E402
from tenancy.scoping import firm_scope  # noqa: E402
from workflow import calendars, planner  # noqa: E402
from workflow.models import Rule, Touchpoint  # noqa: E402

RULE = "saturday_call"
SATURDAY = 5
"""As ``datetime.weekday`` counts."""


def main() -> None:
    given, times, made = Given.read(), [], 0
    for number in given.each_round():
        saturday = Saturday(given.firm_id, number)
        times.append(in_turn(number, ours=saturday.ours, floor=saturday.floor) | {"again": saturday.again})
        made = saturday.made
    tell(times, rows=made)


def next_unplanned() -> datetime:
    """Midnight of the first Saturday from now on that has no round."""
    last = Touchpoint.objects.filter(rule_key=RULE).aggregate(at=Max("due_at"))["at"]
    after = max(timezone.now(), last or timezone.now())
    day = calendars.local_day(after) + timedelta(days=1)
    return calendars.midnight(day + timedelta(days=(SATURDAY - day.weekday()) % 7))


class Saturday:
    """One Saturday, planned by us and by the floor, each in a transaction that is rolled back."""

    def __init__(self, firm_id: int, weeks: int) -> None:
        self.firm_id, self.made, self.again = firm_id, 0, 0.0
        with firm_scope(firm_id):
            self.at = next_unplanned() + timedelta(weeks=weeks)

    def ours(self) -> float:
        with firm_scope(self.firm_id):
            rule = Rule.objects.in_force().get(rule_key=RULE)
            seconds, self.made = timed(lambda: planner.plan_rule(rule, self.at, by_hand=True))
            self.again, more = timed(lambda: planner.plan_rule(rule, self.at, by_hand=True))
            transaction.set_rollback(True)
        if not self.made or more:
            raise SystemExit(f"{self.made} calls planned, and {more} the second time")
        return seconds

    def floor(self) -> float:
        return bulk.planning(self.firm_id, self.at)


if __name__ == "__main__":
    main()
