"""Open a project, change what is written about it, and say who works on it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.pinyin import estate_tokens, number_tokens
from projects import policies
from projects.events import PeopleChanged, ProjectOpened
from projects.models import Project
from projects.phases import BEFORE_CONTRACT, Phase
from projects.querysets import SLOTS
from tenancy import firm_settings, numbers, search
from tenancy.models import Branch, Member
from workflow.events import publish
from workflow.moves import record_origin

KIND = "project"
CHANGEABLE = frozenset(
    {
        "estate",
        "address",
        "room",
        "area_m2",
        "mode",
        "style",
        "budget_fen",
        "contract_number",
        "contract_fen",
        "note",
        "planned_start_on",
        "planned_completion_on",
        "is_returning",
        "returning_how",
    }
)
OUTSIDERS = frozenset({"third_party_supervisor", "third_party_phone"})


@transaction.atomic
def open_project(customer: Any, *, by: Member | None, branch: Branch, **given: Any) -> Project:
    """Open a project for a customer who wants to build; it begins in consultation."""
    if by is not None and not policies.may_open(by):
        raise Refusal(_("您的角色不能新建项目。"))
    _refuse_unknown(given, CHANGEABLE | OUTSIDERS | set(SLOTS))
    project = Project(customer=customer, branch=branch, **_with_home(customer, given))
    project.node_set = firm_settings.get("projects.node_set")
    project.number = numbers.next_number(KIND, prefix=firm_settings.get("projects.number_prefix"))
    project.save()
    record_origin([project], by=by, state_field="phase", at=project.phase_entered_at)
    index_project(project)
    publish(
        ProjectOpened(project_id=str(project.pk), customer_id=str(customer.pk), at=timezone.now().isoformat())
    )
    return project


@transaction.atomic
def change_project(project: Project, *, by: Member, **given: Any) -> Project:
    """Correct what is written about a project; from the contract on its mode is part of what was signed."""
    if not policies.may_change(project, by):
        raise Refusal(_("您的角色不能修改这个项目。"))
    _refuse_unknown(given, CHANGEABLE)
    project = Project.objects.lock(project)
    if "mode" in given and given["mode"] != project.mode and project.phase not in BEFORE_CONTRACT:
        raise Refusal(_("合同已签，装修方式不能再改。"), code="mode_is_signed")
    for name, value in given.items():
        setattr(project, name, value)
    project.save()
    index_project(project)
    return project


@transaction.atomic
def staff_project(project: Project, *, by: Member | None, **people: Any) -> Project:
    """Say who works on the project. A new designer must be accepted by the owner anew before anybody measures."""
    if by is not None and not policies.may_staff(project, by):
        raise Refusal(_("您的角色不能更换项目人员。"))
    _refuse_unknown(people, set(SLOTS) | OUTSIDERS)
    project = Project.objects.lock(project)
    changed = sorted(name for name, value in people.items() if getattr(project, name) != value)
    if not changed:
        return project
    if "designer" in changed and project.phase == Phase.CONSULTATION:
        project.designer_accepted_on = None
    for name in changed:
        setattr(project, name, people[name])
    project.save()
    publish(
        PeopleChanged(
            project_id=str(project.pk), customer_id=str(project.customer_id), slots=",".join(changed)
        )
    )
    return project


def index_project(project: Project) -> None:
    """Keep Ctrl K able to find it by number, contract, estate and room."""
    search.index(KIND, project.pk, search_fields(project, project.estate.name if project.estate else ""))


def search_fields(project: Project, estate: str) -> dict[str, Iterable[str]]:
    return {
        "number": number_tokens(project.number),
        "contract": number_tokens(project.contract_number) if project.contract_number else set(),
        "place": estate_tokens(f"{estate}{project.address}"),
        "room": number_tokens(project.room) if project.room else set(),
    }


def _with_home(customer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """A project stands where the customer lives unless another place is named."""
    if given.get("estate") or given.get("address"):
        return given
    parts = [customer.building, customer.unit, customer.room]
    home = {
        "estate": customer.estate,
        "address": customer.address[:120],
        "room": "-".join(part for part in parts if part)[:40],
    }
    return {**given, **{name: given.get(name) or value for name, value in home.items()}}


def _refuse_unknown(given: dict[str, Any], known: set[str] | frozenset[str]) -> None:
    if unknown := set(given) - set(known):
        raise TypeError(f"a project has no {sorted(unknown)} to set here")
