"""Who may see how the firm works, and finish what is asked of whom."""

from tenancy.models import Member, Role
from tenancy.policies import SERVICE

READ_PLAYBOOKS = SERVICE | {Role.BRANCH_MANAGER, Role.ENGINEERING_MANAGER}


def may_read_playbooks(member: Member) -> bool:
    return not member.roles.isdisjoint(READ_PLAYBOOKS)
