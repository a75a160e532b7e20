"""Statements for many rows at once, and chance that is the same every time.

A row's key follows from the world's seed, its firm's code and its place; every choice about the row follows from its key.
Nothing here asks ``random()`` or the clock.
"""

import json
import zlib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection, models

ZONE: Final = ZoneInfo("Asia/Shanghai")
YEARS: Final = 6
DAYS: Final = YEARS * 365
EPOCH_MS: Final = 1_767_225_600_000
"""Keys begin with a time, as the product's do. Counted from a fixed day, not from today's, so that they stay the same."""


def chance(key: str, about: str) -> str:
    """An expression in [0, 1): one throw for each row and question. ``key`` is a uuid."""
    return f"((uuid_hash_extended({key}, {zlib.crc32(about.encode())}) & 4294967295)::float8 / 4294967296)"


def one_of(key: str, about: str, values: str) -> str:
    """An element of an array, each as likely."""
    return f"({values})[1 + floor({chance(key, about)} * cardinality({values}))::int]"


def weighed(key: str, about: str, weights: Mapping[str, float]) -> str:
    """A word by how common it is; the last one takes what is left."""
    thrown, reached, cases = chance(key, about), 0.0, ""
    *first, (last, _rest) = weights.items()
    for word, weight in first:
        reached += weight
        cases += f" WHEN {thrown} < {reached:.6f} THEN '{word}'"
    return f"CASE{cases} ELSE '{last}' END"


ONCE: Final = "OFFSET 0"
"""Ends a subquery whose columns are computed once for each row: without it PostgreSQL writes an expression out, and
computes it, wherever its name is used."""


def key_at(age_days: str, name: str) -> str:
    """The key of a row made so many days before the end of the world's time."""
    ms = f"({EPOCH_MS} - ({age_days}) * 86400000)::bigint"
    return f"overlay(md5({name}) placing lpad(to_hex({ms}), 12, '0') from 1)::uuid"


def key_of(parent: str, name: str) -> str:
    """The key of something that hangs on another row and was made with it."""
    return f"overlay(md5({parent}::text || {name}) placing left(replace({parent}::text, '-', ''), 12) from 1)::uuid"


def insert(model: type[models.Model], columns: Mapping[str, str], source: str) -> str:
    """``INSERT INTO … SELECT … FROM source``: columns not named get the model's own default.

    A model that has grown a column without one is refused here, by its name.
    """
    given = {"firm_id": "%(firm)s", **columns}
    fields = {str(field.column): field for field in model._meta.local_concrete_fields}
    if strange := set(given) - set(fields):
        raise KeyError(f"{model._meta.label} has no {sorted(strange)}")
    for name, field in fields.items():
        if name not in given and not field.null:
            given[name] = _default(field)
    names = ", ".join(f'"{name}"' for name in given)
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(given.values())} FROM {source}"


def run(statement: str, **values: Any) -> int:
    """How many rows it made."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def padded(number: str, width: int) -> str:
    """As the product writes numbers: ``lpad`` alone would cut the ten thousandth of four digits short."""
    return f"lpad(({number})::text, greatest({width}, length(({number})::text)), '0')"


def midday(day: str) -> str:
    """Ten in the morning of a date, at home."""
    return f"(({day}) + time '10:00') AT TIME ZONE 'Asia/Shanghai'"


def local_day(moment: str) -> str:
    return f"(({moment}) AT TIME ZONE 'Asia/Shanghai')::date"


def end_of_time(today: date) -> datetime:
    """Everything has happened before this morning."""
    return datetime.combine(today, time(8), ZONE)


def ago(days: float, today: date) -> datetime:
    return end_of_time(today) - timedelta(days=days)


def _default(field: Any) -> str:
    if not field.has_default():
        if getattr(field, "empty_strings_allowed", False) and field.blank:
            return "''"
        raise KeyError(f"{field.model._meta.label}.{field.name} has no default: say what stands in it")
    value = field.default
    if value in (dict, list):
        return f"'{json.dumps(value())}'::jsonb"
    if callable(value):
        raise KeyError(f"{field.model._meta.label}.{field.name} is computed: say what stands in it")
    return _literal(value)


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(int(value)) if isinstance(value, int) else str(value)
    return "'" + str(value).replace("'", "''").replace("%", "%%") + "'"
