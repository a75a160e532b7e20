"""A birthday as somebody says it, solar or lunar, with or without the year."""

import re
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from core.lunar import BadLunarDate, Birthday, looks_lunar, parse_lunar
from core.text import clean_text, squeeze

FIRST_YEAR: Final = 1900
_LEAP_YEAR: Final = 2000
_SOLAR: Final = re.compile(
    r"^(?:公历|阳历|新历)?[:：]?(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})[日号]?$"
)


class BadBirthday(ValueError):
    """Not a day that exists; ``str()`` is the sentence for the person."""


def parse_birthday(text: object) -> Birthday | None:
    """``1985-6-3``, ``6月3日``, ``农历冬月廿三``, ``农历1985年闰六月十五``; None for nothing. Keeps the words."""
    original = clean_text(text)
    if not original:
        return None
    if looks_lunar(original):
        return _lunar(original)
    found = _SOLAR.match(squeeze(original))
    if not found:
        raise BadBirthday(
            _("生日“%(text)s”无法识别，可写 1985-6-3、6月3日 或 农历冬月廿三") % {"text": original}
        )
    year, month, day = (int(part) if part else None for part in found.group("year", "month", "day"))
    _refuse_impossible(year, month or 0, day or 0, original)
    return Birthday("solar", month or 0, day or 0, year, original=original)


def _lunar(original: str) -> Birthday:
    try:
        lunar = parse_lunar(original)
    except BadLunarDate as bad:
        raise BadBirthday(str(bad)) from bad
    return Birthday("lunar", lunar.month, lunar.day, lunar.year, lunar.leap, original)


def _refuse_impossible(year: int | None, month: int, day: int, original: str) -> None:
    try:
        born = date(year or _LEAP_YEAR, month, day)
    except ValueError as bad:
        raise BadBirthday(_("没有“%(text)s”这一天") % {"text": original}) from bad
    if year is not None and not date(FIRST_YEAR, 1, 1) <= born <= timezone.localdate():
        raise BadBirthday(_("出生年份“%(text)s”不合理，请核对") % {"text": original})
