import os
import warnings
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("juan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def use_our_logging(**_: Any) -> None:
    """Celery would install its own format; Django's settings have already configured ours."""


@worker_ready.connect
def ring_oneself(**_: Any) -> None:
    """So that `/readyz` need not wait for beat's first round."""
    app.send_task("config.tasks.heartbeat")


# `bin/up` as root is a deliberate act on a machine of one's own; nothing unpickles here.
warnings.filterwarnings("ignore", message=r"\s*You're running the worker with superuser privileges")
