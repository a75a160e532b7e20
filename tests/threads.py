"""Several people at the same moment, each in a transaction and a scope of their own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from core.errors import Refusal
from tenancy.models import Firm
from tenancy.scoping import firm_scope


def run_together(count: int, act: Callable[[], Any], firm: Firm) -> list[Any]:
    """What each of ``count`` simultaneous calls returned; a refusal or an error stands as the exception itself.

    For tests marked ``django_db(transaction=True)``: others must be able to see what the test has committed.
    """
    barrier = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(place: int) -> None:
        try:
            barrier.wait(10)
            with firm_scope(firm.pk):
                results[place] = act()
        except Exception as error:  # noqa: BLE001 - the test looks at what each one met
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def refusals(results: list[Any]) -> list[Refusal]:
    return [result for result in results if isinstance(result, Refusal)]
