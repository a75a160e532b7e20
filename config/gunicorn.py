"""How the pages are served: synchronous Django on threads; `bin/up` and the container read this one file."""

import os
from typing import Any

from config import logs, measured
from config.env import env

bind = env("WEB_BIND", default="127.0.0.1:8000")
workers = env.int("WEB_CONCURRENCY", default=2)
threads = env.int("WEB_THREADS", default=4)
worker_class = "gthread"
preload_app = True
max_requests = 2_000
max_requests_jitter = 400
graceful_timeout = 20
timeout = 60
worker_tmp_dir = "/dev/shm"  # noqa: S108 - a heartbeat file on a slow disk makes gunicorn kill healthy workers
control_socket_disable = True
accesslog = None  # config.middleware writes one line a request, without names and numbers
logconfig_dict = logs.standard_library(
    {"readable": env.bool("LOG_READABLE", default=False), "level": env("LOG_LEVEL", default="INFO")}
)

os.environ["DATABASE_STATEMENT_TIMEOUT_MS"] = env("WEB_STATEMENT_TIMEOUT_MS", default="15000")
measured.begin()


def child_exit(server: Any, worker: Any) -> None:
    measured.retire(worker.pid)
