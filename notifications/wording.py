"""Filling in words: ``{称呼}`` becomes what we know. What we do not know stays visible, it never becomes a blank."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

SLOT = re.compile(r"\{([^{}\s]{1,20})\}")


@dataclass(frozen=True)
class Piece:
    """A run of text. ``slot`` names the variable it came from; ``known`` is False where we had nothing to say."""

    text: str
    slot: str = ""
    known: bool = True


def pieces(text: str, values: Mapping[str, str]) -> Iterator[Piece]:
    """The text cut at its variables, so that a page can mark them."""
    end = 0
    for found in SLOT.finditer(text):
        if found.start() > end:
            yield Piece(text[end : found.start()])
        value = str(values.get(found[1]) or "")
        yield Piece(value or found[1], slot=found[1], known=bool(value))
        end = found.end()
    if end < len(text):
        yield Piece(text[end:])


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables; unknown ones stay in braces so that nobody sends half a sentence."""
    return "".join(piece.text if piece.known else "{" + piece.slot + "}" for piece in pieces(text, values))


def slots(text: str) -> list[str]:
    return [found[1] for found in SLOT.finditer(text)]


def missing(text: str, values: Mapping[str, str]) -> list[str]:
    return [name for name in slots(text) if not values.get(name)]
