"""Who may, said once. A policy is a predicate over a member (and a thing); pages, API and tasks ask the same one."""

from tenancy.models import Member, Role

FIRM_MANAGERS = frozenset({Role.FIRM_ADMIN, Role.CS_MANAGER})
"""May change how the firm works."""

SERVICE = frozenset({Role.FIRM_ADMIN, Role.CS_MANAGER, Role.CS_AGENT})
"""Look after customers: phone them, write them down, answer for the promises."""

BRANCH_WIDE = SERVICE | {
    Role.BRANCH_MANAGER,
    Role.ENGINEERING_MANAGER,
    Role.FINANCE,
    Role.ADMINISTRATION,
    Role.DESIGN_REVIEWER,
    Role.BUDGETER,
    Role.SERVICE_TEAM_LEAD,
    Role.PARTNER_API,
}
"""See every customer and project of their branches; everybody else only those they are named on."""

UNMASK = SERVICE | {Role.BRANCH_MANAGER, Role.ENGINEERING_MANAGER}
"""May uncover a customer's whole phone number with a recorded click; people named on a project may too, for it."""

EXPORT = frozenset({Role.FIRM_ADMIN, Role.CS_MANAGER, Role.BRANCH_MANAGER})

RATED = frozenset({Role.DESIGNER, Role.PROJECT_MANAGER, Role.SUPERVISOR, Role.TECHNICIAN})
"""Are rated by owners and never read raw answers about themselves."""


def may_administer(member: Member) -> bool:
    return member.has_role(Role.FIRM_ADMIN)


def may_manage(member: Member) -> bool:
    return not member.roles.isdisjoint(FIRM_MANAGERS)


def serves(member: Member) -> bool:
    return not member.roles.isdisjoint(SERVICE)


def sees_whole_branch(member: Member) -> bool:
    return not member.roles.isdisjoint(BRANCH_WIDE)


def may_unmask(member: Member) -> bool:
    return not member.roles.isdisjoint(UNMASK)


def may_export(member: Member) -> bool:
    return not member.roles.isdisjoint(EXPORT)


def may_read_trail(member: Member) -> bool:
    """The firm-wide page; every object's own trail is shown to whoever sees the object."""
    return not member.roles.isdisjoint({Role.FIRM_ADMIN, Role.CS_MANAGER})
