"""What pages weigh on the line, compressed: design allows 20 KB of HTML a page, 10 KB a fragment, 120 KB a first load.

Every page of the walk is asked for in one firm of many rows, by somebody who holds every post and so sees all of it.
"""

import gzip
import re
from dataclasses import replace
from random import Random

import pytest
from django.contrib.staticfiles import finders

from tenancy.models import Role
from tests.architecture.costs import AS_FRAGMENT
from tests.architecture.exempt import NOT_WALKED
from tests.architecture.routes import listed
from tests.architecture.walk import address, knock
from tests.architecture.world import World
from workspace.demo.names import SURNAMES, WOMEN

KB = 1024
PAGE, FRAGMENT, FIRST_LOAD = 20 * KB, 10 * KB, 120 * KB
AS_THE_PROXY = 6
ROWS = 50

HEAVY: dict[str, str] = {}
"""Pages and fragments that may weigh more than that, and why."""

LOADED = re.compile(r'<(?:link rel="stylesheet"|script)[^>]*?(?:href|src)="/static/([^"?]+)"')
SPRITE = re.compile(r'href="/static/([^"#]+)#')
IMPORTED = re.compile(r'^\s*(?:import|export)\b[^"\']*["\'](\.[^"\']+)["\']', re.MULTILINE)


class Varied(World):
    """Another name for each thing: a page of fifty equal rows would weigh nothing compressed."""

    _random = Random(7)

    @property
    def canary(self):
        return self._random.choice(SURNAMES) + self._random.choice(WOMEN) + str(self._random.randrange(1000))

    @canary.setter
    def canary(self, _):
        """The world would set the one word of its own."""


@pytest.fixture
def answers(firm, branch, make_member, sign_in):
    """Address → (page, fragment) as the walk gets them, none of them from the API."""
    world = Varied(firm, branch, make_member)
    world.me = make_member(*sorted(set(Role.values) - {Role.PARTNER_API}), branch=branch, name="全权")
    browser = sign_in(world.me)
    asked = [
        (route, method)
        for route in listed()
        if _is_page(route)
        for method in route.methods
        if method.verb == "GET"
    ]
    for add in {method.rows.__code__: method.rows for _route, method in asked if method.rows}.values():
        for _ in range(ROWS):
            add(world)
    return {
        route.name: [
            knock(browser, route, shape, world, address(route, world))
            for shape in (method, replace(method, headers={**method.headers, **AS_FRAGMENT}))
        ]
        for route, method in asked
    }


def test_no_answer_is_heavier_than_design_allows(answers, record_property):
    pages, fragments = {}, {}
    for name, both in answers.items():
        for answer in both:
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                (pages if b"<html" in answer.content else fragments)[name] = _weight(answer.content)
    assert len(pages) > 40
    assert len(fragments) > 20
    _tell(record_property, "pages", pages)
    _tell(record_property, "fragments", fragments)
    heavy = {n for n, weight in pages.items() if weight > PAGE} | {
        n for n, w in fragments.items() if w > FRAGMENT
    }
    assert heavy == HEAVY.keys(), {
        name: (pages.get(name), fragments.get(name)) for name in heavy ^ HEAVY.keys()
    }
    heaviest = max(pages, key=pages.__getitem__)
    for name in {
        heaviest,
        "workspace:workbench",
        "workspace:call",
        "projects:projects",
        "workspace:customer",
    }:
        first_load = pages[name] + sum(
            _weight(body) for body in _loaded(answers[name][0].content.decode()).values()
        )
        record_property("measured", f"first load of {name}: {first_load / KB:.1f} KB")
        assert first_load <= FIRST_LOAD


def _is_page(route):
    return not (route.is_api or route.public or route.user_only or route.name in NOT_WALKED)


def _loaded(html):
    """Style sheets, scripts with what they import, and the sprite of icons: what a first visit fetches besides."""
    waiting = [*LOADED.findall(html), *dict.fromkeys(SPRITE.findall(html))]
    found = {}
    while waiting:
        path = waiting.pop()
        if path not in found:
            with open(finders.find(path), "rb") as file:
                found[path] = file.read()
            if path.endswith(".js"):
                waiting += [_beside(path, name) for name in IMPORTED.findall(found[path].decode())]
    assert any(path.endswith(".css") for path in found)
    assert any("htmx" in path for path in found)
    return found


def _beside(path, name):
    from posixpath import dirname, join, normpath

    return normpath(join(dirname(path), name))


def _weight(body):
    return len(gzip.compress(body, AS_THE_PROXY))


def _tell(record_property, kind, weights):
    top = sorted(weights.items(), key=lambda item: -item[1])[:5]
    record_property(
        "measured", f"heaviest {kind}: " + ", ".join(f"{name} {weight / KB:.1f} KB" for name, weight in top)
    )
