"""The firm's numbers for the call desk, read once, and what follows from them. No writes here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from notifications import windows
from notifications.settings import CALL_KEYS
from tenancy import firm_settings


@dataclass(frozen=True)
class DeskRules:
    """How often, when and for how long: ``DeskRules.of_firm()`` reads them in one query."""

    hours: tuple[windows.Window, ...]
    tries_per_day: int
    hours_between: int
    tries_in_total: int
    lease: timedelta
    undo: timedelta
    alert_score: int
    alert_postponed: int
    issue_hours: int

    @classmethod
    def of_firm(cls) -> Self:
        value = firm_settings.get_many(*CALL_KEYS)
        return cls(
            hours=(windows.parse(value["calls.morning"]), windows.parse(value["calls.afternoon"])),
            tries_per_day=value["calls.tries_per_day"],
            hours_between=value["calls.hours_between"],
            tries_in_total=value["calls.tries_in_total"],
            lease=timedelta(minutes=value["calls.lease_minutes"]),
            undo=timedelta(minutes=value["calls.undo_minutes"]),
            alert_score=value["calls.alert_score"],
            alert_postponed=value["calls.alert_postponed"],
            issue_hours=value["calls.issue_hours"],
        )

    def next_try(self, now: datetime, *, tries_today: int) -> datetime:
        """When to ring again somebody who did not answer: some hours later, or when today is used up tomorrow."""
        if tries_today >= self.tries_per_day:
            return windows.tomorrow_open(now, self.hours)
        return windows.next_open(now + timedelta(hours=self.hours_between), self.hours)

    def may_ring(self, now: datetime) -> bool:
        return windows.is_open(now, self.hours)
