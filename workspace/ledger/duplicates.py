"""Rows of one file that tell of the same home of the same customer, and what the second adds to the first."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

from django.utils.translation import gettext as _

from core.text import letters_and_digits, squeeze
from workspace.ledger.columns import LABELS, Field
from workspace.ledger.rows import LedgerRow

_ABOUT_THE_FILE: Final = frozenset(
    [
        "sheet",
        "number",
        "serial",
        "originals",
        "problems",
        "rejection",
        "stage_text",
        "area_about",
        "source_text",
    ]
)
_TOLD_APART: Final = {
    "amount_fen": "amount",
    "paid_fen": "amount",
    "budget_text": "budget",
    "people": "designer",
    "phones": "phone",
}


@dataclass(frozen=True, slots=True)
class Double:
    """``index`` repeats ``first`` (positions in the list of rows); ``differing`` fields could not be merged."""

    index: int
    first: int
    differing: tuple[str, ...] = ()


def find_doubles(rows: Sequence[LedgerRow]) -> dict[int, Double]:
    """Repeated rows by position. Each blank of the first row is filled from its repetitions."""
    seen: dict[tuple[str, str], list[int]] = defaultdict(list)
    doubles: dict[int, Double] = {}
    for index, row in enumerate(rows):
        if row.rejection:
            continue
        key = (squeeze(row.name), place_key(row))
        first = next((other for other in seen[key] if _same_person(rows[other], row)), None)
        if first is None:
            seen[key].append(index)
        else:
            doubles[index] = Double(index, first, tuple(fill_blanks(rows[first], row)))
    return doubles


def place_key(row: LedgerRow) -> str:
    """The home a row speaks of, however its number is written; empty when it names none."""
    home = letters_and_digits(row.room)
    place = letters_and_digits(row.estate) + "|" + home if home else letters_and_digits(row.address)
    return place.strip("|")


def fill_blanks(first: LedgerRow, other: LedgerRow) -> list[str]:
    """Copy what the first row lacks from the other; the names of fields where both say different things."""
    differing = []
    for item in fields(LedgerRow):
        if item.name in _ABOUT_THE_FILE:
            continue
        mine, theirs = getattr(first, item.name), getattr(other, item.name)
        if not mine and theirs:
            setattr(first, item.name, theirs)
        elif mine and theirs and mine != theirs:
            differing.append(item.name)
    first.stage_text = first.stage_text or other.stage_text
    first.source_text = first.source_text or other.source_text
    return differing


def double_sentence(double: Double, rows: Sequence[LedgerRow]) -> str:
    """Why a row is a repetition, with what a person should compare."""
    first = rows[double.first]
    where = {"sheet": first.sheet, "number": first.number}
    if not double.differing:
        return _("与“%(sheet)s”第 %(number)d 行是同一位客户的同一套房，已合并") % where
    names = "、".join(dict.fromkeys(field_label(name) for name in double.differing))
    return _("与“%(sheet)s”第 %(number)d 行重复，已合并；两行的%(fields)s不同，以前一行为准") % {
        **where,
        "fields": names,
    }


def field_label(name: str) -> str:
    """A value's name as the ledger's columns say it."""
    name = _TOLD_APART.get(name, name)
    return str(LABELS[Field(name)]) if name in set(Field) else name


def shared_phones(rows: Sequence[LedgerRow]) -> dict[int, str]:
    """Rows whose phone belongs to a customer of another name too: couples, agents, slips of the pen."""
    holders: dict[str, dict[str, int]] = defaultdict(dict)
    for index, row in enumerate(rows):
        for phone in row.phones:
            holders[phone.e164].setdefault(squeeze(row.name), index)
    sentences: dict[int, str] = {}
    for named in holders.values():
        first, *others = named.values()
        for index in others:
            where = {"sheet": rows[first].sheet, "number": rows[first].number, "name": rows[first].name}
            sentences[index] = (
                _("电话与“%(sheet)s”第 %(number)d 行的%(name)s相同，请核对是不是一家人") % where
            )
    return sentences


def _same_person(first: LedgerRow, other: LedgerRow) -> bool:
    """Same name and home: the same unless their phones contradict. Without a home a shared phone must prove it."""
    mine, theirs = {phone.e164 for phone in first.phones}, {phone.e164 for phone in other.phones}
    if not place_key(first):
        return bool(mine & theirs)
    return bool(mine & theirs) or not mine or not theirs
