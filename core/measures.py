"""What we count and time for Prometheus; docs/operations.md says what each is for.

Labels are few and fixed words: names of routes, queues, tasks and channels. Never a path, a firm or a person.
"""

from collections.abc import Callable
from functools import partial

from django.db import transaction
from prometheus_client import Counter, Gauge, Histogram

PAGES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
STATEMENTS = (0, 5, 10, 15, 20, 25, 30, 40, 60, 100, 250)
MACHINE = (0.01, 0.05, 0.25, 1, 5, 15, 60, 270)  # the last is where a task is asked to end
PROMISES = (15, 30, 60, 120, 300, 900, 3600)

REQUEST_SECONDS = Histogram(
    "http_request_seconds", "Time to answer a request", ["method", "route", "status"], buckets=PAGES
)
REQUEST_STATEMENTS = Histogram(
    "http_request_statements", "SQL statements of a request", ["route"], buckets=STATEMENTS
)
BUSY_ANSWERS = Counter("juan_busy_answers", "Requests ended by a time limit of the database", ["cause"])
SLOW_STATEMENTS = Counter("juan_slow_statements", "Statements slower than SLOW_QUERY_MS")

TASK_SECONDS = Histogram("juan_task_seconds", "Time of a task or sweep", ["task", "state"], buckets=MACHINE)
PLANNER_SECONDS = Histogram("juan_planner_seconds", "Time to plan one firm once", buckets=MACHINE)
PLANNED = Counter("juan_touchpoints_planned", "Touchpoints made by the planner")
CLOCK_FLAGGED_SECONDS = Histogram(
    "juan_clock_flagged_seconds",
    "How long after its deadline a clock was flagged",
    ["kind"],
    buckets=PROMISES,
)
DELIVERIES_PARKED = Counter("juan_deliveries_parked", "Events a handler failed on for the last time")
MESSAGES = Counter("juan_messages", "Steps of texts", ["channel", "outcome"])
PROVIDER_SECONDS = Histogram(
    "juan_provider_seconds", "Time a provider took to answer", ["channel"], buckets=PAGES
)

CLOCK_LATENESS = Gauge(
    "juan_clock_lateness_seconds",
    "How late the latest open clock is",
    ["kind"],
    multiprocess_mode="livemostrecent",
)
CLOCKS_LATE = Gauge(
    "juan_clocks_late", "Open clocks past their deadline", ["kind"], multiprocess_mode="livemostrecent"
)
BACKLOG_AGE = Gauge(
    "juan_backlog_age_seconds", "How overdue the oldest is", ["work"], multiprocess_mode="livemostrecent"
)
BACKLOG = Gauge("juan_backlog", "Overdue and still open", ["work"], multiprocess_mode="livemostrecent")
SURVEYED_AT = Gauge(
    "juan_surveyed_timestamp_seconds",
    "When clocks and backlogs were last looked at",
    multiprocess_mode="livemostrecent",
)


def after_commit(measure: Callable[..., object], *values: float) -> None:
    """Count what happened only if it did: a rolled back transaction leaves no trace here either."""
    transaction.on_commit(partial(measure, *values))
