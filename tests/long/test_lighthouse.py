"""Lighthouse looks at the main pages: at least 95 for accessibility and for best practices, on a desk and on a phone.

The ordinary npm client installs it beside its lock file, and only when these tests run.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from tenancy.scoping import firm_scope
from tests.architecture.routes import Method, Route, listed
from tests.architecture.walk import address
from tests.architecture.world import World
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.clients import Browser, signed_in

HOME = Path(__file__).parent / "lighthouse"
PROGRAM = HOME / "node_modules" / ".bin" / "lighthouse"
ENOUGH = 95
CATEGORIES = ("accessibility", "best-practices", "performance")
PAGES = {
    "login": "tenancy:login",
    "workbench": "workspace:workbench",
    "call screen": "workspace:call",
    "customers": "workspace:customers",
    "customer": "workspace:customer",
    "projects board": "projects:projects",
    "project": "projects:project",
}


@pytest.fixture(scope="session")
def lighthouse() -> Path:
    if CHROMIUM is None:
        pytest.skip("not run: install chromium (on Debian: apt-get install chromium)")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("not run: Lighthouse needs npm (on Debian: apt-get install npm)")
    subprocess.run([npm, "ci", "--no-progress"], cwd=HOME, check=True)
    return PROGRAM


@pytest.mark.parametrize("form", ["desktop", "mobile"])
@pytest.mark.parametrize("page", PAGES)
def test_a_main_page_satisfies_lighthouse(
    page, form, lighthouse, firm, branch, make_member, live_server, tmp_path, record_property
):
    route, method = _door(PAGES[page])
    world = World(firm, branch, make_member)
    url = live_server.url + _prepare(world, route, method)
    headers = {} if route.public else {"Cookie": _session(world.me)}

    found = _look(lighthouse, url, headers, form, tmp_path)

    record_property("measured", f"Lighthouse {page}, {form}: {found['scores']}")
    assert found["address"] == url, "Lighthouse was sent elsewhere"
    assert {name: found["scores"][name] for name in CATEGORIES[:2] if found["scores"][name] < ENOUGH} == {}, (
        found["faults"]
    )


def _door(name: str) -> tuple[Route, Method]:
    route = next(route for route in listed() if route.name == name)
    return route, next(method for method in route.methods if method.verb == "GET")


def _prepare(world: World, route: Route, method: Method) -> str:
    with firm_scope(world.firm.pk):
        world.me = world.member(min(method.roles))
        if method.rows:
            for _row in range(3):
                method.rows(world)
        return reverse(route.name, kwargs=address(route, world)) + method.query


def _session(member: Any) -> str:
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={signed_in(member, Browser()).cookies[name].value}"


def _look(program: Path, url: str, headers: dict[str, str], form: str, folder: Path) -> dict[str, Any]:
    report, extra = folder / "report.json", folder / "headers.json"
    extra.write_text(json.dumps(headers))
    arguments = [
        f"--only-categories={','.join(CATEGORIES)}",
        f"--extra-headers={extra}",
        f"--chrome-flags={' '.join(['--headless=new', *FLAGS])}",
        "--throttling-method=provided",
        "--output=json",
        f"--output-path={report}",
        "--quiet",
        "--no-enable-error-reporting",
        *(["--preset=desktop"] if form == "desktop" else []),
    ]
    subprocess.run(
        [program, url, *arguments], check=True, timeout=240, env=os.environ | {"CHROME_PATH": str(CHROMIUM)}
    )
    return _read(json.loads(report.read_text()))


def _read(report: dict[str, Any]) -> dict[str, Any]:
    categories = report["categories"]
    named = {ref["id"] for name in CATEGORIES[:2] for ref in categories[name]["auditRefs"] if ref["weight"]}
    return {
        "address": report["finalDisplayedUrl"],
        "scores": {name: round(100 * (categories[name]["score"] or 0)) for name in CATEGORIES},
        "faults": {
            name: _items(audit)
            for name, audit in report["audits"].items()
            if name in named and audit["score"] not in {None, 1}
        },
    }


def _items(audit: dict[str, Any]) -> list[str]:
    return [
        json.dumps(item, ensure_ascii=False)[:400] for item in audit.get("details", {}).get("items", [])[:5]
    ]
