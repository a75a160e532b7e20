"""Who may do what with customers."""

from tenancy import policies
from tenancy.models import Member, Role

WRITE = policies.SERVICE | {Role.BRANCH_MANAGER, Role.DESIGNER, Role.PARTNER_API}
"""Write customers down and change them; which ones is asked of ``visible_to``."""

ARRANGE = policies.SERVICE | {Role.BRANCH_MANAGER}
"""Give customers to another adviser or branch, tag them in bulk, merge them, keep estates and tags in order."""

DELETE = policies.FIRM_MANAGERS


def may_write(member: Member) -> bool:
    return not member.roles.isdisjoint(WRITE)


def may_arrange(member: Member) -> bool:
    return not member.roles.isdisjoint(ARRANGE)


def may_delete(member: Member) -> bool:
    return not member.roles.isdisjoint(DELETE)


def may_reveal(member: Member) -> bool:
    """Uncover a whole phone number. Who sees only the customers they are named on works for them, and calls them."""
    return policies.may_unmask(member) or not policies.sees_whole_branch(member)


def may_export(member: Member) -> bool:
    return policies.may_export(member)


def may_share_views(member: Member) -> bool:
    return policies.may_manage(member)
