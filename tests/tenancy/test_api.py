"""Partners' keys and the API's first endpoints."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from tenancy.models import ApiClient, ApiKeyIndex, Firm, Role
from tests.factories.tenancy import make_api_key, make_branch


@pytest.fixture
def key(firm, branch):
    return make_api_key(firm, branch, scopes=("branches:read", "members:read"))


def test_a_key_says_who_it_is(api, key, branch):
    me = api(key).get("/api/v1/me/").json()

    assert me["firm"] == {"code": "changan", "name": "长安装饰"}
    assert me["client"] == "合作系统"
    assert me["member"]["posts"] == [{"role": "partner_api", "branch_id": str(branch.pk)}]


def test_a_key_sees_its_branch_and_no_other(api, key, branch, other_branch, other_firm):
    foreign = make_branch(other_firm)

    assert [b["id"] for b in api(key).get("/api/v1/branches/").json()["results"]] == [str(branch.pk)]
    for hidden in (other_branch, foreign):
        assert api(key).get(f"/api/v1/branches/{hidden.pk}/").status_code == 404


def test_colleagues_are_shown_with_masked_phones(api, key, agent):
    rows = api(key).get("/api/v1/members/").json()["results"]

    phone = next(row["phone"] for row in rows if row["id"] == str(agent.pk))
    assert "****" in phone
    assert agent.phone.removeprefix("+86") not in phone


def test_a_scope_the_key_lacks_is_refused(api, firm, branch):
    key = make_api_key(firm, branch, scopes=("customers:read",))

    answer = api(key).get("/api/v1/branches/")

    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_a_revoked_key_is_dead_on_the_next_request(api, key):
    caller = api(key)
    assert caller.get("/api/v1/me/").status_code == 200
    ApiKeyIndex.objects.update(is_revoked=True)

    answer = caller.get("/api/v1/me/")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


@pytest.mark.parametrize(
    "change",
    [
        lambda: ApiClient.objects.update(expires_at=timezone.now() - timedelta(seconds=1)),
        lambda: ApiClient.objects.update(revoked_at=timezone.now()),
        lambda: Firm.objects.filter(code="changan").update(state="suspended"),
    ],
    ids=["expired", "revoked", "firm suspended"],
)
def test_every_way_of_ending_a_key_bites_at_once(api, key, change):
    caller = api(key)
    change()

    assert caller.get("/api/v1/me/").status_code == 401


def test_a_partner_branch_that_closed_takes_its_key_along(api, key, branch):
    branch.is_active = False
    branch.save()

    assert api(key).get("/api/v1/me/").status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer jk_0000000000_x", "Bearer ", "Token x", "Bearer jk_a_b_c", "Bearer \x00"]
)
def test_anything_else_is_no_key(client, header, db):
    assert client.get("/api/v1/me/", headers={"authorization": header}).status_code == 401


def test_a_key_opens_no_page(client, key):
    answer = client.get("/account/", headers={"authorization": f"Bearer {key}"})

    assert answer.status_code == 302


def test_a_session_needs_its_csrf_token_for_a_write(admin):
    from tests.clients import ApiCaller, signed_in

    caller = signed_in(admin, ApiCaller(enforce_csrf_checks=True))

    assert caller.get("/api/v1/me/").status_code == 200


def test_more_requests_than_agreed_are_told_to_wait(api, agent, settings):
    cache.clear()
    settings.API_THROTTLE_RATES = {"read": "3/min", "write": "3/min"}
    caller = api(agent)

    statuses = [caller.get("/api/v1/me/").status_code for _ in range(4)]
    last = caller.get("/api/v1/me/")

    assert statuses == [200, 200, 200, 429]
    assert int(last["Retry-After"]) > 0
    assert last.json()["code"] == "throttled"


def test_without_a_cache_the_api_goes_on(api, agent, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "KEY_FUNCTION": "tenancy.cache.make_key",
        }
    }

    assert api(agent).get("/api/v1/me/").status_code == 200


@pytest.mark.parametrize("name", ["api:schema", "api:docs"])
def test_the_reference_is_open_to_everybody(client, name, db):
    assert client.get(reverse(name)).status_code == 200


def test_only_the_reference_page_has_a_wider_policy(client, db):
    assert "unsafe-inline" in client.get("/api/v1/docs/")["Content-Security-Policy"]
    assert "unsafe" not in client.get("/login/")["Content-Security-Policy"]
    page = client.get("/api/v1/docs/").content.decode()
    assert "https://" not in page.replace("https://testserver", "")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("path", ["/api/v1/branches/", "/api/v1/members/"])
def test_lists_cost_the_same_for_one_row_or_many(
    api, firm, admin, make_member, path, rows, django_assert_max_num_queries
):
    for _ in range(rows):
        make_member(Role.CS_AGENT, branch=make_branch(firm))
    caller = api(admin)

    with django_assert_max_num_queries(13):
        assert len(caller.get(path).json()["results"]) >= rows
