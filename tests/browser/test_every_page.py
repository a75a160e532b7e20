"""Every page of the walk in Chromium: axe finds nothing, the console is quiet, nothing scrolls sideways.

The list of pages comes from the same routes as the guards; a page that is not listed fails there.
"""

import os
from itertools import groupby

import pytest
from django.urls import reverse
from playwright.sync_api import Error

from tenancy.scoping import firm_scope
from tests.architecture.routes import Method, Route, listed
from tests.architecture.walk import address
from tests.architecture.world import World
from tests.browser.axe import violations
from tests.browser.chromium import DESKTOP, PHONE

LOOKS = [("desktop", DESKTOP, False), ("phone", PHONE, False)]
if os.environ.get("JUAN_LONG"):
    LOOKS += [("desktop dark", DESKTOP, True), ("phone dark", PHONE, True)]


def pages() -> list[tuple[Route, Method]]:
    """Every address one opens with GET, besides the API; fragments among them are passed over when seen."""
    return [(r, m) for r in listed() for m in r.methods if m.verb == "GET" and not r.is_api and 200 in m.ok]


def rooms() -> list[tuple[str, list[tuple[Route, Method]]]]:
    by_app = sorted(pages(), key=lambda pair: pair[0].name.split(":")[0])
    return [(app, list(group)) for app, group in groupby(by_app, key=lambda pair: pair[0].name.split(":")[0])]


@pytest.mark.parametrize(("look", "viewport", "dark"), LOOKS, ids=[look for look, _v, _d in LOOKS])
@pytest.mark.parametrize(("app", "doors"), rooms(), ids=[app for app, _doors in rooms()])
def test_every_page_of_an_app_is_clean(
    app, doors, look, viewport, dark, firm, branch, make_member, open_as, hand_to
):
    world = World(firm, branch, make_member)
    page = open_as(None, viewport=viewport, dark=dark)
    faults = {}
    for route, method in doors:
        url = _prepare(world, route, method)
        hand_to(page, None if route.public else world.me)
        response = _open(page, url)
        if response is None or not _is_page(response):
            continue
        if found := _faults(page, response.status, method):
            faults[f"{route.name} {url}"] = found
    assert faults == {}


def _open(page, url: str):
    """The answer, or None for a file the browser takes away instead of showing."""
    try:
        return page.goto(url, wait_until="load")
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return None


def _is_page(response) -> bool:
    """Fragments and answers for machines are not; a page that failed is, whatever it looks like."""
    if not response.headers.get("content-type", "").startswith("text/html"):
        return False
    return not response.ok or "<html" in response.text()[:600]


def _prepare(world: World, route: Route, method: Method) -> str:
    with firm_scope(world.firm.pk):
        world.me = world.member(min(method.roles))
        if method.rows:
            method.rows(world)
        return reverse(route.name, kwargs=address(route, world)) + method.query


def _faults(page, status: int, method: Method) -> list[str]:
    found = [] if status in method.ok else [f"status {status}"]
    found += violations(page)
    found += page.complaints()
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"scrolls {width}px sideways"] if width > 0 else [])
