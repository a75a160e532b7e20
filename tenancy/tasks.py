from collections.abc import Callable
from functools import wraps
from typing import Any

from celery import shared_task

from tenancy import housekeeping
from tenancy.audit.actor import Actor, acting
from tenancy.scoping import firm_scope


def firm_task(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """A Celery task that names its firm and runs in one transaction inside that firm's scope.

    Callers pass ids, never objects: ``send_message.delay(firm_id=7, message_id="…")``.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        @shared_task(name=f"{function.__module__}.{function.__name__}", **options)
        @wraps(function)
        def run(*, firm_id: int, **kwargs: Any) -> Any:
            with acting(Actor(door="task")), firm_scope(firm_id):
                return function(**kwargs)

        return run

    return decorate


@shared_task
def tidy_up() -> None:
    """Every night: drop ended sessions, old tries and answers kept for repeated requests."""
    housekeeping.tidy_up()
