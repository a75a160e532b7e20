"""What config.middleware is for requests: each task's name and id on every log line it causes, and how long it took."""

import time
from typing import Any

from celery import Task
from celery.signals import task_postrun, task_prerun
from structlog.contextvars import bind_contextvars, unbind_contextvars

from core import measures


def connect() -> None:
    task_prerun.connect(begin)
    task_postrun.connect(end)


def begin(task: Task, task_id: str, **_: Any) -> None:
    bind_contextvars(task=task.name, task_id=task_id)
    task.request.began = time.perf_counter()


def end(task: Task, state: str | None = None, **_: Any) -> None:
    """``state`` as Celery names it: SUCCESS, FAILURE, RETRY."""
    seconds = time.perf_counter() - task.request.began
    measures.TASK_SECONDS.labels(task.name, state or "unknown").observe(seconds)
    unbind_contextvars("task", "task_id")
