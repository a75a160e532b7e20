"""What roles are called here: the firm's own words over ours."""

from collections.abc import Iterable

from tenancy.models import Member, Role, RoleLabel

STAFF_ROLES = tuple(role for role in Role if role != Role.PARTNER_API)


def labels() -> dict[str, str]:
    """One query. Every role has a word."""
    own = dict(RoleLabel.objects.values_list("role", "label"))
    return {role.value: own.get(role.value) or str(role.label) for role in Role}


def choices() -> list[tuple[str, str]]:
    words = labels()
    return [(role.value, words[role.value]) for role in STAFF_ROLES]


def told(member: Member, words: dict[str, str]) -> str:
    """``客服专员、设计师``."""
    return "、".join(dict.fromkeys(words[post.role] for post in member.held_posts))


def sorted_by_rank(roles: Iterable[str]) -> list[str]:
    order = {role.value: place for place, role in enumerate(Role)}
    return sorted(roles, key=order.__getitem__)
