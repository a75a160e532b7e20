# ruff: noqa: RUF001 - look-alike dashes and quotes are what people type
"""Chinese phone numbers as they really stand in ledgers, read into one form (E.164) or refused with a sentence."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final

import phonenumbers
from django.utils.translation import gettext as _
from phonenumbers import PhoneNumberType

from core.errors import Refusal
from core.text import fold

_BETWEEN: Final = re.compile(r"[/、,;|，；。\n\\和及或&]+")
_LABEL: Final = re.compile(r"[(\[【][^)\]】\d]*[)\]】]|[^\W\d_]+[:：]?")
_EXTENSION: Final = re.compile(r"(?:转|分机|#|\bext\.?|\bx)\s*(\d{1,6})\s*$")
_DASH_EXTENSION: Final = re.compile(r"^((?:0\d{2,3})[-\s]?\d{7,8})-(\d{1,6})$")
_SCIENTIFIC: Final = re.compile(r"^(\d(?:\.\d+)?)e\+?(\d{1,2})$")
_DECORATION: Final = re.compile(r"[\s\-–—―‐‑−_.·()\[\]【】]+")
_MOBILE: Final = re.compile(r"^1[3-9]\d{9}$")
_PLAIN_MOBILE: Final = re.compile(r"^(?:\+?86|0086)?(1[3-9]\d{9})$")
_LEADING_QUOTES: Final = "'’‘`´\"“”"
_TWO_MOBILES: Final = re.compile(r"^(1[3-9]\d{9})(1[3-9]\d{9})$")
_MIN_DIGITS: Final = 11


class PhoneKind(StrEnum):
    """What may be done with a number: only mobiles take SMS, hotlines belong to firms."""

    MOBILE = "mobile"
    FIXED = "fixed"
    HOTLINE = "hotline"
    FOREIGN = "foreign"


class BadPhone(Refusal):
    """A number nobody can dial; ``str()`` is the sentence for the person."""


@dataclass(frozen=True, slots=True)
class Phone:
    """One number that can be dialled."""

    e164: str
    kind: PhoneKind = PhoneKind.MOBILE
    extension: str = ""

    @property
    def display(self) -> str:
        return display_phone(self.e164, self.extension)

    @property
    def masked(self) -> str:
        return mask_phone(self.e164)

    @property
    def takes_sms(self) -> bool:
        return self.kind in {PhoneKind.MOBILE, PhoneKind.FOREIGN}


@dataclass(frozen=True, slots=True)
class PhoneCell:
    """What one cell or field held: the numbers, each once and in order, and a sentence for each part that is none."""

    phones: tuple[Phone, ...] = ()
    problems: tuple[str, ...] = ()


def parse_phone(value: object) -> Phone:
    """Exactly one number; refuses an empty value, nonsense, and more than one."""
    cell = parse_phones(value)
    if cell.problems:
        raise BadPhone(cell.problems[0])
    if len(cell.phones) != 1:
        raise BadPhone(_("这里只能填一个电话号码") if cell.phones else _("请填写电话号码"))
    return cell.phones[0]


def parse_phones(value: object) -> PhoneCell:
    """Every number in one cell: ``13800138000/139 0013 9000、029-84231612转8012``."""
    text = _as_text(value)
    phones: dict[str, Phone] = {}
    problems: list[str] = []
    for piece in filter(str.strip, _BETWEEN.split(text)):
        found = _in_piece(piece)
        if not found:
            problems.append(_why_not(piece.strip()))
        phones.update({phone.e164 + phone.extension: phone for phone in found})
    return PhoneCell(tuple(phones.values()), tuple(problems))


def display_phone(e164: str, extension: str = "") -> str:
    """``138 0013 8000``, ``029-8423 1612 转 8012``; a foreign number with its country code."""
    national = national_digits(e164)
    if _is_mobile(e164):
        shown = f"{national[:3]} {national[3:7]} {national[7:]}"
    elif e164.startswith("+86"):
        shown = _display_fixed(national)
    else:
        shown = _display_foreign(e164)
    return f"{shown} 转 {extension}" if extension else shown


def mask_phone(e164: str) -> str:
    """``138****8000``: enough to recognise, not enough to dial."""
    national = national_digits(e164)
    if _is_mobile(e164):
        return f"{national[:3]}****{national[7:]}"
    if len(national) <= 4:
        return "****"
    return f"{national[:-7] or national[:1]}****{national[-3:]}"


def national_digits(e164: str) -> str:
    """The digits a person in China dials: ``13800138000``, ``02984231612``; foreign numbers keep all digits."""
    if not e164.startswith("+86"):
        return e164.removeprefix("+")
    rest = e164.removeprefix("+86")
    return rest if rest.startswith(("1", "400", "800")) and not _is_beijing(rest) else f"0{rest}"


def _is_mobile(e164: str) -> bool:
    return e164.startswith("+86") and bool(_MOBILE.match(e164[3:]))


def _is_beijing(rest: str) -> bool:
    """Beijing's area code is 10: ten digits that begin with it are a fixed line, eleven a mobile."""
    return rest.startswith("10") and len(rest) == 10


def _as_text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return fold(value).lstrip(_LEADING_QUOTES).strip()


def _in_piece(piece: str) -> list[Phone]:
    whole = _read(piece)
    if whole:
        return [whole]
    together = _TWO_MOBILES.match(_DECORATION.sub("", piece))
    if together:
        return [Phone(f"+86{number}") for number in together.groups()]
    return _split_at_spaces(piece.split())


def _split_at_spaces(words: list[str]) -> list[Phone]:
    """Numbers with spaces inside and between: the shortest run of words that is a number is one."""
    found: list[Phone] = []
    start = 0
    while start < len(words):
        for end in range(start + 1, len(words) + 1):
            phone = _read(" ".join(words[start:end]))
            if phone:
                found.append(phone)
                start = end
                break
        else:
            return []
    return found


def _read(piece: str) -> Phone | None:
    number, extension = _without_extension(piece.strip().lstrip(_LEADING_QUOTES))
    digits = _digits(number)
    if digits is None:
        return None
    mobile = _PLAIN_MOBILE.match(digits)
    if mobile:
        return Phone(f"+86{mobile.group(1)}", PhoneKind.MOBILE, extension)
    parsed = _parse(digits)
    if parsed is None:
        return None
    kind = _kind(parsed)
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, kind, extension) if kind else None


def _without_extension(text: str) -> tuple[str, str]:
    found = _EXTENSION.search(text)
    if found:
        return text[: found.start()], found.group(1)
    dashed = _DASH_EXTENSION.match(text)
    return (dashed.group(1), dashed.group(2)) if dashed else (text, "")


def _digits(text: str) -> str | None:
    """Digits with an optional leading +, or None when something else stands between them."""
    whole = _whole_number(text)
    bare = _DECORATION.sub("", _LABEL.sub("", whole))
    bare = bare.lstrip(_LEADING_QUOTES)
    return bare if re.fullmatch(r"\+?\d{7,17}", bare) else None


def _whole_number(text: str) -> str:
    """``13800138000.0`` and ``1.3800138E+10`` as a spreadsheet leaves them; lost digits stay lost."""
    scientific = _SCIENTIFIC.match(text.strip())
    if not scientific:
        return re.sub(r"^(\d{7,})\.0+$", r"\1", text.strip())
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return text
    exact = len(scientific.group(1).replace(".", "")) >= int(scientific.group(2)) - 2
    return str(int(number)) if exact and number == number.to_integral_value() else ""


def _parse(digits: str) -> phonenumbers.PhoneNumber | None:
    for candidate in _candidates(digits):
        try:
            parsed = phonenumbers.parse(candidate, "CN")
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return parsed
    return None


def _candidates(digits: str) -> list[str]:
    """A bare 86 in front of eleven digits is a country code; 0086 is one everywhere."""
    if digits.startswith("0086"):
        return [f"+{digits[2:]}"]
    if digits.startswith("86") and _MOBILE.match(digits[2:]):
        return [f"+{digits}"]
    return [digits]


def _kind(parsed: phonenumbers.PhoneNumber) -> PhoneKind | None:
    if parsed.country_code != 86:
        return PhoneKind.FOREIGN
    national = str(parsed.national_number)
    if _MOBILE.match(national):
        return PhoneKind.MOBILE
    if national.startswith(("400", "800")) and len(national) == 10:
        return PhoneKind.HOTLINE
    return PhoneKind.FIXED if phonenumbers.number_type(parsed) == PhoneNumberType.FIXED_LINE else None


def _why_not(piece: str) -> str:
    if _SCIENTIFIC.match(piece):
        return _("电话“%(piece)s”被表格改成了科学计数，末尾数字已丢失，请向客户核对") % {
            "piece": piece.upper()
        }
    digits = re.sub(r"\D", "", piece)
    if digits.startswith("1") and 0 < len(digits) < _MIN_DIGITS:
        return _("电话“%(piece)s”只有 %(count)d 位，手机号应为 11 位") % {
            "piece": piece,
            "count": len(digits),
        }
    if digits.startswith("1") and len(digits) > _MIN_DIGITS:
        return _("电话“%(piece)s”有 %(count)d 位，手机号应为 11 位") % {
            "piece": piece,
            "count": len(digits),
        }
    if not digits:
        return _("电话写的是“%(piece)s”，没有号码") % {"piece": piece}
    return _("电话“%(piece)s”不是能拨通的号码，请核对（手机 11 位，座机带区号）") % {"piece": piece}


def _display_fixed(national: str) -> str:
    if national.startswith(("400", "800")):
        return f"{national[:3]} {national[3:6]} {national[6:]}"
    area = national[:3] if national[1] in "12" else national[:4]
    rest = national[len(area) :]
    return f"{area}-{rest[:-4]} {rest[-4:]}"


def _display_foreign(e164: str) -> str:
    try:
        parsed = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
