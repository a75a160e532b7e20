"""What one cell means: dates, areas, modes, stages, birthdays, money, phones, people, channels.

Every reader gives a :class:`Read`: the value when it is certain, otherwise a sentence for a person. An empty
word is no value and no problem; a word that points elsewhere (见合同) is a problem, for the value exists.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, Generic, TypeVar

from django.utils.translation import gettext as _

from core.lunar import BadLunarDate, Birthday, looks_lunar, parse_lunar
from core.money import BadMoney, parse_fen
from core.phone import Phone, parse_phones
from core.text import clean_text, fold, squeeze
from workspace.ledger.columns import cell_text
from workspace.ledger.reading import Cell
from workspace.ledger.stages import Stage

T = TypeVar("T")

EMPTY_WORDS: Final = frozenset(
    ["", "无", "没有", "暂无", "未定", "待定", "不详", "未知", "不清楚", "空", "无日期", "未签", "未开工", "未竣工", "未完工",
     "待补", "待补充", "待核实", "待确认", "未填", "n/a", "na", "none", "null", "nil", "-", "--", "---", "—", "——", "/", "\\",
     "?", "??", "无。", "x", "#n/a", "#ref!", "#value!", "#name?"]
)  # fmt: skip
_POINTERS: Final = re.compile(r"^(?:见|详见|同上|同前|参见|参考)")
_SEPARATED: Final = re.compile(r"^(\d{4}|\d{2})[-./年](\d{1,2})[-./月](\d{1,2})[日号]?(?:\D.*)?$")
_TIME_OF_DAY: Final = re.compile(r"[\st]+\d{1,2}:\d{2}.*$")
_COMPACT: Final = re.compile(r"^(20\d{2}|19\d{2})(\d{2})(\d{2})$")
_MONTH_ONLY: Final = re.compile(r"^(\d{4}|\d{2})[-./年](\d{1,2})月?$")
_DAY_ONLY: Final = re.compile(r"^(\d{1,2})[-./月](\d{1,2})[日号]?$")
_SERIALS: Final = (20_000, 80_000)
_EPOCH_1900: Final = date(1899, 12, 30)
_EPOCH_1904: Final = date(1904, 1, 1)
_YEARS: Final = (1990, 2100)
_BIRTH_YEARS: Final = (1900, 2100)
_AREA: Final = re.compile(
    r"^(?P<about>约|大约|近)?(?P<size>\d+(?:\.\d+)?)(?P<more>多|左右|余|\+)?(?:㎡|m2|m²|平方米|平方|平米|平|m)?(?P<tail>左右|多)?$"
)
_AREAS: Final = (Decimal(5), Decimal(10_000))
_PEOPLE: Final = re.compile(r"[/、,，;；&+]|\s{2,}|\n")
_REMARK: Final = re.compile(r"[(（【\[].*?[)）】\]]")


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A cell read: a value, or a problem, or neither."""

    value: T | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """Square metres; ``about`` when the ledger says so."""

    size: Decimal
    about: bool = False


MODES: Final[Mapping[str, str]] = {
    "全包": "full", "整装": "full", "全案": "full", "大包": "full", "包工包料": "full", "套餐": "full", "全包装修": "full",
    "半包": "half", "包工包辅料": "half", "基装": "half", "硬装": "half", "半包装修": "half",
    "清包": "labour_only", "清包工": "labour_only", "包清工": "labour_only", "清工": "labour_only", "包工": "labour_only",
    "纯设计": "design_only", "单设计": "design_only", "设计": "design_only", "只设计": "design_only", "仅设计": "design_only",
}  # fmt: skip

SOURCES: Final[Mapping[str, str]] = {
    "电话": "phone", "来电": "phone", "电话咨询": "phone", "电销": "phone", "400电话": "phone",
    "在线": "online", "在线咨询": "online", "网络": "online", "网上": "online", "网站": "online", "抖音": "social",
    "小红书": "social", "微信": "social", "公众号": "social", "地推": "estate", "小程序": "mini_program",
    "设计中心": "design_centre", "活动": "event", "展会": "event", "家博会": "event", "团购": "event", "小区活动": "estate", "小区推广": "estate",
    "老客户介绍": "referral", "老客户": "referral", "转介绍": "referral", "回头客": "referral", "老带新": "referral",
    "朋友介绍": "friend", "朋友": "friend", "熟人介绍": "friend", "亲戚介绍": "friend",
    "到店": "walk_in", "上门": "walk_in", "进店": "walk_in", "自然到店": "walk_in", "自然进店": "walk_in", "自己上门": "walk_in",
}  # fmt: skip


def is_empty(cell: Cell) -> bool:
    """Nothing, or one of the words people write for nothing."""
    return isinstance(cell, str) and squeeze(cell) in EMPTY_WORDS


def read_text(cell: Cell, *, lines: bool = False) -> str:
    """Text for ever, also when it begins with ``=``; emoji and rare characters stay."""
    return clean_text(cell_text(cell), lines=lines)


def read_date(cell: Cell, *, date_1904: bool = False) -> Read[date]:
    """Real dates, serials, ``2025年3月5日``, ``25.3.5``, ``20250305``."""
    if is_empty(cell):
        return Read()
    try:
        day = _day(cell, date_1904=date_1904)
    except (ValueError, OverflowError):
        return _unread(_("日期“%(text)s”不存在"), cell)
    if day is None:
        return _unread(_vague_date(cell), cell)
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        return _unread(_("日期“%(text)s”的年份不对"), cell)
    return Read(day)


def read_area(cell: Cell) -> Read[Area]:
    """``128``, ``约128㎡``, ``128 平米左右``."""
    if is_empty(cell):
        return Read()
    found = _AREA.match(squeeze(cell_text(cell)).lstrip("'’"))
    if not found:
        return _unread(_("面积“%(text)s”无法识别"), cell)
    size = Decimal(found["size"])
    if not _AREAS[0] <= size <= _AREAS[1]:
        return _unread(_("面积“%(text)s”不合常理"), cell)
    return Read(Area(size.quantize(Decimal("0.01")), bool(found["about"] or found["more"] or found["tail"])))


def read_mode(cell: Cell, words: Mapping[str, str] = MODES) -> Read[str]:
    """The mode's code; ``半 包`` and ``半包（含主材）`` are half."""
    return _word(cell, words, _("装修方式“%(text)s”没有对应的选项"))


def read_source(cell: Cell, words: Mapping[str, str] = SOURCES) -> Read[str]:
    """The channel's code; a channel we do not know is ``other`` and keeps its own words elsewhere."""
    if is_empty(cell):
        return Read()
    return Read(words.get(_bare_word(cell), "other"))


def read_stage(cell: Cell, stages: Mapping[str, Stage]) -> Read[Stage]:
    """The phase an everyday word means to this firm; an unknown word is for a person to decide."""
    if is_empty(cell):
        return Read(problem=_("没有写目前阶段，请确认后再建项目"))
    return _word(cell, stages, _("阶段“%(text)s”没有对应关系，请确认后再建项目"))


def read_money(cell: Cell) -> Read[int]:
    """Fen, from any way of writing a sum."""
    if is_empty(cell):
        return Read()
    if isinstance(cell, date | timedelta):
        return _unread(_("金额“%(text)s”无法识别"), cell)
    try:
        return Read(parse_fen(cell))
    except BadMoney as refused:
        return Read(problem=str(refused))


def read_phones(cell: Cell) -> tuple[tuple[Phone, ...], tuple[str, ...]]:
    """All numbers of the cell, and a sentence for every part that is none."""
    if is_empty(cell):
        return (), ()
    read = parse_phones(cell if isinstance(cell, int | float) else cell_text(cell))
    return read.phones, read.problems


def read_people(cell: Cell) -> tuple[str, ...]:
    """Names in a cell, as the firm calls its people (胡师傅, 林监理), without remarks in brackets."""
    if is_empty(cell):
        return ()
    text = _REMARK.sub("", clean_text(cell_text(cell), lines=True))
    names = (clean_text(name).replace(" ", "") for name in _PEOPLE.split(text))
    return tuple(dict.fromkeys(name for name in names if name and not is_empty(name)))


def read_birthday(cell: Cell, *, date_1904: bool = False) -> Read[Birthday]:
    """Solar with or without a year, or lunar; the customer's own words are kept."""
    if is_empty(cell):
        return Read()
    original = read_text(cell)
    if isinstance(cell, str) and looks_lunar(cell):
        return _lunar_birthday(original)
    yearless = _DAY_ONLY.match(squeeze(original))
    try:
        if yearless:
            return Read(_solar_birthday(None, int(yearless[1]), int(yearless[2]), original))
        day = _day(cell, date_1904=date_1904)
    except (ValueError, OverflowError):
        return _unread(_("生日“%(text)s”不存在"), cell)
    if day is None or not _BIRTH_YEARS[0] <= day.year <= date.today().year:  # noqa: DTZ011 - a birth year
        return _unread(_("生日“%(text)s”无法识别"), cell)
    return Read(_solar_birthday(day.year, day.month, day.day, original))


def _lunar_birthday(original: str) -> Read[Birthday]:
    try:
        lunar = parse_lunar(original)
    except BadLunarDate as refused:
        return Read(problem=str(refused))
    return Read(Birthday("lunar", lunar.month, lunar.day, lunar.year, lunar.leap, original))


def _solar_birthday(year: int | None, month: int, day: int, original: str) -> Birthday:
    date(year or 2000, month, day)  # 2000 has a 29 February
    return Birthday("solar", month, day, year, original=original)


def _day(cell: Cell, *, date_1904: bool) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_number(cell, date_1904=date_1904)
    if not isinstance(cell, str):
        return None
    text = squeeze(_TIME_OF_DAY.sub("", fold(cell))).lstrip("'’‘约")
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _from_number(float(text), date_1904=date_1904)
    found = _SEPARATED.match(text) or _COMPACT.match(text)
    return date(_full_year(found[1]), int(found[2]), int(found[3])) if found else None


def _from_number(number: float, *, date_1904: bool) -> date | None:
    if _SERIALS[0] <= number <= _SERIALS[1]:
        return (_EPOCH_1904 if date_1904 else _EPOCH_1900) + timedelta(days=int(number))
    compact = _COMPACT.match(cell_text(number))
    return date(int(compact[1]), int(compact[2]), int(compact[3])) if compact else None


def _full_year(text: str) -> int:
    """``25`` is 2025; nobody's ledger reaches back to 1925 by two digits."""
    return int(text) if len(text) == 4 else 2000 + int(text)


def _vague_date(cell: Cell) -> str:
    text = squeeze(cell_text(cell))
    if _MONTH_ONLY.match(text):
        return _("日期“%(text)s”只有年月，缺少日")
    if _DAY_ONLY.match(text):
        return _("日期“%(text)s”缺少年份")
    return _("日期“%(text)s”无法识别")


def _unread(sentence: str, cell: Cell) -> Read[T]:
    text = read_text(cell)[:40]
    if _POINTERS.match(text):
        return Read(problem=_("写的是“%(text)s”，请查到后补上") % {"text": text})
    return Read(problem=sentence % {"text": text})


def _bare_word(cell: Cell) -> str:
    return squeeze(_REMARK.sub("", cell_text(cell))).strip("。.,;")


def _word(cell: Cell, words: Mapping[str, T], sentence: str) -> Read[T]:
    if is_empty(cell):
        return Read()
    bare = _bare_word(cell)
    return Read(words[bare]) if bare in words else _unread(sentence, cell)
