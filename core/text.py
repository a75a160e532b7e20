# ruff: noqa: RUF001, RUF002 - look-alike characters are the subject of this module
"""Text as people type it: cleaned without losing a name, folded for comparing, safe in a spreadsheet.

NFKC and even NFC replace rare name characters (compatibility ideographs) by their ordinary twins. So what
is *stored* goes through :func:`clean_text`, which touches only what nobody can see; what is *compared*
goes through :func:`fold`.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import Final

_ZERO_WIDTH: Final = frozenset(
    "\u200b\u200c\u200e\u200f\u2060\u00ad\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_ZWJ: Final = "\u200d"
_FORMULA_STARTS: Final = frozenset("=+-@\t\r")
_QUOTES: Final = "'\"`‘’“”＇＂"
_SPACES: Final = re.compile(r"[^\S\n]+")
_PLAIN: Final = re.compile("[ -~\u3000-\u3002\u4e00-\u9fff\uff01-\uff5e¥㎡—’]*")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def clean_text(value: object, *, lines: bool = False) -> str:
    """Text fit to be stored: composed, trimmed, without invisible characters; emoji and rare characters stay.

    ``lines`` keeps line breaks (notes); otherwise they become single spaces.
    """
    text = "" if value is None else str(value)
    if _PLAIN.fullmatch(text):
        return " ".join(text.split())
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = text.replace("\n", " ")
    visible = "".join(_visible(_compose(text)))
    return "\n".join(_SPACES.sub(" ", line).strip() for line in visible.split("\n")).strip()


def fold(value: object) -> str:
    """Text for reading and comparing: full-width becomes half-width, case disappears, ends are trimmed."""
    return _fold("" if value is None else str(value))


@lru_cache(maxsize=50_000)
def _fold(value: str) -> str:
    return unicodedata.normalize("NFKC", clean_text(value)).casefold().strip()


def squeeze(value: object) -> str:
    """``fold`` without any space: ``半 包`` and ``半包`` are the same word."""
    return "".join(fold(value).split())


def letters_and_digits(value: object) -> str:
    """``fold`` with only letters, digits and characters left; what search tokens are cut from."""
    return "".join(char for char in fold(value) if char.isalnum() or _is_rare_symbol(char))


def starts_a_formula(text: str) -> bool:
    """Whether a spreadsheet could run this text: looks through blanks, quotes, controls and full-width forms."""
    seen = unicodedata.normalize("NFKC", text)
    if seen[:1] in {"\t", "\r"}:
        return True
    bare = "".join(char for char in seen if char in "\t\r" or unicodedata.category(char)[0] not in "CZ")
    return bare.lstrip(_QUOTES)[:1] in _FORMULA_STARTS if bare else False


def spreadsheet_text(value: object) -> str:
    """Cell text that no spreadsheet runs as a formula, and that an .xlsx file can hold at all."""
    text = _NOT_XML.sub("", "" if value is None else str(value))[:32_767]
    return f"'{text}"[:32_767] if starts_a_formula(text) else text


def shorten(text: str, length: int) -> str:
    """The text cut to a length, with an ellipsis when something was cut."""
    return text if len(text) <= length else text[: max(length - 1, 0)] + "…"


def is_cjk(char: str) -> bool:
    """Whether a character is a Chinese ideograph, rare planes and 〇 included."""
    point = ord(char)
    return (
        0x3400 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0x20000 <= point <= 0x323AF or char == "〇"
    )


def _compose(text: str) -> str:
    """NFC for everything but compatibility ideographs, which NFC would replace by another character."""
    return "".join(
        "".join(run) if rare else unicodedata.normalize("NFC", "".join(run))
        for rare, run in groupby(text, key=_is_compatibility_ideograph)
    )


def _is_compatibility_ideograph(char: str) -> bool:
    return "\uf900" <= char <= "\ufaff" or "\U0002f800" <= char <= "\U0002fa1f"


def _visible(text: str) -> list[str]:
    kept: list[str] = []
    for index, char in enumerate(text):
        if char == _ZWJ:
            if _joins_emoji(text, index):
                kept.append(char)
        elif char == "\n" or char not in _ZERO_WIDTH:
            kept.append(" " if char == "\t" else char)
    return [char for char in kept if char in {"\n", _ZWJ} or unicodedata.category(char) not in {"Cc", "Cs"}]


def _joins_emoji(text: str, index: int) -> bool:
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return bool(before and after) and not (before.isalnum() or after.isalnum())


def _is_rare_symbol(char: str) -> bool:
    return char == "〇"
