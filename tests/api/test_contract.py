"""The API answers as its schema says, whatever is sent: schemathesis drives every operation with a partner's key.

Never a 5xx, never an undocumented body, and nobody gets in without a key. The examples are the same in every run;
``bin/test --long`` tries more of them.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import one_of
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    ignored_auth,
    not_a_server_error,
    response_schema_conformance,
)
from schemathesis.core.failures import FailureGroup
from zeal import zeal_ignore

from tenancy.models import Branch
from tests.clients import outside_every_scope
from tests.factories.notifications import make_call, make_message
from tests.factories.projects import make_appointment, make_project
from tests.factories.tenancy import make_api_key
from tests.factories.workflow import make_task

RESOURCES = (
    "customers",
    "projects",
    "appointments",
    "call-tasks",
    "messages",
    "staff-tasks",
    "members",
    "branches",
)
EXAMPLES = 60 if os.environ.get("JUAN_LONG") else 8
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, ignored_auth]


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The product as a server calls it: outside every firm's scope, and without zeal.

    A body that names five colleagues looks each of them up; the walk over every door counts queries of lists.
    """
    cache.clear()  # the throttles count there: hundreds of 429 would prove little
    with outside_every_scope(), _connection_kept(), zeal_ignore():
        response = _wsgi(environ, start_response)
        try:
            return list(response)
        finally:
            response.close()


@contextmanager
def _connection_kept() -> Iterator[None]:
    """A server gives its connection back after each request; here it holds the test's rows."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (signals.request_started, signals.request_finished):
            signal.connect(close_old_connections)


_wsgi = get_wsgi_application()


@pytest.fixture
def contract(firm, branch):
    return schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)


@pytest.fixture
def key(firm, branch):
    scopes = tuple(f"{name}:{act}" for name in RESOURCES for act in ("read", "write"))
    return make_api_key(firm, branch, scopes=scopes)


@pytest.mark.django_db
def test_every_operation_keeps_to_the_schema(contract, key, branch, record_property):
    operations = [found.ok() for found in contract.get_all_operations()]
    asked: Counter[int] = Counter()
    rows = _rows(branch)
    faults = [f"{one.label}: {fault}" for one in operations if (fault := _fault(one, key, rows, asked))]

    record_property("measured", f"API: {len(operations)} operations, answers {dict(sorted(asked.items()))}")
    assert not faults, "\n\n".join(faults)
    assert len(operations) > 20
    assert asked[200] >= len(operations)


def _rows(branch: Branch) -> dict[str, str]:
    """One thing of each kind that the key may see, so that not every address leads nowhere."""
    project = make_project(branch)
    made = {
        "customers": project.customer,
        "projects": project,
        "appointments": make_appointment(project),
        "call-tasks": make_call(branch=branch),
        "messages": make_message(branch=branch),
        "staff-tasks": make_task(branch=branch),
        "branches": branch,
    }
    return {resource: str(row.pk) for resource, row in made.items()}


def _cases(operation: Any, rows: dict[str, str]) -> Any:
    """Right and wrong ones, of things that exist and of whatever the schema lets one ask for."""
    wild = [operation.as_strategy(mode) for mode in GenerationMode]
    known = rows.get(operation.path.split("/")[3])
    if "{id}" not in operation.path or known is None:
        return one_of(*wild)
    named = [operation.as_strategy(mode, path_parameters={"id": known}) for mode in GenerationMode]
    return one_of(*named, *wild)


def _fault(operation: Any, key: str, rows: dict[str, str], asked: "Counter[int]") -> str:
    """What the first example found, with the request that shows it; empty when all is well."""

    @given(case=_cases(operation, rows))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def drive(case: Any) -> None:
        answer = case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, checks=CHECKS)
        asked[answer.status_code] += 1

    try:
        drive()
    except (FailureGroup, Exception) as error:  # noqa: BLE001 - every operation is looked at, whatever the first one met
        return str(error) or repr(error)
    return ""
