"""Tasks, rules and why a touchpoint exists."""

from itertools import count
from typing import Any

from tenancy.models import Role
from tenancy.policies import BRANCH_WIDE
from tests.architecture.routes import EVERYBODY, Route, get, post
from tests.factories.workflow import make_playbooks, make_task, make_touchpoint
from workflow.models import Rule, StaffTask
from workflow.policies import READ_PLAYBOOKS
from workflow.staff_tasks import finish_task

_week = count(10)
MAY_FINISH = {Role.FIRM_ADMIN, Role.CS_MANAGER}
REFUSED = {403, 404, 422}


def managers_task(world: Any) -> StaffTask:
    return make_task(world.canary, branch=world.branch, role=Role.CS_MANAGER)


def my_task(world: Any) -> StaffTask:
    return make_task(world.canary, branch=world.branch, assignee=world.me)


def done_task(world: Any) -> StaffTask:
    return finish_task(managers_task(world), by=world.member(Role.CS_MANAGER))


def touchpoint(world: Any) -> Any:
    if not Rule.objects.exists():
        make_playbooks(world.firm)
    return make_touchpoint(title=world.canary, branch=world.branch, occasion=f"2026-W{next(_week)}")


MAKERS = {
    "managers_task": managers_task,
    "my_task": my_task,
    "done_task": done_task,
    "touchpoint": touchpoint,
}

ROUTES = [
    Route("workflow:playbooks", get(READ_PLAYBOOKS, rows=lambda world: world.make("touchpoint"))),
    Route(
        "workflow:touchpoint",
        get(BRANCH_WIDE & EVERYBODY),
        kwargs=lambda world: {"pk": world.touchpoint.pk},
    ),
    Route("workflow:tasks", get(rows=lambda world: world.make("my_task"))),
    Route(
        "workflow:completion",
        post(MAY_FINISH, wrong_role=REFUSED, data=lambda _world: {"result": "已送达"}),
        kwargs=lambda world: {"pk": world.managers_task.pk},
    ),
    Route(
        "workflow:reopening",
        post(MAY_FINISH, wrong_role=REFUSED),
        kwargs=lambda world: {"pk": world.done_task.pk},
    ),
    Route("api:staff-task-list", get(rows=lambda world: world.make("my_task"))),
    Route(
        "api:staff-task-completion",
        post(MAY_FINISH, wrong_role=REFUSED, data=lambda _world: {"result": "已送达"}),
        kwargs=lambda world: {"pk": world.managers_task.pk},
    ),
]
