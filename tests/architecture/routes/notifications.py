"""Calls and texts: the providers' doors and the API."""

from datetime import timedelta

from django.utils import timezone

from tenancy.models import Role
from tenancy.policies import SERVICE
from tests.architecture.routes import EVERYBODY, Route, get, post
from tests.factories.notifications import make_attempt, make_call, make_message

READS_TEXTS = SERVICE | {Role.BRANCH_MANAGER}


def call(world):
    """Due now, of the world's branch, given to whoever looks."""
    return make_call(branch=world.branch, title=world.canary, assignee=world.me)


def desk_call(world):
    """Due now, for anybody at the desk."""
    return make_call(branch=world.branch, title=world.canary)


def attempt(world):
    """The outcome of whoever looks, a moment ago."""
    task = make_call(
        branch=world.branch, title=world.canary, status="done", ended_at=timezone.now(), attempts=1
    )
    is_agent = world.me is not None and world.me.has_role(*SERVICE)
    return make_attempt(task, by=world.me if is_agent else world.member(Role.CS_AGENT), branch=world.branch)


def message(world):
    """Waiting for this afternoon."""
    return make_message(branch=world.branch, name=world.canary, due_at=timezone.now() + timedelta(hours=3))


def about(world):
    """Something nobody can find: who may not ask at all is told so first."""
    return {"subject_kind": "project", "subject_id": str(world.nobody())}


MAKERS = {"call": call, "desk_call": desk_call, "attempt": attempt, "message": message}


def one_call(world):
    return {"pk": world.call.pk}


def hook(world):
    return {"firm_code": world.firm.code, "pk": world.message.pk}


ROUTES = [
    Route(
        "notifications:twilio_status",
        post(),
        kwargs=hook,
        public="the provider signs each report with the firm's secret",
    ),
    Route(
        "notifications:twilio_reply",
        post(),
        kwargs=lambda world: {"firm_code": world.firm.code},
        public="the provider signs each reply with the firm's secret",
    ),
    Route(
        "api:call-task-list",
        get(EVERYBODY, rows=lambda world: world.make("call")),
        post(
            SERVICE,
            data=lambda world: {
                **about(world),
                "reason": "回电",
                "due_at": timezone.now() + timedelta(hours=1),
            },
            ok=422,
        ),
    ),
    Route("api:call-task-detail", get(EVERYBODY), kwargs=one_call),
    Route(
        "api:call-task-outcome",
        post(SERVICE, data=lambda world: {"outcome": "no_answer"}),
        kwargs=lambda world: {"pk": world.desk_call.pk},
    ),
    Route(
        "api:message-list",
        get(EVERYBODY, rows=lambda world: world.make("message")),
        post(SERVICE, data=lambda world: {**about(world), "template": "handover_day"}, ok=422),
    ),
    Route("api:message-detail", get(READS_TEXTS), kwargs=lambda world: {"pk": world.message.pk}),
]
