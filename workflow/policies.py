"""Who may see how the firm works, change it, and finish what is asked of whom."""

from tenancy.models import Member, Role
from tenancy.policies import SERVICE

READ_PLAYBOOKS = SERVICE | {Role.BRANCH_MANAGER, Role.ENGINEERING_MANAGER}
CHANGE_PLAYBOOKS = frozenset({Role.FIRM_ADMIN, Role.CS_MANAGER})


def may_read_playbooks(member: Member) -> bool:
    return not member.roles.isdisjoint(READ_PLAYBOOKS)


def may_change_playbooks(member: Member) -> bool:
    """Those who answer for the calls made in the firm's name."""
    return not member.roles.isdisjoint(CHANGE_PLAYBOOKS)
