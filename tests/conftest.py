"""The people every test may ask for. ``firm`` is in scope for the test; ``other_firm`` is always next door.

In a test marked ``django_db(transaction=True)`` nothing is in scope: rows are committed for other threads to see, and
the test enters ``firm_scope(firm.pk)`` itself.
"""

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from tenancy.models import Branch, Firm, Member, Role
from tenancy.scoping import firm_scope
from tests.clients import ApiCaller, Browser, signed_in
from tests.factories import tenancy as factories


def pytest_collection_finish() -> None:
    """Modules and thousands of tests stay to the end: the collector need not walk over them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def is_committed(request: pytest.FixtureRequest) -> bool:
    """Whether this test commits, as tests with threads must."""
    marker = request.node.get_closest_marker("django_db")
    return "transactional_db" in request.fixturenames or bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture
def firm(request: pytest.FixtureRequest, is_committed: bool) -> Iterator[Firm]:
    request.getfixturevalue("transactional_db" if is_committed else "db")
    firm = factories.make_firm("changan", name="长安装饰")
    if is_committed:
        yield firm
        return
    with firm_scope(firm.pk):
        yield firm


@pytest.fixture
def other_firm(firm: Firm) -> Firm:
    return factories.make_firm("qinling", name="秦岭装饰")


@pytest.fixture
def branch(firm: Firm) -> Branch:
    return factories.make_branch(firm, code="gaoxin", name="高新店", regions=["西安市雁塔区"])


@pytest.fixture
def other_branch(firm: Firm) -> Branch:
    return factories.make_branch(firm, code="chengnan", name="城南店", kind=Branch.Kind.PARTNER)


@pytest.fixture
def make_member(firm: Firm) -> Callable[..., Member]:
    """``make_member(*roles, branch=None, firm=None, **fields)``; without a branch the posts are for the whole firm."""

    home = firm

    def make(*roles: str, firm: Firm | None = None, **fields: Any) -> Member:
        return factories.make_member(*roles, firm=firm or home, **fields)

    return make


@pytest.fixture
def admin(make_member: Callable[..., Member]) -> Member:
    return make_member(Role.FIRM_ADMIN, name="管玉")


@pytest.fixture
def manager(make_member: Callable[..., Member]) -> Member:
    return make_member(Role.CS_MANAGER, name="柯敏")


@pytest.fixture
def agent(make_member: Callable[..., Member], branch: Branch) -> Member:
    return make_member(Role.CS_AGENT, branch=branch, name="何静")


@pytest.fixture
def designer(make_member: Callable[..., Member], branch: Branch) -> Member:
    return make_member(Role.DESIGNER, branch=branch, name="沈岚")


@pytest.fixture
def client() -> Client:
    """Somebody who has not signed in."""
    return Browser()


@pytest.fixture
def sign_in() -> Callable[[Member], Client]:
    return lambda member: signed_in(member, Browser())


@pytest.fixture
def api() -> Callable[[Member | str], Client]:
    """``api(member)`` with that member's session, or ``api(key)`` with a partner's key."""

    def caller(who: Member | str) -> Client:
        if isinstance(who, str):
            return ApiCaller(headers={"authorization": f"Bearer {who}"})
        return signed_in(who, ApiCaller())

    return caller
