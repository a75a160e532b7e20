from celery import shared_task

from config import survey as surveying
from config.models import Heartbeat


@shared_task
def heartbeat() -> None:
    """Beat rang and a worker answered: the way from schedule to work is open."""
    Heartbeat.beat("worker")


@shared_task
def survey() -> None:
    """Every minute: how much is late, for Prometheus."""
    surveying.survey()
