"""How long the machine lets its queues wait, read at every scrape from the one table that may be read without a firm."""

from collections.abc import Iterator

from django.db import DatabaseError
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from config.models import Heartbeat
from notifications.actions.messages import QUEUE as MESSAGES
from workflow import due
from workflow.models import Due
from workspace.ledger.receiving import QUEUE as IMPORTS

QUEUES = (*Due.Queue.values, MESSAGES, IMPORTS)


class Waiting(Collector):
    """``juan_due_age_seconds{queue="outbox"}`` is the age of the oldest event nobody has handed over."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("juan_database_up", "1 while the database answers")
        try:
            families = [*_queues(), _heartbeats()]
        except DatabaseError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield from (up, *families)


def _queues() -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
    age = GaugeMetricFamily("juan_due_age_seconds", "How long the longest waits", labels=["queue"])
    firms = GaugeMetricFamily("juan_due_firms", "Firms with something due", labels=["queue"])
    now = timezone.now()
    waiting = due.waiting(now)
    for queue in QUEUES:
        oldest, count = waiting.get(queue, (now, 0))
        age.add_metric([queue], (now - oldest).total_seconds())
        firms.add_metric([queue], count)
    return age, firms


def _heartbeats() -> GaugeMetricFamily:
    age = GaugeMetricFamily("juan_heartbeat_age_seconds", "Since the last sign of life", labels=["process"])
    now = timezone.now()
    for name, at in Heartbeat.objects.values_list("name", "at"):
        age.add_metric([name], (now - at).total_seconds())
    return age
