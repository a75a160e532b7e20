"""Who may do what with a project. Rows are found through ``visible_to`` first: these ask about roles and names."""

from typing import Any

from tenancy.models import Member, Role
from tenancy.policies import SERVICE

MANAGERS = frozenset({Role.FIRM_ADMIN, Role.CS_MANAGER, Role.BRANCH_MANAGER, Role.ENGINEERING_MANAGER})
OPENERS = SERVICE | {Role.BRANCH_MANAGER, Role.DESIGNER, Role.PARTNER_API}
PLANNERS = SERVICE | {Role.BRANCH_MANAGER, Role.ENGINEERING_MANAGER, Role.SERVICE_TEAM_LEAD, Role.PARTNER_API}


def is_named_on(project: Any, member: Member) -> bool:
    """The member stands in one of the project's slots."""
    return member.pk in {
        project.designer_id,
        project.adviser_id,
        project.project_manager_id,
        project.foreman_id,
        project.engineering_supervisor_id,
        project.inspector_id,
    }


def may_advance(project: Any, member: Any) -> bool:
    """Those who serve the customer, who manage, who work on it, and the partner whose branch it is."""
    return member.has_role(
        *SERVICE, *MANAGERS, Role.FINANCE, Role.ADMINISTRATION, Role.PARTNER_API
    ) or is_named_on(project, member)


def may_lose(project: Any, member: Any) -> bool:
    return (
        member.has_role(*SERVICE, Role.BRANCH_MANAGER, Role.PARTNER_API) or project.designer_id == member.pk
    )


def may_suspend(project: Any, member: Any) -> bool:
    """The site's own manager may stop it too: rain does not wait for an office."""
    return member.has_role(*SERVICE, *MANAGERS, Role.PARTNER_API) or member.pk in {
        project.project_manager_id,
        project.engineering_supervisor_id,
    }


def may_cancel(_project: Any, member: Any) -> bool:
    """A cancelled order is settled in money: for managers only."""
    return member.has_role(Role.FIRM_ADMIN, Role.CS_MANAGER, Role.BRANCH_MANAGER, Role.PARTNER_API)


def may_open(member: Member) -> bool:
    return member.has_role(*OPENERS)


def may_change(project: Any, member: Member) -> bool:
    return member.has_role(*SERVICE, *MANAGERS, Role.PARTNER_API) or project.designer_id == member.pk


def may_staff(_project: Any, member: Member) -> bool:
    """Say who works on it."""
    return member.has_role(*SERVICE, *MANAGERS, Role.PARTNER_API)


def may_note(project: Any, member: Member) -> bool:
    return may_advance(project, member)


def may_plan(project: Any, member: Member) -> bool:
    """Make, move and cancel appointments: planners, and whoever works on the project."""
    return member.has_role(*PLANNERS) or (project is not None and is_named_on(project, member))


def may_pass_unconfirmed(member: Any) -> bool:
    """Pass a node although not everybody said they would come (带条件)."""
    return bool(member.has_role(Role.ENGINEERING_MANAGER, Role.FIRM_ADMIN))


def may_answer_for(appointment: Any, member: Any) -> bool:
    """Say whether it took place: planners, the project's people, and whoever was asked to come."""
    if may_plan(appointment.project, member):
        return True
    return any(person.member_id == member.pk for person in appointment.people.all())
