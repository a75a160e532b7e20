"""zeal stands before every request of every test and fails a view that asks once for each row; here it is seen to.

It listens in requests only: actions and tasks are held by the set-based statements their own tests count.
"""

import re
import sys
from types import ModuleType

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from zeal import NPlusOneError

from tenancy.models import Post, Role

LOOKS_AWAY = {
    "tests/api/test_contract.py": "schemathesis names five colleagues in one body, and each is looked up by id",
}
"""Files that may switch zeal off for a while, and why."""


def row_by_row(request: HttpRequest) -> HttpResponse:
    return HttpResponse(" ".join(post.member.name for post in Post.objects.all()))


def back_by_row(request: HttpRequest) -> HttpResponse:
    posts = Post.objects.select_related("member")
    return HttpResponse(" ".join(str(len(post.member.posts.all())) for post in posts))


def all_at_once(request: HttpRequest) -> HttpResponse:
    return HttpResponse(" ".join(post.member.name for post in Post.objects.select_related("member")))


VIEWS = (row_by_row, back_by_row, all_at_once)


@pytest.fixture
def careless(monkeypatch, settings, make_member, branch, sign_in):
    """A signed-in visitor of a product with three views more, and three colleagues to list."""
    from config import urls as urls_of_the_product

    urls = ModuleType("careless_urls")
    urls.urlpatterns = [*urls_of_the_product.urlpatterns, *(path(f"{v.__name__}/", v) for v in VIEWS)]
    monkeypatch.setitem(sys.modules, urls.__name__, urls)
    settings.ROOT_URLCONF = urls.__name__
    people = [make_member(Role.DESIGNER, branch=branch) for _ in range(3)]
    return sign_in(people[0])


@pytest.mark.parametrize("view", ["row_by_row", "back_by_row"])
def test_a_view_that_asks_once_for_each_row_fails_its_test(careless, view):
    with pytest.raises(NPlusOneError, match=r"N\+1 detected on tenancy"):
        careless.get(f"/{view}/")


def test_a_view_that_asks_once_for_all_rows_does_not(careless):
    assert careless.get("/all_at_once/").status_code == 200


def test_nothing_in_the_settings_lets_zeal_look_away():
    assert settings.MIDDLEWARE[0] == "zeal.middleware.zeal_middleware"
    assert [name for name in dir(settings) if name.startswith("ZEAL")] == []


def test_only_the_named_tests_switch_it_off():
    switch = re.compile(r"\bzeal_ignore\(|\bZEAL_\w+ *=")
    own = [
        p
        for folder in settings.BASE_DIR.iterdir()
        if (folder / "__init__.py").exists()
        for p in folder.rglob("*.py")
    ]
    found = {
        str(p.relative_to(settings.BASE_DIR)) for p in own if switch.search(p.read_text(encoding="utf-8"))
    }
    assert found - {"tests/architecture/test_row_by_row.py"} == LOOKS_AWAY.keys()
