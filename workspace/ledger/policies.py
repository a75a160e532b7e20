"""Who may bring a ledger in."""

from tenancy.models import Member, Role
from tenancy.policies import FIRM_MANAGERS

IMPORT = FIRM_MANAGERS | {Role.BRANCH_MANAGER}
"""Headquarters for every branch; a branch's manager for that branch."""


def may_import(member: Member) -> bool:
    return not member.roles.isdisjoint(IMPORT)
