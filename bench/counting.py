"""How many statements an answer took, said in a header to whoever asks with `X-Bench: 1`."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse


class Count:
    """An ``execute_wrapper`` that adds up."""

    def __init__(self) -> None:
        self.statements = 0
        self.seconds = 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.statements += 1
            self.seconds += time.perf_counter() - began


def count_statements(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Outermost, so that signing in and the scope are counted too. Not asked, it costs nothing."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.headers.get("X-Bench") != "1":
            return get_response(request)
        count = Count()
        with connection.execute_wrapper(count):
            response = get_response(request)
        response["X-Bench-Statements"] = str(count.statements)
        response["X-Bench-Sql-Ms"] = f"{count.seconds * 1000:.3f}"
        return response

    return answer
