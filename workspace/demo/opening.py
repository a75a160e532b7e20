"""Opens the demo firm: branches, people with their accounts, departments, and its ledger."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from uuid import UUID

from tenancy.actions import firms, invitations, members, structure
from tenancy.models import Branch, Department, Firm, Invitation, Member, Role
from tenancy.scoping import firm_scope
from workspace.demo import cast, clock, ledger
from workspace.ledger.shell import take_in


@dataclass
class Demo:
    """The open firm; names lead to its rows. Use inside the firm's scope."""

    firm: Firm

    @cached_property
    def branches(self) -> dict[str, Branch]:
        return {branch.code: branch for branch in Branch.objects.all()}

    @cached_property
    def people(self) -> dict[str, Member]:
        return {member.name: member for member in Member.objects.prefetch_related("posts")}

    def one(self, role: str, branch: str = "") -> Member:
        """The first person of the cast with this role (in the branch)."""
        names = [
            part.name for part in cast.PEOPLE if part.role == role and (not branch or part.branch == branch)
        ]
        return self.people[names[0]]

    @property
    def admin(self) -> Member:
        return self.one(Role.FIRM_ADMIN)

    @property
    def agent(self) -> Member:
        return self.one(Role.CS_AGENT)


def open_firm() -> Demo:
    """Found the firm with its people; if it is there already, nothing changes."""
    firm = Firm.objects.filter(code=cast.FIRM_CODE).first()
    if firm is None:
        with clock.living_at(clock.at(clock.today() - timedelta(days=400), 9)):
            firm = _found()
    return Demo(firm)


def take_in_ledger(demo: Demo) -> None:
    """The whole customer list by the ordinary import."""
    name = f"{cast.FIRM_NAME}客户台账.xlsx"
    take_in(demo.firm.pk, ledger.workbook(clock.today()), name, by=_admin_of(demo.firm))


def _found() -> Firm:
    head, first = cast.PEOPLE[0], cast.BRANCHES[0]
    firm, admin = firms.found_firm(
        cast.FIRM_CODE,
        cast.FIRM_NAME,
        admin_name=head.name,
        admin_email=head.email,
        admin_password=cast.PASSWORD,
        branch_name=first.name,
    )
    with firm_scope(firm.pk):
        firms.change_settings({"totp_required": False}, by=admin)
        branches = _open_branches(admin)
        found = {head.name: admin} | {p.name: _hire(p, branches, admin) for p in cast.PEOPLE[1:]}
        _open_departments(branches, found, admin)
    return firm


def _open_branches(admin: Member) -> dict[str, Branch]:
    """The first one was opened with the firm."""
    branches = {}
    for part in cast.BRANCHES:
        facts = {
            "code": part.code,
            "name": part.name,
            "kind": part.kind,
            "regions": list(part.regions),
            "address": part.address,
            "hotline": part.hotline,
        }
        known = Branch.objects.filter(name=part.name).first()
        change = (
            structure.change_branch(known, by=admin, **facts)
            if known
            else structure.open_branch(by=admin, **facts)
        )
        branches[part.code] = change
    return branches


def _hire(part: cast.Part, branches: dict[str, Branch], admin: Member) -> Member:
    branch = branches.get(part.branch)
    member = members.add_member(part.name, by=admin, posts=[(part.role, branch)], email=part.email)
    if part.login:
        invitations.invite(member, by=admin)
        invitations.accept(Invitation.objects.get(member=member, accepted_at=None), password=cast.PASSWORD)
    return member


def _open_departments(branches: dict[str, Branch], found: dict[str, Member], admin: Member) -> None:
    for name, kind, branch, head in cast.DEPARTMENTS:
        structure.open_department(
            by=admin, name=name, kind=Department.Kind(kind), branch=branches.get(branch), head=found[head]
        )


def _admin_of(firm: Firm) -> Member:
    with firm_scope(firm.pk):
        return Member.objects.with_posts().get(name=cast.PEOPLE[0].name)


def account_ids(firm: Firm) -> list[UUID]:
    """Users who can sign in to the demo firm."""
    return list(firm.seats.values_list("user_id", flat=True))
