"""Reads a statement for the firm's tables it names, and which of them it does not hold to one firm.

No SQL parser. A *reference* is a table's name that does not qualify a column. It is held when ``firm_id`` is compared
under its alias as often as the alias is used, and those comparisons lead to the firm itself: to a value, or, link by
link (``b.firm_id = a.firm_id``), to a table that has one. A comparison without an alias holds one reference of any.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

_ALIAS = re.compile(r'\s+(?:AS\s+)?(?:"(\w+)"|([a-z]\w*))', re.IGNORECASE)
_WORDS = {"where", "set", "inner", "left", "right", "full", "cross", "natural", "join", "on", "using", "order", "group", "limit", "offset", "for", "union", "intersect", "except", "values", "select", "returning", "having", "window", "as", "default", "tablesample", "overriding"}  # fmt: skip
_COLUMN = r'(?:"?(\w+)"?\s*\.\s*)?"?\bfirm_id\b"?'
_EQUALS = r"\s*\)*\s*(?:::\s*\w+\s*)?(?:=|\bIN\b|\bIS\b)\s*\(*\s*"
_LINK = re.compile(rf"{_COLUMN}{_EQUALS}{_COLUMN}", re.IGNORECASE)
_FIXED = re.compile(rf'{_COLUMN}{_EQUALS}(?![\s(]*"?\w+"?\s*\.\s*"?firm_id)', re.IGNORECASE)
_SHARED = re.compile(r"\bUSING\s*\(\s*firm_id\b", re.IGNORECASE)
_INSERTED = re.compile(r'\bINSERT\s+INTO\s+"?(\w+)"?(?:\s+AS\s+"?(\w+)"?)?\s*\(([^)]*)\)', re.IGNORECASE)
_LOCKED = re.compile(r"\bFOR\s+(?:NO\s+KEY\s+)?(?:UPDATE|SHARE)\s+OF\s+[\w\", .]+", re.IGNORECASE)


def without_firm(sql: str, tables: Iterable[str]) -> list[str]:
    """The references of firm tables, by alias, that nothing holds to a firm."""
    sql = _LOCKED.sub("", sql)
    named = Counter(_references(sql, frozenset(tables)))
    if not named:
        return []
    links, fixed = _LINK.findall(sql), Counter(_FIXED.findall(sql)) + Counter(_inserted(sql))
    held = fixed + Counter(alias for link in links for alias in link)
    free = held.pop("", 0) + 2 * len(_SHARED.findall(sql))
    missing = list((named - held).elements())[free:]
    return sorted(missing) or sorted(set() if "" in fixed or free else named.keys() - _led_to(fixed, links))


def _references(sql: str, tables: frozenset[str]) -> Iterator[str]:
    for found in _names(tables).finditer(sql):
        given = _ALIAS.match(sql, found.end())
        alias = given and (given[1] or given[2])
        yield alias if alias and alias.lower() not in _WORDS else found[1] or found[2]


@cache
def _names(tables: frozenset[str]) -> re.Pattern[str]:
    """In quotes, or bare; neither before a dot nor inside a string."""
    names = "|".join(sorted(tables, key=len, reverse=True))
    return re.compile(rf"""\"({names})\"(?!\s*\.)|(?<![\w\"'.])({names})(?![\w\"'])(?!\s*\.)""")


def _inserted(sql: str) -> Iterator[str]:
    return (
        alias or table
        for table, alias, columns in _INSERTED.findall(sql)
        if re.search(r"\bfirm_id\b", columns)
    )


def _led_to(fixed: Iterable[str], links: list[tuple[str, str]]) -> set[str]:
    """Every alias whose firm is a value's, over any number of links."""
    known: set[str] = set()
    found = set(fixed)
    while found - known:
        known |= found
        found = {alias for link in links if known & set(link) for alias in link}
    return known
