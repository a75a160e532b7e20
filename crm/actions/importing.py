"""Customers that a ledger brings along: written down many at once, in a few statements however many rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.lunar import Birthday
from core.phone import Phone
from core.pinyin import estate_tokens
from core.text import clean_text
from crm.actions.checks import put, require_arranger
from crm.actions.customers import FACTS, NUMBER_PREFIX
from crm.indexing import ESTATE, index_customers, set_sort_key
from crm.models import ContactPoint, Customer, Estate
from crm.words import ContactKind
from tenancy import numbers, search
from tenancy.models import Member

BATCH = 500
MOST_WAYS = 20


@dataclass(frozen=True)
class ImportedCustomer:
    """One customer of a ledger. ``facts`` are named as on ``Customer``; foreign keys by their column (``estate_id``)."""

    id: UUID
    name: str
    branch_id: UUID | None = None
    adviser_id: UUID | None = None
    phones: Sequence[Phone] = ()
    wechat: str = ""
    birthday: Birthday | None = None
    since: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def write_imported_customers(rows: Sequence[ImportedCustomer], *, by: Member | None) -> list[Customer]:
    """Write many customers of a ledger down, with their numbers and what finds them again. In the order given."""
    require_arranger(by)
    if not rows:
        return []
    taken = numbers.reserve("customer", len(rows), prefix=NUMBER_PREFIX, width=5)
    customers = [_customer(row, number, by) for row, number in zip(rows, taken, strict=True)]
    Customer.objects.bulk_create(customers, batch_size=BATCH)
    points = [point for row, customer in zip(rows, customers, strict=True) for point in _ways(row, customer)]
    ContactPoint.objects.bulk_create(points, batch_size=BATCH)
    index_customers(customers)
    return customers


@transaction.atomic
def write_imported_estates(names: Sequence[tuple[UUID, str]], *, by: Member | None) -> list[Estate]:
    """Estates a ledger names and the firm does not know yet."""
    require_arranger(by)
    estates = [Estate(id=pk, name=clean_text(name)[:60]) for pk, name in names]
    for estate in estates:
        set_sort_key(estate)
    Estate.objects.bulk_create(estates, batch_size=BATCH)
    search.index_many(ESTATE, {estate.pk: {"name": estate_tokens(estate.name)} for estate in estates})
    return estates


@transaction.atomic
def link_imported_referrers(referrers: Mapping[UUID, UUID], *, by: Member | None) -> int:
    """Say of many customers at once who sent them (customer → referrer)."""
    require_arranger(by)
    customers = list(Customer.objects.living().filter(pk__in=list(referrers), referrer=None))
    for customer in customers:
        customer.referrer_id = referrers[customer.pk]
    for start in range(0, len(customers), BATCH):
        Customer.objects.bulk_update(customers[start : start + BATCH], ["referrer"])
    return len(customers)


def birthday_facts(birthday: Birthday | None) -> dict[str, Any]:
    """A birthday as the columns of ``Customer`` hold it."""
    if birthday is None:
        return {}
    return {
        "birthday_calendar": birthday.calendar,
        "birthday_year": birthday.year,
        "birthday_month": birthday.month,
        "birthday_day": birthday.day,
        "birthday_leap": birthday.leap,
        "birthday_original": birthday.original[:60],
    }


def _customer(row: ImportedCustomer, number: str, by: Member | None) -> Customer:
    customer = Customer(
        id=row.id,
        number=number,
        name=row.name,
        branch_id=row.branch_id,
        adviser_id=row.adviser_id,
        created_by=by,
        last_contact_at=min(row.since or timezone.now(), timezone.now()),
        **birthday_facts(row.birthday),
    )
    put(customer, row.facts, {*FACTS, "estate_id", "referrer_id"})
    set_sort_key(customer)
    return customer


def _ways(row: ImportedCustomer, customer: Customer) -> list[ContactPoint]:
    """The first number is the primary one; a WeChat name of its kind too."""
    phones = [
        ContactPoint(
            customer=customer,
            value=phone.e164,
            extension=phone.extension,
            kind=ContactKind.PHONE,
            is_primary=place == 0,
        )
        for place, phone in enumerate(row.phones[:MOST_WAYS])
    ]
    if not row.wechat:
        return phones
    return [
        *phones,
        ContactPoint(customer=customer, value=row.wechat[:40], kind=ContactKind.WECHAT, is_primary=True),
    ]
