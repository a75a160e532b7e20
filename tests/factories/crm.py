"""Customers and what belongs to them, made through the actions so that they can be found. Dull on purpose."""

import itertools
from typing import Any

from crm import actions
from crm.models import ContactPoint, Customer, Enquiry, Estate, Tag, Visit
from crm.reaching import Way

_next = itertools.count(1)


def a_phone() -> str:
    return f"138{next(_next):08d}"


def make_customer(
    name: str = "陈立群", *, phone: str | None = None, by: Any = None, **facts: Any
) -> Customer:
    """With one phone of its own; ``phone=""``: nobody knows how to reach them."""
    phone = a_phone() if phone is None else phone
    ways = facts.pop("contact_points", [Way(phone)] if phone else [])
    return actions.create_customer(name, by=by, contact_points=ways, **facts)


def make_contact_point(customer: Customer, value: str = "", **facts: Any) -> ContactPoint:
    return actions.add_contact_point(customer, way=Way(value or a_phone(), **facts), by=None)


def make_estate(name: str = "", **facts: Any) -> Estate:
    return actions.create_estate(name or f"云栖花园{next(_next)}", by=None, **facts)


def make_tag(name: str = "", **facts: Any) -> Tag:
    return actions.create_tag(name or f"标签{next(_next)}", by=None, **facts)


def make_enquiry(customer: Customer, **facts: Any) -> Enquiry:
    return actions.open_enquiry(customer, by=None, **facts)


def make_visit(customer: Customer, **facts: Any) -> Visit:
    return actions.record_visit(customer, by=None, **facts)
