"""How tasks are worked: `celery -A config.worker worker`. Its children's measurements are added up and served.

The folder is opened before the import that brings the apps, and with them prometheus_client.
"""

from typing import Any

from celery.signals import worker_ready

from config import measured
from config.celery import app
from config.env import env

measured.begin()

from config import task_record, worker_metrics  # noqa: E402 - after the folder

__all__ = ["app"]
task_record.connect()


@worker_ready.connect
def serve_measurements(**_: Any) -> None:
    """Only the parent is ever ready; its children write, and Prometheus asks it."""
    if bind := env("WORKER_METRICS_BIND", default=""):
        worker_metrics.serve(bind)
