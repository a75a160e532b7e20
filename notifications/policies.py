"""Who may do what with calls and messages, said once."""

from typing import TYPE_CHECKING

from tenancy.models import Member, Role
from tenancy.policies import SERVICE, sees_whole_branch, serves

if TYPE_CHECKING:
    from notifications.models import CallAttempt, CallTask

CALLERS = SERVICE
"""Sit at the call desk; everybody else calls only what was given to them by name."""

READERS = SERVICE | {Role.BRANCH_MANAGER, Role.ENGINEERING_MANAGER, Role.SERVICE_TEAM_LEAD}
"""May read what customers answered; the people rated in it may not, whatever else they are."""

MESSENGERS = SERVICE | {Role.BRANCH_MANAGER}
"""Read the message list."""


def may_call(task: "CallTask", member: Member) -> bool:
    return serves(member) or member.has_role(Role.PARTNER_API) or task.assignee_id == member.pk


def may_use_desk(member: Member) -> bool:
    return not member.roles.isdisjoint(CALLERS)


def may_read_messages(member: Member) -> bool:
    return not member.roles.isdisjoint(MESSENGERS)


def may_send(member: Member) -> bool:
    return serves(member) or member.has_role(Role.PARTNER_API)


def reads_answers(member: Member) -> bool:
    return not member.roles.isdisjoint(READERS)


def may_read_answers(attempt: "CallAttempt", member: Member) -> bool:
    """Whoever is rated never reads the raw answers about themselves."""
    return reads_answers(member) and not attempt.satisfactions.filter(member=member).exists()


def sees_all_calls(member: Member) -> bool:
    return sees_whole_branch(member)
