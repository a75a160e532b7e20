"""What the firm already has of the customers in some rows: a few queries for hundreds of rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.pinyin import sort_key
from core.text import letters_and_digits, squeeze
from crm.models import ContactPoint, Customer
from crm.words import ContactKind
from projects.models import Project
from workspace.ledger.duplicates import place_key
from workspace.ledger.rows import LedgerRow
from workspace.models import ImportRow
from workspace.models.imports import Outcome


@dataclass
class KnownProject:
    """``record`` is the row in the database; None, or ``in_run``, for one that this very import makes."""

    id: UUID
    place: str
    contract_number: str = ""
    record: Project | None = None
    base: LedgerRow | None = None
    in_run: bool = False


@dataclass
class KnownCustomer:
    """``base`` is the ledger row this customer was last taken from: what changed since then was a person's doing."""

    id: UUID
    name: str
    place: str
    phones: set[str] = field(default_factory=set)
    record: Customer | None = None
    base: LedgerRow | None = None
    projects: list[KnownProject] = field(default_factory=list)
    in_run: bool = False
    branch_id: UUID | None = None

    @property
    def places(self) -> set[str]:
        return {self.place, *(project.place for project in self.projects)} - {""}

    def project_for(self, row: LedgerRow) -> KnownProject | None:
        """The project a row speaks of: by contract number, by the home, or the only one when the row names none."""
        number, place = squeeze(row.contract_number), place_key(row)
        for project in self.projects:
            if number and squeeze(project.contract_number) == number:
                return project
        for project in self.projects:
            if place and project.place == place:
                return project
        return self.projects[0] if not place and len(self.projects) == 1 else None


@dataclass(frozen=True)
class Match:
    """The customer a row speaks of, and what a person should look at either way."""

    customer: KnownCustomer | None
    sentences: tuple[tuple[str, KnownCustomer], ...] = ()


SAME_PHONE, SAME_HOME = "same_phone", "same_home"


class Known:
    """Customers by number and by name; grows with what this import itself makes."""

    def __init__(self) -> None:
        self._by_phone: dict[str, list[KnownCustomer]] = defaultdict(list)
        self._by_name: dict[str, list[KnownCustomer]] = defaultdict(list)
        self._ids: set[UUID] = set()

    def read(
        self, rows: Sequence[LedgerRow], *, branch_ids: Sequence[str] = (), batch_id: UUID | None = None
    ) -> None:
        """Look the customers of these rows up, with their projects and the ledger rows they came from."""
        customers = self._customers(rows, branch_ids)
        ids = [customer.pk for customer in customers]
        bases = _bases(ids)
        fresh = _made_by(batch_id, ids)
        phones = _phones(ids)
        projects = _projects(ids, bases, fresh)
        for customer in customers:
            self.add(
                KnownCustomer(
                    customer.pk,
                    customer.name,
                    place_of(customer),
                    phones[customer.pk],
                    customer,
                    bases.get((customer.pk, None)),
                    projects[customer.pk],
                    in_run=customer.pk in fresh,
                )
            )

    def add(self, customer: KnownCustomer) -> None:
        self._ids.add(customer.id)
        self._by_name[squeeze(customer.name)].append(customer)
        for phone in customer.phones:
            self._by_phone[phone].append(customer)

    def let_go(self) -> None:
        """Keep only what this import itself makes; what the firm had is read again where a later row needs it."""
        kept = {
            customer.id: customer
            for customers in self._by_name.values()
            for customer in customers
            if customer.record is None or any(project.record is None for project in customer.projects)
        }
        self._by_phone.clear()
        self._by_name.clear()
        self._ids = set()
        for customer in kept.values():
            self.add(customer)

    def named(self, name: str) -> list[KnownCustomer]:
        return self._by_name[squeeze(name)]

    def match(self, row: LedgerRow) -> Match:
        """The same name with the same number, or in the same home when one of the two has no number."""
        by_phone = _once(customer for phone in row.phones for customer in self._by_phone[phone.e164])
        for customer in by_phone:
            if squeeze(customer.name) == squeeze(row.name):
                return Match(customer)
        place = place_key(row)
        neighbours = [one for one in self._by_name[squeeze(row.name)] if place and place in one.places]
        for customer in neighbours:
            if not row.phones or not customer.phones:
                return Match(customer)
        others = [(SAME_PHONE, one) for one in by_phone] + [(SAME_HOME, one) for one in neighbours]
        return Match(None, tuple(others[:2]))

    def _customers(self, rows: Sequence[LedgerRow], branch_ids: Sequence[str]) -> list[Customer]:
        numbers = {phone.e164 for row in rows for phone in row.phones}
        names = {row.name for row in rows} | {row.referrer for row in rows if row.referrer}
        held = ContactPoint.objects.filter(kind=ContactKind.PHONE, value__in=numbers)
        by_phone = set(held.values_list("customer_id", flat=True))
        living = Customer.objects.living().select_related("estate")
        if branch_ids:
            living = living.filter(branch_id__in=branch_ids)
        found = {one.pk: one for one in living.filter(pk__in=by_phone)}
        found |= {one.pk: one for one in living.filter(pinyin__in={sort_key(name) for name in names})}
        return [one for pk, one in found.items() if pk not in self._ids]


def place_of(thing: Any) -> str:
    """The home of a customer or project in the same words as ``place_key`` of a row."""
    estate = thing.estate.name if thing.estate_id else ""
    number = letters_and_digits(thing.house if isinstance(thing, Customer) else thing.room)
    return (
        f"{letters_and_digits(estate)}|{number}".strip("|") if number else letters_and_digits(thing.address)
    )


def _phones(ids: list[UUID]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    points = ContactPoint.objects.filter(customer_id__in=ids, kind=ContactKind.PHONE)
    for customer_id, value in points.values_list("customer_id", "value"):
        found[customer_id].add(value)
    return found


def _projects(
    ids: list[UUID], bases: dict[Any, LedgerRow], fresh: set[UUID]
) -> dict[UUID, list[KnownProject]]:
    found: dict[UUID, list[KnownProject]] = defaultdict(list)
    for project in (
        Project.objects.filter(customer_id__in=ids).select_related("estate").order_by("opened_on", "pk")
    ):
        base = bases.get((project.customer_id, project.pk))
        known = KnownProject(
            project.pk, place_of(project), project.contract_number, project, base, project.pk in fresh
        )
        found[project.customer_id].append(known)
    return found


def _bases(ids: list[UUID]) -> dict[Any, LedgerRow]:
    """The latest ledger row behind each customer (key: id, None) and behind each project (key: id, project)."""
    rows = ImportRow.objects.filter(customer_id__in=ids, applied_at__isnull=False).exclude(
        outcome="duplicate"
    )
    found: dict[Any, LedgerRow] = {}
    for customer_id, project_id, data in rows.order_by("applied_at", "position").values_list(
        "customer_id", "project_id", "data"
    ):
        read = LedgerRow.from_data(data)
        found[customer_id, None] = found[customer_id, project_id] = read
    return found


def _made_by(batch_id: UUID | None, ids: list[UUID]) -> set[UUID]:
    """Customers and projects that earlier rows of this very import have made."""
    if batch_id is None:
        return set()
    rows = ImportRow.objects.filter(
        batch_id=batch_id, customer_id__in=ids, outcome=Outcome.CREATED, applied_at__isnull=False
    )
    made: set[UUID] = set()
    for customer_id, project_id, lines in rows.values_list("customer_id", "project_id", "new"):
        made |= {customer_id} if "customer" in lines else set()
        made |= {project_id} if "project" in lines and project_id else set()
    return made


def _once(customers: Iterable[KnownCustomer]) -> list[KnownCustomer]:
    return list({customer.id: customer for customer in customers}.values())
