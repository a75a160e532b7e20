"""What an answer costs in statements, and whether that is what ``budgets.py`` says."""

from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.architecture.budgets import STATEMENTS
from tests.architecture.routes import Method, Route
from tests.architecture.walk import knock
from tests.architecture.world import World

REFRESH = "bin/test tests/architecture/test_every_door.py -k costs --new-budgets"
AS_FRAGMENT = {"HX-Request": "true"}


class Cost(NamedTuple):
    """Statements of the whole page and of its fragment; no fragment where htmx gets the whole page too."""

    page: int
    fragment: int | None = None

    def __str__(self) -> str:
        return f"{self.page} for the page and {self.fragment or 'no'} for the fragment"


def cost_of(client: Client, route: Route, method: Method, world: World, kwargs: dict[str, Any]) -> Cost:
    """Of an address that has been asked once already, so that nothing is paid for the first time."""
    page, _answer = _counted(client, route, method, world, kwargs)
    if route.is_api:
        return Cost(page)
    as_fragment = replace(method, headers={**method.headers, **AS_FRAGMENT})
    fragment, answer = _counted(client, route, as_fragment, world, kwargs)
    return Cost(page) if _is_whole(answer) else Cost(page, fragment)


def compare(route: Route, cost: Cost, request: pytest.FixtureRequest) -> None:
    """Fail where the answer costs anything but what is written; with ``--new-budgets`` only note what it costs."""
    request.node.user_properties.append(("statements", (route.name, *cost)))
    if not request.config.getoption("new_budgets"):
        assert (complaint := complaint_about(route.name, cost)) == "", complaint


def complaint_about(name: str, cost: Cost) -> str:
    written = STATEMENTS.get(name)
    if written is None:
        return f"{name} has no budget yet: {cost}. Write it with: {REFRESH}"
    if cost != Cost(*written):
        return f"{name} was written to ask {Cost(*written)}, and asks {cost}. If that is meant: {REFRESH}"
    return ""


def _counted(
    client: Client, route: Route, method: Method, world: World, kwargs: dict[str, Any]
) -> tuple[int, HttpResponse]:
    with CaptureQueriesContext(connection) as captured:
        response = knock(client, route, method, world, kwargs)
    return len(captured), response


def _is_whole(answer: HttpResponse) -> bool:
    return answer.status_code != 200 or answer.streaming or b"<html" in answer.content
