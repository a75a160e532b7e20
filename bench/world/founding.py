"""A firm with its branches and people, opened by the product's own actions; only the staff nobody signs in as is written in bulk."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bench.world import words
from bench.world.shape import FirmShape
from tenancy.actions import api_clients, firms, invitations, members, structure
from tenancy.api import scopes
from tenancy.models import Branch, Firm, Invitation, Member, Post, Role
from tenancy.scoping import firm_scope

PASSWORD: Final = "JuanBench-2026"  # noqa: S105 - invented people in a database of their own
AGENTS: Final = 8
FIRM_WIDE: Final = (Role.CS_MANAGER,)
OF_A_BRANCH: Final = (
    Role.BRANCH_MANAGER,
    Role.ENGINEERING_MANAGER,
    Role.DESIGN_REVIEWER,
    Role.BUDGETER,
    Role.SERVICE_TEAM_LEAD,
    Role.TECHNICIAN,
    Role.ADMINISTRATION,
    Role.FINANCE,
)
CUSTOMERS_OF: Final = {Role.DESIGNER: 1_200, Role.PROJECT_MANAGER: 2_500, Role.SUPERVISOR: 3_000}
"""How many customers one of them has over six years."""


@dataclass(frozen=True)
class Staff:
    """Who may be named on a row: for each role the members of the first branch, then of the second …, as many in each."""

    branches: list[UUID]
    agents: list[UUID]
    by_role: Mapping[str, list[UUID]]


@dataclass(frozen=True)
class Accounts:
    emails: dict[str, str]
    agents: list[str]
    api_key: str


def found(shape: FirmShape) -> Firm:
    """The firm with its administrator; two-step sign-in is off, as a driver has no telephone."""
    firm, admin = firms.found_firm(
        shape.code,
        f"{words.ESTATE_FIRST[int(shape.code[-3:]) % 30]}装饰{shape.code[-3:]}",
        admin_name="管玉",
        admin_email=f"{Role.FIRM_ADMIN}@{shape.code}.example",
        admin_password=PASSWORD,
    )
    with firm_scope(firm.pk):
        firms.change_settings({"totp_required": False}, by=admin)
    return firm


def hire(shape: FirmShape) -> Staff:
    """Inside the firm's scope."""
    branches = _open_branches(1 + min(11, shape.customers // 5_000))
    by_role = {
        role.value: _engage(role, branches, math.ceil(shape.customers / len(branches) / each))
        for role, each in CUSTOMERS_OF.items()
    }
    agents = _engage(Role.CS_AGENT, [None], AGENTS)
    return Staff([branch.pk for branch in branches], agents, by_role)


def sign_up(code: str, staff: Staff) -> Accounts:
    """One account for each role, eight for the call desk, and a key of the first branch that may do everything."""
    admin = Member.objects.with_posts().get(posts__role=Role.FIRM_ADMIN)
    first = Branch.objects.get(pk=staff.branches[0])
    emails = {Role.FIRM_ADMIN.value: f"{Role.FIRM_ADMIN}@{code}.example"}
    for role in (*FIRM_WIDE, *OF_A_BRANCH):
        posts = [(role.value, first if role in OF_A_BRANCH else None)]
        emails[role.value] = _let_in(members.add_member(role.value, by=admin, posts=posts), role, code, admin)
    for name, people in staff.by_role.items():
        emails[name] = _let_in(Member.objects.get(pk=people[0]), name, code, admin)
    agents = [
        _let_in(Member.objects.get(pk=pk), f"agent{place}", code, admin)
        for place, pk in enumerate(staff.agents, start=1)
    ]
    allowed = [scope for scope, _label in scopes.scope_choices()]
    _client, key = api_clients.issue_key("bench", by=admin, branch=first, scopes=allowed)
    return Accounts({**emails, Role.CS_AGENT.value: agents[0]}, agents, key)


def _open_branches(count: int) -> list[Branch]:
    admin = Member.objects.get(posts__role=Role.FIRM_ADMIN)
    first = Branch.objects.get(code="hq")
    others = [
        structure.open_branch(
            by=admin, code=f"b{number:02d}", name=f"{words.ESTATE_FIRST[number]}店", regions=[]
        )
        for number in range(1, count)
    ]
    return [first, *others]


def _engage(role: str, branches: list[Branch] | list[None], each: int) -> list[UUID]:
    names = words.vocabulary(500).names
    places = [(branch, number) for branch in branches for number in range(each)]
    people = Member.objects.bulk_create(
        Member(name=names[hash_of(role, place) % len(names)], number=f"{role}-{place:04d}"[:20])
        for place in range(len(places))
    )
    Post.objects.bulk_create(
        Post(member=person, role=role, branch=branch)
        for person, (branch, _number) in zip(people, places, strict=True)
    )
    return [person.pk for person in people]


def hash_of(role: str, place: int) -> int:
    return sum(map(ord, role)) * 7 + place * 13


def _let_in(member: Member, login: str, code: str, admin: Member) -> str:
    email = f"{login}@{code}.example"
    members.change_member(member, by=admin, email=email)
    invitations.invite(Member.objects.get(pk=member.pk), by=admin)
    invitations.accept(Invitation.objects.get(member=member, accepted_at=None), password=PASSWORD)
    return email
