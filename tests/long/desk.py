"""A small server with a fixed number of workers, each with a database connection it keeps from request to request."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.core.wsgi import get_wsgi_application
from django.db import connections


class Desk(WSGIServer):
    """Answers on the loopback; what the lines do wrong is their business."""

    request_queue_size = 64

    def __init__(self, workers: int) -> None:
        super().__init__(("127.0.0.1", 0), _Quiet)
        self.set_app(get_wsgi_application())
        self.workers = workers
        self.pool = ThreadPoolExecutor(workers)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        self.pool.submit(self._answer, request, client_address)

    def _answer(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        except OSError:
            """The line was broken."""
        finally:
            self.shutdown_request(request)

    def on_every_worker(self, act: Callable[[], Any]) -> list[Any]:
        """What each worker's thread says, one after the other at the same barrier."""
        barrier = threading.Barrier(self.workers)

        def run(_worker: int) -> Any:
            barrier.wait(60)
            return act()

        return list(self.pool.map(run, range(self.workers)))


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Eight people for a minute fill a screen."""


@contextmanager
def serving(workers: int) -> Iterator[Desk]:
    server = Desk(workers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.on_every_worker(connections.close_all)
        server.pool.shutdown()
        server.server_close()
        thread.join(10)
