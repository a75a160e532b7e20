"""Tasks, rules and why a touchpoint exists."""

from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tenancy.models import Role
from tenancy.policies import BRANCH_WIDE
from tests.architecture.routes import EVERYBODY, Route, get, post
from tests.factories.workflow import make_playbooks, make_task, make_touchpoint
from workflow import actions, rule_files
from workflow.differences import fingerprint
from workflow.models import Playbook, PlaybookVersion, Rule, StaffTask
from workflow.policies import CHANGE_PLAYBOOKS, READ_PLAYBOOKS
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


def playbook(world: Any) -> Playbook:
    return make_playbooks(world.firm)[0]


def draft(world: Any) -> PlaybookVersion:
    """One with a change, so that it can be published."""
    by = world.member(Role.CS_MANAGER)
    version = actions.begin_draft(world.playbook, by=by)
    actions.switch_rule(version.rules.order_by("position").first(), enabled=False, by=by)
    return version


def draft_rule(world: Any) -> Rule:
    rule: Rule = world.draft.rules.order_by("position").last()
    return rule


def retired(world: Any) -> PlaybookVersion:
    """The first wording, after a second was published."""
    rules = actions.rules_of(world.draft)
    actions.publish_draft(world.playbook, by=world.member(Role.CS_MANAGER), seen=fingerprint(*rules))
    version: PlaybookVersion = world.playbook.versions.get(number=1)
    return version


def seen(world: Any) -> dict[str, str]:
    return {"seen": fingerprint(*actions.rules_of(world.draft))}


def a_file(world: Any) -> dict[str, Any]:
    text = rule_files.write(world.playbook, actions.rules_of(world.playbook.versions.get(number=1)))
    return {"file": SimpleUploadedFile("rules.toml", text.encode())}


MAKERS = {
    "playbook": playbook,
    "draft": draft,
    "draft_rule": draft_rule,
    "retired": retired,
    "managers_task": managers_task,
    "my_task": my_task,
    "done_task": done_task,
    "touchpoint": touchpoint,
}


def of_playbook(world: Any) -> dict[str, Any]:
    return {"pk": world.playbook.pk}


def of_draft(world: Any) -> dict[str, Any]:
    return {"pk": world.draft.playbook_id}


def of_rule(world: Any) -> dict[str, Any]:
    return {"pk": world.draft_rule.pk}


FIRMS_OWN: dict[str, Any] = {"branch_object": False}

PLAYBOOKS = [
    Route(
        "workflow:shipped_playbook",
        get(READ_PLAYBOOKS),
        kwargs=lambda _world: {"key": "group_care"},
        shared=True,
    ),
    Route(
        "workflow:adoption", post(CHANGE_PLAYBOOKS), kwargs=lambda _world: {"key": "pre_sale"}, shared=True
    ),
    Route("workflow:drafting", post(CHANGE_PLAYBOOKS), kwargs=of_playbook, **FIRMS_OWN),
    Route("workflow:draft", get(CHANGE_PLAYBOOKS), kwargs=of_draft, **FIRMS_OWN),
    Route(
        "workflow:publication",
        get(CHANGE_PLAYBOOKS),
        post(CHANGE_PLAYBOOKS, data=seen),
        kwargs=of_draft,
        **FIRMS_OWN,
    ),
    Route("workflow:draft_removal", post(CHANGE_PLAYBOOKS), kwargs=of_draft, **FIRMS_OWN),
    Route(
        "workflow:new_rule",
        get(CHANGE_PLAYBOOKS),
        post(CHANGE_PLAYBOOKS, query="?part=sentence"),
        kwargs=of_draft,
        **FIRMS_OWN,
    ),
    Route(
        "workflow:rule",
        get(CHANGE_PLAYBOOKS),
        post(CHANGE_PLAYBOOKS, query="?part=condition"),
        kwargs=of_rule,
        **FIRMS_OWN,
    ),
    Route(
        "workflow:switch",
        post(CHANGE_PLAYBOOKS, data=lambda _w: {"enabled": "on"}),
        kwargs=of_rule,
        **FIRMS_OWN,
    ),
    Route(
        "workflow:place", post(CHANGE_PLAYBOOKS, data=lambda _w: {"to": "up"}), kwargs=of_rule, **FIRMS_OWN
    ),
    Route("workflow:rule_removal", post(CHANGE_PLAYBOOKS), kwargs=of_rule, **FIRMS_OWN),
    Route(
        "workflow:rule_restoration",
        post(CHANGE_PLAYBOOKS, data=lambda _w: {"rule": "saturday_call"}),
        kwargs=of_draft,
        **FIRMS_OWN,
    ),
    Route(
        "workflow:rule_file",
        get(CHANGE_PLAYBOOKS),
        post(CHANGE_PLAYBOOKS, data=a_file),
        kwargs=of_playbook,
        **FIRMS_OWN,
    ),
    Route("workflow:versions", get(READ_PLAYBOOKS), kwargs=of_playbook, **FIRMS_OWN),
    Route("workflow:version", get(READ_PLAYBOOKS), kwargs=lambda w: {"pk": w.retired.pk}, **FIRMS_OWN),
    Route("workflow:trial", get(READ_PLAYBOOKS), kwargs=lambda w: {"pk": w.draft.pk}, **FIRMS_OWN),
    Route("workflow:version_file", get(READ_PLAYBOOKS), kwargs=lambda w: {"pk": w.retired.pk}, **FIRMS_OWN),
    Route(
        "workflow:version_restoration",
        post(CHANGE_PLAYBOOKS),
        kwargs=lambda w: {"pk": w.retired.pk},
        **FIRMS_OWN,
    ),
]

ROUTES = [
    *PLAYBOOKS,
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
