"""Search tokens of everything that can be found, cut in SQL exactly as ``crm.indexing`` and ``projects.search`` cut them.

What is made of words (names, addresses, estates) was cut once by the product's own functions; numbers and digits, which
differ for every row, are cut here. A test compares both.
"""

from typing import Any, Final

from django.db import connection

from bench.world import words
from bench.world.filled import Filling
from core.pinyin import estate_tokens

_INSERT: Final = """
    INSERT INTO tenancy_searchtoken (firm_id, id, kind, subject_id, field, token)
    SELECT %(firm)s, md5(concat_ws('|', %(kind)s, subject_id, field, token))::uuid, %(kind)s, subject_id, field,
        left(token, 64)
    FROM ({found}) AS t(subject_id, field, token)
"""
_TAILS: Final = """
    SELECT {row}.id, '{field}', t.token FROM {table} {row}
    CROSS JOIN LATERAL (SELECT regexp_split_to_array(lower({text}), '[^0-9a-z]+') AS parts) s
    CROSS JOIN LATERAL (
        SELECT array_to_string(parts[start:], '') AS token FROM generate_series(1, cardinality(parts)) start
    ) t
    WHERE {row}.firm_id = %(firm)s AND t.token <> ''
"""
"""A room or a number: the whole, and every tail after a separator."""

_HOUSE: Final = "concat_ws('-', nullif(c.building, ''), nullif(c.unit, ''), nullif(c.room, ''))"
_DIGITS: Final = """
    SELECT DISTINCT w.customer_id, 'reach', substr(w.value, 3 + start, 4)
    FROM crm_contactpoint w CROSS JOIN generate_series(1, 8) start
    WHERE w.firm_id = %(firm)s AND w.kind = 'phone'
"""
_WECHAT: Final = """
    SELECT w.customer_id, 'reach', t.token FROM crm_contactpoint w
    CROSS JOIN LATERAL (VALUES (replace(w.value, '_', '')), (split_part(w.value, '_', 2))) t(token)
    WHERE w.firm_id = %(firm)s AND w.kind = 'wechat'
"""
_OF_WORDS: Final = """
    SELECT c.id, '{field}', t.token FROM {table} c
    JOIN unnest(%(words)s::text[], %(tokens)s::text[]) AS t(word, token)
        ON t.word = {text}
    WHERE c.firm_id = %(firm)s
"""
_PLACE_OF_PROJECT: Final = """
    SELECT p.id, 'place', t.token FROM projects_project p
    LEFT JOIN crm_estate e ON e.firm_id = p.firm_id AND e.id = p.estate_id
    JOIN unnest(%(words)s::text[], %(tokens)s::text[]) AS t(word, token) ON t.word = coalesce(e.name, '') || p.address
    WHERE p.firm_id = %(firm)s
"""


def write(filling: Filling) -> None:
    known = words.vocabulary(filling.names)
    _insert(filling, "customer", _OF_WORDS.format(field="name", table="crm_customer", text="c.name"),
            **_pairs(known.names, known.tokens))  # fmt: skip
    _insert(filling, "customer", _OF_WORDS.format(field="place", table="crm_customer", text="c.address"),
            **_pairs(known.addresses, known.address_tokens))  # fmt: skip
    for found in (
        _TAILS.format(row="c", field="number", table="crm_customer", text="c.number"),
        _TAILS.format(row="c", field="place", table="crm_customer", text=_HOUSE),
        _DIGITS,
        _WECHAT,
    ):
        _insert(filling, "customer", found)
    _projects(filling)


def _projects(filling: Filling) -> None:
    for field, column in (("number", "number"), ("contract", "contract_number"), ("room", "room")):
        _insert(
            filling,
            "project",
            _TAILS.format(row="p", field=field, table="projects_project", text=f"p.{column}"),
        )
    places = _places(filling)
    _insert(
        filling, "project", _PLACE_OF_PROJECT, **_pairs(places, [sorted(estate_tokens(p)) for p in places])
    )


def _places(filling: Filling) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT coalesce(e.name, '') || p.address FROM projects_project p"
            " LEFT JOIN crm_estate e ON e.firm_id = p.firm_id AND e.id = p.estate_id WHERE p.firm_id = %s",
            [filling.firm_id],
        )
        return [place for (place,) in cursor.fetchall() if place]


def _insert(filling: Filling, kind: str, found: str, **values: Any) -> None:
    filling.run(_INSERT.format(found=found), kind=kind, **values)


def _pairs(texts: list[str], tokens: list[list[str]]) -> dict[str, list[str]]:
    """Two columns: each text beside each of its tokens."""
    both = [(text, token) for text, found in zip(texts, tokens, strict=True) for token in found]
    return {"words": [text for text, _token in both], "tokens": [token for _text, token in both]}
