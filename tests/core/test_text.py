"""Text keeps every character of a name, loses what nobody can see, and never runs in a spreadsheet."""

import pytest
from hypothesis import given, strategies as st

from core.text import (
    clean_text,
    fold,
    letters_and_digits,
    spreadsheet_text,
    squeeze,
    starts_a_formula,
)


@pytest.mark.parametrize(
    "kept",
    [
        "😀很满意",
        "𠮷先生介绍",
        "\uf9dc",
        "\U0002f80a",
        "👨\u200d👩\u200d👧",
        "❤\ufe0f",
        "䶮",
        "〇",
    ],
)
def test_emoji_and_rare_characters_survive(kept):
    assert clean_text(f" {kept}\u200b ") == kept


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        (" 邱浩 ", "邱浩"),
        ("邱\u3000 浩", "邱 浩"),
        ("a\x00b\x07", "ab"),
        ("\ufeff武", "武"),
        ("甲\r\n乙", "甲 乙"),
        (None, ""),
    ],
)
def test_invisible_characters_go(written, clean):
    assert clean_text(written) == clean


def test_notes_keep_their_lines():
    assert clean_text("甲 \r\n 乙\t丙", lines=True) == "甲\n乙 丙"


def test_words_compare_without_width_case_and_spaces():
    assert squeeze("Ｖ半 包") == "v半包"
    assert fold("１２㎡") == "12m2"
    assert letters_and_digits("7-2-104（A）") == "72104a"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "＝1+1",
        "+8613800138000",
        "-1",
        "@王工跟进",
        "\t=1",
        " =1",
        "'=1",
        "\ufeff=1",
        "＠x",
        "\u200b=1",
    ],
)
def test_nothing_starts_a_formula(text):
    assert starts_a_formula(text)
    assert spreadsheet_text(text).startswith("'")


@pytest.mark.parametrize("text", ["3-2-101", "半包", "", "5=5", "😀"])
def test_ordinary_text_stays_as_it_is(text):
    assert spreadsheet_text(text) == text


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(text):
    once = clean_text(text)
    assert clean_text(once) == once
