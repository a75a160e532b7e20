"""Names of a ledger and who or what the firm knows by them: branches, estates, people. Unknown ones are proposed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from core.pinyin import full_pinyin
from core.text import clean_text, squeeze
from crm.actions.importing import write_imported_estates
from crm.models import Estate
from tenancy.models import Branch, Member, Post, Role
from tenancy.models.base import uuid7
from workspace.ledger.columns import Field
from workspace.ledger.sheets import branch_key

ROLES: Final = {
    Field.ADVISER: Role.CS_AGENT,
    Field.DESIGNER: Role.DESIGNER,
    Field.PROJECT_MANAGER: Role.PROJECT_MANAGER,
    Field.FOREMAN: Role.PROJECT_MANAGER,
    Field.SUPERVISOR: Role.SUPERVISOR,
    Field.INSPECTOR: Role.SUPERVISOR,
}


@dataclass
class Person:
    """A member as far as matching needs one. ``posts``: (role, branch); a branch of None is the whole firm."""

    id: UUID
    name: str
    posts: set[tuple[str, UUID | None]] = field(default_factory=set)
    proposed: set[tuple[str, UUID | None]] = field(default_factory=set)
    is_new: bool = False
    is_proposed: bool = False


class Directory:
    """Read once per piece of work. With ``creating`` off an unknown name is simply nobody."""

    def __init__(self) -> None:
        self.branches = {branch.pk: branch for branch in Branch.objects.all()}
        self._branch_keys = {branch_key(branch.name): branch.pk for branch in self.branches.values()}
        self._codes = {branch.code for branch in self.branches.values()}
        self.new_branches: dict[UUID, Branch] = {}
        self._estates: dict[str, UUID] = {}
        self.estate_names: dict[UUID, str] = {}
        for pk, name in Estate.objects.order_by("-created_at", "-pk").values_list("pk", "name"):
            self._estates[squeeze(name)] = pk
            self.estate_names[pk] = name
        self.new_estates: dict[UUID, str] = {}
        self.people: dict[UUID, Person] = {}
        self._by_name: dict[str, list[Person]] = defaultdict(list)
        self._read_people()

    def branch(self, name: str, *, creating: bool = True) -> UUID | None:
        """The branch of this name; an unknown one becomes a new own branch."""
        key = branch_key(name)
        if not key:
            return None
        if key not in self._branch_keys and creating:
            self._propose_branch(name, key)
        return self._branch_keys.get(key)

    def only_branch(self) -> UUID | None:
        """Where a firm has one branch, a row need not name it."""
        return next(iter(self.branches)) if len(self.branches) == 1 else None

    def branch_name(self, branch_id: UUID | None) -> str:
        return self.branches[branch_id].name if branch_id in self.branches else ""

    def estate(self, name: str, *, creating: bool = True) -> UUID | None:
        key = squeeze(name)
        if not key:
            return None
        if key not in self._estates and creating:
            pk = uuid7()
            self._estates[key] = pk
            self.estate_names[pk] = self.new_estates[pk] = clean_text(name)[:60]
        return self._estates.get(key)

    def member(self, name: str, slot: str, branch_id: UUID | None, *, creating: bool = True) -> UUID | None:
        """Who is called this here. Of several, the one with the fitting post in the branch; else nobody."""
        found = self._fitting(self._by_name[squeeze(name)], ROLES[Field(slot)], branch_id)
        if found is None and not self._by_name[squeeze(name)] and creating:
            found = self._propose(name)
        if found is not None and found.is_proposed and creating:
            self._propose_post(found, ROLES[Field(slot)], branch_id)
        return found.id if found else None

    def is_ambiguous(self, name: str) -> bool:
        return len(self._by_name[squeeze(name)]) > 1

    def write_down(self, *, by: Member | None) -> None:
        """Create what was proposed since the last time."""
        Branch.objects.bulk_create(list(self.new_branches.values()))
        write_imported_estates(list(self.new_estates.items()), by=by)
        new = [person for person in self.people.values() if person.is_new]
        note = _("由台账导入，待确认")
        Member.objects.bulk_create(
            Member(id=person.id, name=person.name[:40], state=Member.State.PROPOSED, note=note)
            for person in new
        )
        Post.objects.bulk_create(self._new_posts())
        self.new_branches, self.new_estates = {}, {}
        for person in self.people.values():
            person.is_new, person.proposed = False, set()

    def proposals(self) -> list[dict[str, str]]:
        """The people a ledger names and the firm does not know, as they are shown before anything is written."""
        return [
            {
                "name": person.name,
                "roles": "、".join(sorted({str(Role(role).label) for role, _branch in person.posts})),
                "branches": "、".join(
                    sorted(filter(None, (self.branch_name(b) for _role, b in person.posts)))
                ),
            }
            for person in self.people.values()
            if person.is_new
        ]

    def _read_people(self) -> None:
        states = (Member.State.ACTIVE, Member.State.PROPOSED)
        for member in Member.objects.filter(state__in=states).prefetch_related("posts"):
            posts = {(post.role, post.branch_id) for post in member.posts.all()}
            person = Person(member.pk, member.name, posts, is_proposed=member.state == Member.State.PROPOSED)
            self._keep(person)

    def _keep(self, person: Person) -> None:
        self.people[person.id] = person
        self._by_name[squeeze(person.name)].append(person)

    def _fitting(self, named: list[Person], role: str, branch_id: UUID | None) -> Person | None:
        if len(named) <= 1:
            return next(iter(named), None)
        fitting = [person for person in named if person.posts & {(role, branch_id), (role, None)}]
        return fitting[0] if len(fitting) == 1 else None

    def _propose(self, name: str) -> Person:
        person = Person(uuid7(), clean_text(name), is_new=True, is_proposed=True)
        self._keep(person)
        return person

    def _propose_post(self, person: Person, role: str, branch_id: UUID | None) -> None:
        if (role, branch_id) not in person.posts:
            person.posts.add((role, branch_id))
            person.proposed.add((role, branch_id))

    def _propose_branch(self, name: str, key: str) -> None:
        branch = Branch(id=uuid7(), name=clean_text(name)[:40], code=self._free_code(key))
        self.branches[branch.pk] = self.new_branches[branch.pk] = branch
        self._branch_keys[key] = branch.pk

    def _free_code(self, key: str) -> str:
        """Latin letters people can type: 西安 → xian, and xian-2 when that is taken."""
        stem = (
            "".join(char for char in full_pinyin(key) if char.isascii() and char.isalnum())[:16] or "branch"
        )
        code = next(code for code in _numbered(stem) if code not in self._codes)
        self._codes.add(code)
        return code

    def _new_posts(self) -> Iterable[Post]:
        for person in self.people.values():
            for role, branch_id in sorted(person.proposed, key=str):
                yield Post(member_id=person.id, role=role, branch_id=branch_id)


def _numbered(stem: str) -> Iterable[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1
