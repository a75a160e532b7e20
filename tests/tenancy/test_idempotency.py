"""A POST sent twice takes effect once."""

import threading
from uuid import uuid4

import pytest
from django.db import connections
from django.test import RequestFactory
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import Refusal
from tenancy.api.idempotency import IdempotentPosts
from tenancy.doors import SessionDoor
from tenancy.middleware import _inside
from tenancy.models import Department, IdempotencyKey
from tenancy.scoping import firm_scope
from tests.factories.tenancy import make_firm, make_member

pytestmark = pytest.mark.django_db


class Departments(IdempotentPosts, APIView):
    """Stands for any endpoint: it makes a department, or refuses."""

    api_resource = "departments"
    started = threading.Event()
    go_on = threading.Event()

    def post(self, request):
        department = Department.objects.create(name=request.data["name"], kind="other")
        if request.data.get("refuse"):
            raise Refusal("不行")
        if request.data.get("slow"):
            self.started.set()
            self.go_on.wait(10)
        return Response({"id": department.pk, "name": department.name}, status=201)


VIEW = Departments.as_view()


def send(member, data, key=None, path="/api/v1/departments/"):
    request = RequestFactory().post(path, data, content_type="application/json")
    request._dont_enforce_csrf_checks = True
    request.session, request.user, request.htmx, request.resolver_match = (
        {"second_factor": True},
        member.user,
        False,
        None,
    )
    if key is not None:
        request.META["HTTP_IDEMPOTENCY_KEY"] = key
    return _inside(SessionDoor(member.firm, user_id=member.user_id), request, VIEW, (), {})


def test_the_second_answer_is_the_first_to_the_letter_and_nothing_happens_twice(agent):
    key = str(uuid4())
    first, second = send(agent, {"name": "工程部"}, key), send(agent, {"name": "工程部"}, key)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert Department.objects.count() == 1


def test_without_a_key_every_post_counts(agent):
    send(agent, {"name": "一"})
    send(agent, {"name": "二"})

    assert Department.objects.count() == 2
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("other", [{"data": {"name": "财务部"}}, {"path": "/api/v1/other/"}])
def test_a_key_stands_for_one_request_only(agent, other):
    send(agent, {"name": "工程部"}, "k")

    answer = send(agent, **{"data": {"name": "工程部"}, "key": "k"} | other)

    assert (answer.status_code, answer.data["code"]) == (409, "idempotency_conflict")
    assert Department.objects.count() == 1


def test_a_refused_request_keeps_neither_effect_nor_key(agent):
    refused = send(agent, {"name": "工程部", "refuse": True}, "k")

    assert refused.status_code == 422
    assert not Department.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert send(agent, {"name": "工程部"}, "k").status_code == 201


def test_two_members_may_use_the_same_key(agent, designer):
    assert send(agent, {"name": "一"}, "k").status_code == 201
    assert send(designer, {"name": "二"}, "k").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_a_length(agent, key):
    assert send(agent, {"name": "工程部"}, key).status_code == 422
    assert not Department.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_second_request_waits_for_the_first_and_repeats_its_answer():
    firm = make_firm()
    member = make_member("cs_agent", firm=firm)
    answers = {}

    def run(name):
        try:
            answers[name] = send(member, {"name": "工程部", "slow": True}, "k")
        finally:
            connections.close_all()

    Departments.started.clear()
    Departments.go_on.clear()
    first = threading.Thread(target=run, args=("first",))
    first.start()
    assert Departments.started.wait(10)
    second = threading.Thread(target=run, args=("second",))
    second.start()
    Departments.go_on.set()
    first.join(20)
    second.join(20)

    assert [answers[name].status_code for name in ("first", "second")] == [201, 201]
    assert answers["first"].content == answers["second"].content
    with firm_scope(firm.pk):
        assert Department.objects.count() == 1
