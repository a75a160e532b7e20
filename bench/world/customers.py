"""Customers with what reaches them, what they asked for and what was noted."""

from typing import Final
from uuid import UUID, uuid5

from django.db import connection

from bench.world import words
from bench.world.filled import Filling
from bench.world.sql import (
    DAYS,
    ONCE,
    chance,
    insert,
    key_at,
    key_of,
    local_day,
    one_of,
    padded,
    run,
    weighed,
)
from crm.actions import importing
from crm.models import ContactPoint, Customer, CustomerTag, Enquiry, FollowUp, Tag, Visit

NAMESPACE: Final = UUID("6f2f1f5c-0f6e-5e53-9a43-8f1c2f6f4b11")
BIRTHDAYS: Final = 0.4
WITH_PROJECT: Final = 0.7

_AGE: Final = f"{DAYS} * (1 - (n - 0.5) / %(customers)s)"
_SOURCE: Final = f"""(
    SELECT k.*, w.name, w.pinyin, %(now)s::timestamptz - k.age * interval '1 day' AS since,
        CASE WHEN {chance("k.id", "branch")} < 0.5 THEN 1
            ELSE 1 + ceil({chance("k.id", "other branch")} * (cardinality(%(branches)s::uuid[]) - 1))::int END AS branch,
        {chance("k.id", "estate")} < 0.85 AS in_estate,
        {chance("k.id", "birthday")} < {BIRTHDAYS} AS has_birthday
    FROM (SELECT n, {_AGE} AS age, {key_at(_AGE, "concat_ws('/', %(world)s, 'customer', n)")} AS id
          FROM generate_series(1, %(customers)s) n {ONCE}) k
    JOIN unnest(%(names)s::text[], %(pinyin)s::text[]) WITH ORDINALITY AS w(name, pinyin, place)
        ON w.place = 1 + floor(power({chance("k.id", "name")}, 2) * cardinality(%(names)s::text[]))::int
    {ONCE}
) c"""
_PHONE: Final = (
    "'+86' || (13000000000 + mod(uuid_hash_extended({key}, {salt}) & 9223372036854775807, 7000000000))"
)
_SHARED: Final = (
    "'+86' || (13000000000 + mod(hashint8extended(floor({thrown} * (1 + %(customers)s / 100))::bigint, %(seed)s)"
    " & 9223372036854775807, 7000000000))"
)


def write(filling: Filling) -> None:
    _customers(filling)
    _ways(filling)
    _enquiries(filling)
    _notes(filling)
    _tags(filling)


def write_estates(filling: Filling) -> None:
    """By the product's import: few enough, and found again by their names from the first moment."""
    names = words.estate_names(min(400, max(12, filling.shape.customers // 250)))
    given = [(uuid5(NAMESPACE, f"{filling.world}/estate/{name}"), name) for name in names]
    importing.write_imported_estates(given, by=None)
    filling.estates.extend(pk for pk, _name in given)


def _customers(filling: Filling) -> None:
    created = "c.since"
    columns = {
        "id": "c.id",
        "number": f"'KH-' || {_year(created)} || '-' || "
        + padded(f"row_number() OVER (PARTITION BY {_year(created)} ORDER BY c.n)", 5),
        "name": "c.name",
        "pinyin": "c.pinyin",
        "salutation": weighed("c.id", "salutation", {"mr": 0.48, "ms": 0.48, "": 0.04}),
        "importance": weighed("c.id", "importance", {"normal": 0.85, "key": 0.12, "vip": 0.03}),
        "source": weighed(
            "c.id", "source", {"phone": 0.2, "walk_in": 0.2, "referral": 0.2, "estate": 0.15, "online": 0.25}
        ),
        "style": one_of("c.id", "style", "%(styles)s::text[]"),
        "birthday_calendar": "CASE WHEN c.has_birthday THEN 'solar' ELSE '' END",
        "birthday_month": f"CASE WHEN c.has_birthday THEN 1 + floor({chance('c.id', 'month')} * 12)::int END",
        "birthday_day": f"CASE WHEN c.has_birthday THEN 1 + floor({chance('c.id', 'day')} * 28)::int END",
        "budget_min_fen": f"(8 + floor({chance('c.id', 'budget')} * 30))::bigint * 1000000",
        "budget_max_fen": f"(12 + floor({chance('c.id', 'budget')} * 50))::bigint * 1000000",
        "estate_id": f"CASE WHEN c.in_estate THEN {one_of('c.id', 'which estate', '%(estates)s::uuid[]')} END",
        "building": f"CASE WHEN c.in_estate THEN (1 + floor({chance('c.id', 'building')} * 30)::int)::text ELSE '' END",
        "unit": f"CASE WHEN c.in_estate THEN (1 + floor({chance('c.id', 'unit')} * 3)::int)::text ELSE '' END",
        "room": f"CASE WHEN c.in_estate THEN (1 + floor({chance('c.id', 'floor')} * 32)::int)::text"
        f" || lpad((1 + floor({chance('c.id', 'room')} * 4)::int)::text, 2, '0') ELSE '' END",
        "province": "'陕西省'",
        "city": "'西安市'",
        "address": f"CASE WHEN c.in_estate THEN '' ELSE {one_of('c.id', 'address', '%(addresses)s::text[]')} END",
        "branch_id": "(%(branches)s::uuid[])[c.branch]",
        "adviser_id": one_of("c.id", "adviser", "%(agents)s::uuid[]"),
        "created_at": created,
        "created_by_id": one_of("c.id", "adviser", "%(agents)s::uuid[]"),
        "last_contact_at": f"c.since + (%(now)s - c.since) * {chance('c.id', 'contact')}",
    }
    filling.run(insert(Customer, columns, _SOURCE))
    with connection.cursor() as cursor:  # the next number the product gives follows ours
        cursor.execute(_COUNT_ON, filling.values | {"kind": "customer"})


def _ways(filling: Filling) -> None:
    """A mobile each, shared by a few; spouses and WeChat names of some."""
    own = _PHONE.format(key="c.id", salt=41)
    shared = _SHARED.format(thrown=chance("c.id", "whose phone"))
    phone = f"CASE WHEN {chance('c.id', 'shares phone')} < 0.03 THEN {shared} ELSE {own} END"
    made = {"customer_id": "c.id", "created_at": "c.created_at"}
    reach = weighed("c.id", "reach", {"unknown": 0.3, "reachable": 0.64, "unreachable": 0.04, "wrong": 0.02})
    first = {"id": key_of("c.id", "'phone'"), "value": phone, "is_primary": "true", "reach": reach}
    filling.run(insert(ContactPoint, made | first, _of_firm()))
    second = {
        "id": key_of("c.id", "'second'"),
        "value": _PHONE.format(key="c.id", salt=43),
        "relation": weighed("c.id", "relation", {"spouse": 0.7, "parent": 0.2, "child": 0.1}),
    }
    filling.run(insert(ContactPoint, made | second, _of_firm(f"{chance('c.id', 'second phone')} < 0.25")))
    wechat = {
        "id": key_of("c.id", "'wechat'"),
        "kind": "'wechat'",
        "value": "'wx_' || substr(md5(c.id::text), 1, 8)",
        "is_primary": "true",
    }
    filling.run(insert(ContactPoint, made | wechat, _of_firm(f"{chance('c.id', 'wechat')} < 0.2")))


def _enquiries(filling: Filling) -> None:
    """Closed once something came of it; open are those of the last four months without a project."""
    builds = f"{chance('c.id', 'project')} < {WITH_PROJECT}"
    still_open = f"(NOT {builds} AND c.created_at > %(now)s::timestamptz - interval '120 days')"
    outcome = weighed(
        "c.id", "outcome", {"chose_other": 0.3, "budget": 0.2, "postponed": 0.3, "unreachable": 0.2}
    )
    columns = {
        "id": key_of("c.id", "'enquiry'"),
        "customer_id": "c.id",
        "opened_at": "c.created_at",
        "opened_by_id": "c.created_by_id",
        "source": "c.source",
        "wanted_mode": weighed("c.id", "wanted", {"full": 0.6, "half": 0.3, "design_only": 0.1}),
        "closed_at": f"CASE WHEN NOT {still_open} THEN least(c.created_at + interval '20 days', %(now)s) END",
        "outcome": f"CASE WHEN {still_open} THEN '' WHEN {builds} THEN 'project' ELSE {outcome} END",
    }
    filling.run(insert(Enquiry, columns, _of_firm()))


def _notes(filling: Filling) -> None:
    noted = {
        "id": key_of("c.id", "'note/' || i"),
        "customer_id": "c.id",
        "at": "c.created_at + (c.last_contact_at - c.created_at) * (i / 3.0)",
        "by_id": "c.adviser_id",
        "channel": weighed("c.id", "noted by", {"phone": 0.6, "wechat": 0.3, "visit": 0.1}),
        "text": one_of("c.id", "noted", "%(followed)s::text[]"),
    }
    often = f"{_of_firm()} CROSS JOIN generate_series(1, 2) i WHERE {chance('c.id', 'notes')} * 3 >= i"
    filling.run(insert(FollowUp, noted, often))
    visited = {
        "id": key_of("c.id", "'visit'"),
        "customer_id": "c.id",
        "branch_id": "c.branch_id",
        "came_at": "c.created_at",
        "left_at": "c.created_at + interval '70 minutes'",
        "received_by_id": "c.adviser_id",
        "created_at": "c.created_at",
    }
    filling.run(insert(Visit, visited, _of_firm(f"{chance('c.id', 'visit')} < 0.3")))


def _tags(filling: Filling) -> None:
    tags = Tag.objects.bulk_create(Tag(name=name) for name in words.TAGS)
    columns = {
        "id": key_of("c.id", "'tag'"),
        "customer_id": "c.id",
        "tag_id": one_of("c.id", "which tag", "%(tags)s::uuid[]"),
    }
    statement = insert(CustomerTag, columns, _of_firm(f"{chance('c.id', 'tagged')} < 0.2"))
    run(statement, **filling.values, tags=[tag.pk for tag in tags])


def _of_firm(condition: str = "") -> str:
    rows = "(SELECT * FROM crm_customer WHERE firm_id = %(firm)s) c"
    return f"{rows} WHERE {condition}" if condition else rows


def _year(moment: str) -> str:
    return f"extract(year FROM {local_day(moment)})::int"


_COUNT_ON: Final = """
    INSERT INTO tenancy_counter (firm_id, id, kind, year, last)
    SELECT %(firm)s, md5(concat_ws('/', %(world)s, 'counter', %(kind)s, split_part(number, '-', 2)))::uuid, %(kind)s,
        split_part(number, '-', 2)::int, count(*)
    FROM crm_customer WHERE firm_id = %(firm)s GROUP BY split_part(number, '-', 2)
"""
