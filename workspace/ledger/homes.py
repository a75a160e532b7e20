"""Building, unit and room out of however a ledger writes a house number."""

import re
from dataclasses import dataclass

from core.text import fold

_PARTS = re.compile(
    r"^(?P<building>[0-9a-z]+)(?:号楼|栋|幢|座|楼|#|号)(?:(?P<unit>[0-9a-z]+)(?:单元|门))?[-]?(?P<room>[0-9a-z]+)(?:室|号|户)?$"
)
_DASHES = re.compile(r"[-–—/#]+")


@dataclass(frozen=True, slots=True)
class House:
    building: str = ""
    unit: str = ""
    room: str = ""


def read_house(text: str) -> House:
    """``7-2-104``, ``7-104``, ``3号楼2单元1502室``; what is neither stands as the room."""
    bare = fold(text).replace(" ", "")
    parts = [part for part in _DASHES.split(bare) if part]
    if len(parts) == 3 and all(len(part) <= 20 for part in parts):
        return House(*parts)
    spelled = _PARTS.match(bare)
    if spelled:
        return House(spelled["building"], spelled["unit"] or "", spelled["room"])
    if len(parts) == 2 and all(len(part) <= 20 for part in parts):
        return House(parts[0], "", parts[1])
    return House(room=text[:20])
