"""Search tokens and sort keys for Chinese names, estates, rooms, numbers and phones.

Below row-level security only equality and "starts with" can use an index, so everything that shall be found
is cut into tokens when it is written (``*_tokens``) and a question is cut the same way (``question``).
A question finds candidates by one token; the caller rechecks the whole text.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from pypinyin import Style, lazy_pinyin, pinyin

from core.phone import national_digits
from core.text import fold, is_cjk, letters_and_digits

GRAM: Final = 4
LONGEST_TOKEN: Final = 64
_LONGEST_NAME: Final = 24

SURNAMES: Final[dict[str, tuple[str, ...]]] = {
    "单": ("shan",), "解": ("xie",), "曾": ("zeng",), "仇": ("qiu",), "区": ("ou",), "查": ("zha",),
    "朴": ("piao",), "任": ("ren",), "盖": ("ge",), "乐": ("yue",), "覃": ("qin",), "繁": ("po",),
    "缪": ("miao",), "秘": ("bi",), "黑": ("he",), "冼": ("xian",), "洗": ("xian",), "折": ("she",),
    "员": ("yun",), "贠": ("yun",), "种": ("chong",), "重": ("chong",), "翟": ("zhai",), "隗": ("wei",),
    "尉": ("wei",), "纪": ("ji",), "宁": ("ning",), "燕": ("yan",), "应": ("ying",), "相": ("xiang",),
    "祭": ("zhai",), "都": ("du",), "呙": ("guo",), "句": ("gou",), "薄": ("bo",), "柏": ("bai",),
    "曲": ("qu",), "幺": ("yao",), "会": ("gui",), "晁": ("chao",), "盛": ("sheng",), "石": ("shi",),
    "车": ("che",), "召": ("shao",), "占": ("zhan",), "哈": ("ha",), "华": ("hua",), "那": ("na",),
    "沈": ("shen",), "贾": ("jia",), "葛": ("ge",), "强": ("qiang",), "牟": ("mou",), "阚": ("kan",),
    "褚": ("chu",), "臧": ("zang",), "藏": ("zang",), "郗": ("xi",), "卜": ("bu",), "谌": ("chen",),
    "尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"), "令狐": ("ling", "hu"),
    "澹台": ("tan", "tai"), "皇甫": ("huang", "fu"), "夏侯": ("xia", "hou"), "亓官": ("qi", "guan"),
    "单于": ("chan", "yu"), "呼延": ("hu", "yan"), "中行": ("zhong", "hang"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody typed into a search box, as the one lookup that finds candidates.

    ``prefix`` asks for ``token ^@ value`` instead of equality. ``needle`` is what the recheck must contain.
    ``digits`` may be part of a phone (equality on ``token``) or a room or project number (``needle`` as prefix).
    """

    kind: Literal["digits", "text", "latin"]
    token: str
    prefix: bool
    needle: str


def name_syllables(name: str) -> list[str]:
    """The syllables of a person's name, surname read as a surname: 单解 → shan jie, 曾 → zeng."""
    text = letters_and_digits(name)
    for length in (2, 1):
        reading = SURNAMES.get(text[:length])
        if reading and len(text) > length - 1:
            return [*reading, *syllables(text[length:])]
    return syllables(text)


def _letter_by_letter(other: str) -> Any:
    """What has no reading stands for itself (pypinyin accepts a list here; its types do not say so)."""
    return list(other)


@lru_cache(maxsize=20_000)
def _syllables(text: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(text, style=Style.NORMAL, errors=_letter_by_letter))


def syllables(text: str) -> list[str]:
    """One syllable a character; letters and digits stay as they are."""
    return [syllable.replace("ü", "v") for syllable in _syllables(letters_and_digits(text))]


def full_pinyin(name: str) -> str:
    return "".join(name_syllables(name))


def initials(name: str) -> str:
    return "".join(syllable[0] for syllable in name_syllables(name) if syllable)


def sort_key(name: str) -> str:
    """Orders names as a telephone book does (by syllable, then by character), in a plain C collation."""
    folded = letters_and_digits(name)
    return f"{' '.join(name_syllables(name))}|{folded}"[:120]


def bigrams(text: str) -> set[str]:
    """Every two neighbouring characters; a single character is its own token."""
    folded = letters_and_digits(text)
    if len(folded) < 2:
        return {folded} if folded else set()
    return {folded[start : start + 2] for start in range(len(folded) - 1)}


def name_tokens(name: str) -> set[str]:
    """Tokens of a person's name: bigrams, full pinyin and initials from every character on."""
    return _text_tokens(name, name_syllables(name)) | _other_readings(name)


def estate_tokens(estate: str) -> set[str]:
    """Tokens of an estate, an address or any other Chinese text."""
    return _text_tokens(estate, syllables(estate))


def number_tokens(number: str) -> set[str]:
    """Tokens of a room, project or contract number: the whole and every tail after a separator."""
    parts = [part for part in re.split(r"[^0-9a-z㐀-鿿]+", fold(number)) if part]
    tails = {"".join(parts[start:]) for start in range(len(parts))}
    return {tail[:LONGEST_TOKEN] for tail in tails}


def phone_tokens(e164: str) -> set[str]:
    """Every four neighbouring digits of the number as it is dialled: eight for a mobile."""
    digits = national_digits(e164)
    return {digits[start : start + GRAM] for start in range(len(digits) - GRAM + 1)}


def question(text: str) -> Question | None:
    """How to look something up; None when it is too short to find anything useful."""
    folded = fold(text)
    needle = letters_and_digits(text)
    digits = re.sub(r"[\s\-+()]", "", folded)
    if not needle:
        return None
    if digits.isdigit() and len(digits) >= GRAM:
        return Question("digits", _dialled(digits)[:GRAM], prefix=False, needle=_dialled(digits))
    if any(map(is_cjk, needle)):
        return Question("text", needle[:2], prefix=len(needle) < 2, needle=needle)
    return Question("latin", needle[:LONGEST_TOKEN], prefix=True, needle=needle)


def _dialled(digits: str) -> str:
    """A country code in front of a mobile number is not part of what was stored as dialled."""
    return re.sub(r"^(?:00)?86(?=1[3-9]\d{9}$)", "", digits)


def _text_tokens(text: str, spoken: list[str]) -> set[str]:
    heard = spoken[:_LONGEST_NAME]
    tails = range(len(heard))
    full = {"".join(heard[start:])[:LONGEST_TOKEN] for start in tails}
    short = {
        "".join(syllable[0] for syllable in heard[start:])[:LONGEST_TOKEN]
        for start in tails
        if len(heard) - start > 1
    }
    return {token for token in bigrams(text) | full | short if token}


def _other_readings(name: str) -> set[str]:
    """People also type the everyday reading of a heteronym surname: dan for 单, tan for 覃."""
    text = letters_and_digits(name)
    usual = name_syllables(name)
    if not text or not is_cjk(text[0]) or text[0] not in SURNAMES:
        return set()
    readings = {
        reading.replace("ü", "v") for reading in pinyin(text[0], style=Style.NORMAL, heteronym=True)[0]
    }
    others = readings - {usual[0]}
    return {"".join([other, *usual[1:]])[:LONGEST_TOKEN] for other in others}
