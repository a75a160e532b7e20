"""A worker's own /metrics, for Prometheus alone: it is no web server otherwise."""

from collections.abc import Callable, Iterable
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from prometheus_client import CONTENT_TYPE_LATEST

from config import measured, metrics

log = structlog.get_logger("worker")


class Quiet(WSGIRequestHandler):
    """No line in the log for every scrape, and no name looked up for the caller's address."""

    timeout = 5  # one caller at a time: nobody may hold the line

    def log_message(self, *_: Any) -> None: ...

    def address_string(self) -> str:
        return str(self.client_address[0])


def serve(bind: str) -> WSGIServer | None:
    """Answer in a thread of its own. A port that is taken must not keep the work from being done."""
    host, _, port = bind.rpartition(":")
    try:
        server = make_server(host, int(port), answer, handler_class=Quiet)
    except OSError as error:
        log.warning("measurements are not served", bind=bind, error=str(error))
        return None
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server


def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if not metrics.may_read(environ):
        start_response("403 Forbidden", [])
        return []
    if environ["PATH_INFO"] != "/metrics":
        start_response("404 Not Found", [])
        return []
    start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
    return [measured.read()]
