"""Money in fen: read from what people write, rounded half up, shown and spelled out. Never a float inside."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from django.utils.translation import gettext as _

from core.errors import Refusal
from core.text import squeeze

FEN_PER_YUAN: Final = 100
MOST_FEN: Final = 10**15  # ten thousand billion yuan: whatever is larger was not meant as money
_UNITS: Final = {
    "亿": Decimal(10**8),
    "万": Decimal(10**4),
    "w": Decimal(10**4),
    "千": Decimal(1000),
    "k": Decimal(1000),
    "": Decimal(1),
}
_MARKS: Final = re.compile(r"^(?:人民币|rmb|cny|[¥$])+|(?:元整|块钱|元|块|圆|整|rmb|cny)+$")
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)(亿|万|千|w|k|)")
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)")
_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"


class BadMoney(Refusal):
    """An amount nobody can read with certainty; ``str()`` is the sentence for the person."""


def parse_fen(value: object, *, negative: bool = False) -> int:
    """Fen from ``18.6万``, ``¥186,000``, ``186000元``, ``18万6千``, an int, a float or a Decimal (in yuan)."""
    yuan = _number(value) if isinstance(value, int | float | Decimal) else _written(str(value))
    if yuan < 0 and not negative:
        raise BadMoney(_("金额不能是负数：%(value)s") % {"value": value})
    fen = round_half_up(yuan * FEN_PER_YUAN)
    if abs(fen) > MOST_FEN:
        raise BadMoney(_("金额太大，请核对：%(value)s") % {"value": value})
    return fen


def round_half_up(amount: Decimal) -> int:
    """The nearest whole number, halves away from zero, as every invoice in China does it."""
    return int(amount.to_integral_value(rounding=ROUND_HALF_UP))


def percent_of(fen: int, percent: Decimal | int | str) -> int:
    """A percentage of an amount, rounded half up to the fen."""
    return round_half_up(Decimal(fen) * Decimal(percent) / 100)


def split_fen(fen: int, percents: list[Decimal] | list[int]) -> list[int]:
    """An amount in parts that add up to the fen: the last part takes what rounding left over."""
    if not percents:
        return []
    parts = [percent_of(fen, percent) for percent in percents[:-1]]
    return [*parts, fen - sum(parts)]


def format_fen(fen: int | None, *, symbol: str = "¥") -> str:
    """``¥186,000`` for whole yuan, ``¥186,000.50`` otherwise; nothing for nothing."""
    if fen is None:
        return ""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    cents = f".{rest:02d}" if rest else ""
    return f"{'-' if fen < 0 else ''}{symbol}{yuan:,}{cents}"


def format_wan(fen: int | None) -> str:
    """``18.6万``: how people in the trade say a contract sum; small sums stay in yuan."""
    if fen is None:
        return ""
    if abs(fen) < 10_000 * FEN_PER_YUAN:
        return format_fen(fen)
    wan = (Decimal(fen) / (10_000 * FEN_PER_YUAN)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{wan.normalize():f}万"


def yuan_decimal(fen: int) -> Decimal:
    """The amount in yuan with two places, for spreadsheets and documents."""
    return Decimal(fen).scaleb(-2).quantize(Decimal("0.01"))


def spell_fen(fen: int) -> str:
    """The amount in capital numerals (大写) as contracts and receipts want it: ``壹拾捌万陆仟元整``."""
    if fen < 0:
        return "负" + spell_fen(-fen)
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    jiao, cents = divmod(rest, 10)
    whole = f"{_spell_whole(yuan)}元" if yuan or not rest else ""
    if not rest:
        return whole + "整"
    return whole + _spell_rest(jiao, cents, after_yuan=bool(yuan))


def _spell_rest(jiao: int, cents: int, *, after_yuan: bool) -> str:
    first = f"{_DIGITS[jiao]}角" if jiao else ("零" if after_yuan else "")
    return first + (f"{_DIGITS[cents]}分" if cents else "整")


def _spell_whole(number: int) -> str:
    """Groups of four digits with 万 and 亿; one 零 for every run of zeros inside."""
    if number == 0:
        return "零"
    spelled, gap = "", False
    for unit, size in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4), ("", 1)):
        group = number // size % 10_000
        if group == 0:
            gap = gap or bool(spelled)
            continue
        spelled += "零" if spelled and (gap or group < 1000) else ""
        spelled += _spell_group(group) + unit
        gap = False
    return spelled


def _spell_group(group: int) -> str:
    spelled, gap = "", False
    for unit, size in (("仟", 1000), ("佰", 100), ("拾", 10), ("", 1)):
        digit = group // size % 10
        if digit == 0:
            gap = bool(spelled)
            continue
        spelled += ("零" if gap else "") + _DIGITS[digit] + unit
        gap = False
    return spelled


def _number(value: float | Decimal) -> Decimal:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if isinstance(value, bool) or not number.is_finite():
        raise BadMoney(_("金额无法识别：%(value)s") % {"value": value})
    return number


def _written(text: str) -> Decimal:
    """Marks off, thousands closed up, then every ``number unit`` pair added together."""
    bare = squeeze(text).lstrip("'’‘约")
    minus = bare.startswith(("-", "−"))
    bare = _MARKS.sub("", _MARKS.sub("", bare.lstrip("-−")))
    bare = _GROUPED.sub(lambda found: found.group().replace(",", ""), bare)
    parts = _PART.findall(bare)
    if not parts or "".join(number + unit for number, unit in parts) != bare:
        raise BadMoney(_("金额无法识别：%(value)s") % {"value": text})
    amount = _add_up(parts, text)
    return -amount if minus else amount


def _add_up(parts: list[tuple[str, str]], text: str) -> Decimal:
    """Units must fall (``18万6千``); a plain number may only stand last."""
    sizes = [_UNITS[unit] for _number_text, unit in parts]
    if sizes != sorted(set(sizes), reverse=True):
        raise BadMoney(_("金额无法识别：%(value)s") % {"value": text})
    try:
        return sum((Decimal(number) * _UNITS[unit] for number, unit in parts), Decimal(0))
    except InvalidOperation as error:
        raise BadMoney(_("金额无法识别：%(value)s") % {"value": text}) from error
