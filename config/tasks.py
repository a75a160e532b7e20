from celery import shared_task

from config.models import Heartbeat


@shared_task
def heartbeat() -> None:
    """Beat rang and a worker answered: the way from schedule to work is open."""
    Heartbeat.beat("worker")
