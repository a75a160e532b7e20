"""How tasks are worked: `celery -A config.worker worker`. Its children's measurements are added up and served.

The folder is opened before the import that brings prometheus_client.
"""

from typing import Any

from celery.signals import worker_ready

from config import measured
from config.celery import app
from config.env import env

measured.begin()

from config import task_record  # noqa: E402 - after the folder

__all__ = ["app"]
task_record.connect()


@worker_ready.connect
def serve_measurements(**_: Any) -> None:
    """Only the parent is ever ready; its children write, and Prometheus asks it."""
    from config import worker_metrics  # noqa: PLC0415 - the apps are not loaded when Celery imports this module

    if bind := env("WORKER_METRICS_BIND", default=""):
        worker_metrics.serve(bind)
