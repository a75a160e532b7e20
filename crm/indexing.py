"""What of a customer and of an estate can be found; see ``tenancy.search`` for why tokens."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from core.pinyin import estate_tokens, name_tokens, number_tokens, phone_tokens, sort_key
from crm.models import ContactPoint, Customer, Estate
from crm.words import ContactKind
from tenancy import search

CUSTOMER, ESTATE = "customer", "estate"


def index_customer(customer: Customer) -> None:
    search.index(CUSTOMER, customer.pk, _written(customer) | _reached(customer.contact_points.all()))


def index_new_customer(customer: Customer, points: Iterable[ContactPoint]) -> None:
    """A customer just written down with these contact points."""
    search.index_new(CUSTOMER, customer.pk, _written(customer) | _reached(points))


def index_customers(customers: Iterable[Customer]) -> None:
    """The same for several at once, as an import and the undoing of a merge want it."""
    customers = list(customers)
    points: dict[UUID, list[ContactPoint]] = defaultdict(list)
    for point in ContactPoint.objects.filter(customer_id__in=[one.pk for one in customers]):
        points[point.customer_id].append(point)
    search.index_many(CUSTOMER, {one.pk: _written(one) | _reached(points[one.pk]) for one in customers})


def index_written(customer: Customer) -> None:
    """After a change on the form: everything but the contact points."""
    search.index(CUSTOMER, customer.pk, _written(customer))


def index_reached(customer: Customer) -> None:
    """After a change of the contact points."""
    search.index(CUSTOMER, customer.pk, _reached(customer.contact_points.all()))


def forget_customer(customer_id: UUID) -> None:
    search.forget(CUSTOMER, customer_id)


def index_estate(estate: Estate) -> None:
    search.index(ESTATE, estate.pk, {"name": estate_tokens(estate.name)})


def set_sort_key(thing: Any) -> None:
    thing.pinyin = sort_key(thing.name)


def _written(customer: Customer) -> dict[str, Iterable[str]]:
    return {
        "name": name_tokens(customer.name),
        "number": number_tokens(customer.number),
        "place": number_tokens(customer.house) | estate_tokens(customer.address),
    }


def _reached(points: Iterable[ContactPoint]) -> dict[str, Iterable[str]]:
    tokens: set[str] = set()
    for point in points:
        tokens |= phone_tokens(point.value) if point.kind == ContactKind.PHONE else number_tokens(point.value)
    return {"reach": tokens}
