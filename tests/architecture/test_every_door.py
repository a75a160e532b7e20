"""Every address × method × kind of visitor, from a walk over the URL configuration; an unlisted address fails.

Anonymous visitors are sent to sign in; another firm's and another branch's objects never existed; a wrong role is
refused; whoever is refused changed nothing; nobody reads a word of a world that is not theirs.
"""

import pytest
from django.urls import reverse

from tests.architecture.costs import compare, cost_of
from tests.architecture.exempt import NOT_WALKED
from tests.architecture.routes import EVERYBODY, listed
from tests.architecture.walk import (
    VERBS,
    Fingerprint,
    address,
    knock,
    names_in_the_urlconf,
    role_outside,
    signed_in_as,
    strangers_address,
    text_of,
)
from tests.architecture.world import CANARY, World

pytestmark = pytest.mark.django_db

ROUTES = listed()
INSIDE = [route for route in ROUTES if not route.public and not route.user_only]


def doors(routes, keep=lambda route, method: True):
    """One case per address and method."""
    cases = [(r, m) for r in routes for m in r.methods if keep(r, m)]
    return pytest.mark.parametrize(("route", "method"), cases, ids=[f"{r.name} {m.verb}" for r, m in cases])


@pytest.fixture
def world(firm, branch, make_member):
    return World(firm, branch, make_member)


def test_every_address_is_listed():
    known = {route.name for route in ROUTES} | NOT_WALKED.keys()
    assert sorted(names_in_the_urlconf().keys() - known) == []


def test_every_listed_address_exists():
    names = names_in_the_urlconf().keys()
    assert sorted({route.name for route in ROUTES} - names) == []
    assert sorted(NOT_WALKED.keys() - names) == []


def test_no_address_is_listed_twice():
    names = [route.name for route in ROUTES]
    assert len(names) == len(set(names))


@doors(INSIDE)
def test_a_stranger_is_sent_to_sign_in(world, client, route, method):
    kwargs = address(route, world)
    before = Fingerprint.take()
    response = knock(client, route, method, world, kwargs)
    if route.is_api:
        assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    elif "HX-Request" in method.headers:
        assert (response.status_code, response["HX-Redirect"].split("?")[0]) == (
            401,
            reverse("tenancy:login"),
        )
    else:
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("tenancy:login"))
    assert Fingerprint.take() == before


@doors(INSIDE, lambda route, method: method.verb != "GET" or method.rows is not None)
def test_the_right_role_may(world, route, method, sign_in, api):
    _let_in(world, route, method, sign_in, api)


@doors(INSIDE, lambda route, method: method.verb == "GET" and method.rows is None)
def test_the_right_role_may_and_it_costs_what_is_written(world, route, method, sign_in, api, request):
    client, kwargs = _let_in(world, route, method, sign_in, api)
    compare(route, cost_of(client, route, method, world, kwargs), request)


@doors(INSIDE, lambda route, method: route.kwargs is not None and not route.shared)
def test_another_firms_object_never_existed(world, other_firm, make_member, route, method, sign_in, api):
    kwargs = address(route, world)
    stranger = signed_in_as(make_member(*method.roles, firm=other_firm), route, sign_in, api)
    before = Fingerprint.take()
    theirs = knock(stranger, route, method, world, kwargs)
    nobodys = knock(stranger, route, method, world, strangers_address(kwargs))
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert CANARY not in text_of(theirs)
    assert Fingerprint.take() == before


@doors(INSIDE, lambda route, method: route.kwargs is not None and route.branch_object and not route.shared)
def test_another_branchs_object_never_existed(world, other_branch, make_member, route, method, sign_in, api):
    kwargs = address(route, world)
    neighbour = signed_in_as(make_member(*method.roles, branch=other_branch), route, sign_in, api)
    before = Fingerprint.take()
    response = knock(neighbour, route, method, world, kwargs)
    assert response.status_code == 404
    assert CANARY not in text_of(response)
    assert Fingerprint.take() == before


@doors(INSIDE, lambda route, method: role_outside(method) is not None)
def test_a_wrong_role_is_refused_and_changes_nothing(world, route, method, sign_in, api):
    world.me = world.member(role_outside(method))
    kwargs = address(route, world)
    before = Fingerprint.take()
    response = knock(signed_in_as(world.me, route, sign_in, api), route, method, world, kwargs)
    assert response.status_code in method.wrong_role, text_of(response)[:2000]
    assert Fingerprint.take() == before


@doors(INSIDE, lambda route, method: method.verb == "GET" and method.rows is not None)
def test_lists_show_nothing_of_another_firm_or_branch(
    world, other_firm, other_branch, make_member, route, method, sign_in, api
):
    kwargs = {} if route.kwargs is None else None
    if kwargs is None:
        pytest.skip("the address names an object; its own test says 404")
    for _ in range(2):
        method.rows(world)
    for stranger in (
        make_member(*method.roles, firm=other_firm),
        make_member(*method.roles, branch=other_branch),
    ):
        response = knock(signed_in_as(stranger, route, sign_in, api), route, method, world, kwargs)
        assert response.status_code == 200
        assert CANARY not in text_of(response)


@doors(INSIDE, lambda route, method: method.verb == "GET" and method.rows is not None)
def test_a_list_costs_what_is_written_at_one_row_and_at_three(world, route, method, sign_in, api, request):
    world.me = world.member(min(method.roles))
    client = signed_in_as(world.me, route, sign_in, api)
    method.rows(world)
    kwargs = address(route, world)
    assert knock(client, route, method, world, kwargs).status_code in method.ok
    one = cost_of(client, route, method, world, kwargs)
    method.rows(world)
    method.rows(world)
    three = cost_of(client, route, method, world, kwargs)
    assert three == one
    compare(route, three, request)


@pytest.mark.parametrize("route", INSIDE, ids=lambda route: route.name)
def test_every_other_method_is_not_allowed(world, route, sign_in, api, make_member):
    roles = set(EVERYBODY).union(*(method.roles for method in route.methods))
    client = signed_in_as(make_member(*roles), route, sign_in, api)
    kwargs = address(route, world)
    unlisted = set(VERBS) - {method.verb for method in route.methods}
    answers = {
        verb: client.generic(verb, reverse(route.name, kwargs=kwargs)).status_code for verb in unlisted
    }
    assert answers == dict.fromkeys(unlisted, 405)


def _let_in(world, route, method, sign_in, api):
    """Whoever may, asks; for more of the same: the client and where it asked."""
    world.me = world.member(min(method.roles))
    kwargs = address(route, world)
    client = signed_in_as(world.me, route, sign_in, api)
    response = knock(client, route, method, world, kwargs)
    assert response.status_code in method.ok, text_of(response)[:2000]
    return client, kwargs
