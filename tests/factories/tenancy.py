"""Firms and their people. Every function stands on its own; nothing here is clever."""

import itertools
from typing import Any

from tenancy import keys
from tenancy.models import ApiClient, ApiKeyIndex, Branch, Firm, Member, Post, Role, Seat, User
from tenancy.scoping import firm_scope

PASSWORD = "春天装修房子-2026"

_next = itertools.count(1)


def make_firm(code: str = "", **fields: Any) -> Firm:
    code = code or f"firm-{next(_next)}"
    return Firm.objects.create(code=code, **{"name": f"{code} 装饰"} | fields)


def make_branch(firm: Firm, **fields: Any) -> Branch:
    number = next(_next)
    with firm_scope(firm.pk):
        return Branch.objects.create(**{"code": f"b{number}", "name": f"第 {number} 分公司"} | fields)


def make_user(**fields: Any) -> User:
    number = next(_next)
    return User.objects.create_user(
        **{"phone": f"+86139{number:08d}", "name": f"员工{number}", "password": PASSWORD} | fields
    )


def make_member(
    *roles: str, firm: Firm, branch: Branch | None = None, user: User | None = None, **fields: Any
) -> Member:
    """Somebody who can sign in. ``branch`` None: the posts are for the whole firm."""
    user = user or make_user(**{"name": fields["name"]} if "name" in fields else {})
    Seat.objects.get_or_create(user=user, firm=firm)
    with firm_scope(firm.pk):
        member = Member.objects.create(user=user, **{"name": user.name, "phone": user.phone or ""} | fields)
        for role in roles:
            Post.objects.create(member=member, role=role, branch=branch)
    return member


def make_api_key(firm: Firm, branch: Branch, *, scopes: tuple[str, ...] = (), **fields: Any) -> str:
    """A partner's key in the clear; its client is found by ``keys.find(f"Bearer {key}").prefix``."""
    key, prefix, digest = keys.make()
    ApiKeyIndex.objects.create(prefix=prefix, digest=digest, firm=firm)
    with firm_scope(firm.pk):
        member = Member.objects.create(name=f"接口 {prefix}")
        Post.objects.create(member=member, role=Role.PARTNER_API, branch=branch)
        ApiClient.objects.create(
            **{
                "name": "合作系统",
                "member": member,
                "branch": branch,
                "prefix": prefix,
                "scopes": list(scopes),
            }
            | fields
        )
    return key
