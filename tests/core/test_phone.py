"""Numbers as they really stand in ledgers, and the sentence for those nobody can dial."""

import pytest
from hypothesis import given, strategies as st

from core.phone import (
    BadPhone,
    PhoneKind,
    display_phone,
    mask_phone,
    parse_phone,
    parse_phones,
)


@pytest.mark.parametrize(
    "written",
    [
        "13800138000", 13800138000, 13800138000.0, "13800138000.0", "138 0013 8000", "138-0013-8000",
        "１３８００１３８０００", "+8613800138000", "+86 138 0013 8000", "86 13800138000", "0086-13800138000",
        "’13800138000", "'13800138000", " 13800138000 ", "13800138000（妻子）", "妈妈 13800138000", "1.3800138E+10",
        "\u200b13800138000", "(+86)13800138000",
    ],
)  # fmt: skip
def test_a_mobile_is_read_however_it_is_written(written):
    phone = parse_phone(written)

    assert (phone.e164, phone.kind, phone.takes_sms) == (
        "+8613800138000",
        PhoneKind.MOBILE,
        True,
    )
    assert (phone.display, phone.masked) == ("138 0013 8000", "138****8000")


@pytest.mark.parametrize("between", ["/", "、", "，", ",", ";", "；", " ", "和", "\n", " / ", "或"])
def test_several_numbers_in_one_cell_are_all_read_in_order(between):
    cell = parse_phones(f"13800138000{between}139 0013 9000")

    assert [phone.e164 for phone in cell.phones] == ["+8613800138000", "+8613900139000"]
    assert cell.problems == ()


def test_two_mobiles_written_without_a_gap_are_two():
    assert [phone.e164 for phone in parse_phones("1380013800013900139000").phones] == [
        "+8613800138000",
        "+8613900139000",
    ]


def test_the_same_number_twice_is_one():
    assert len(parse_phones("13800138000/+8613800138000").phones) == 1


@pytest.mark.parametrize(
    ("written", "e164", "extension", "kind", "shown"),
    [
        ("029-84231612", "+862984231612", "", PhoneKind.FIXED, "029-8423 1612"),
        ("(029)84231612", "+862984231612", "", PhoneKind.FIXED, "029-8423 1612"),
        (
            "029-84231612转8012",
            "+862984231612",
            "8012",
            PhoneKind.FIXED,
            "029-8423 1612 转 8012",
        ),
        (
            "02984231612-8012",
            "+862984231612",
            "8012",
            PhoneKind.FIXED,
            "029-8423 1612 转 8012",
        ),
        (
            "010 62345678 分机 12",
            "+861062345678",
            "12",
            PhoneKind.FIXED,
            "010-6234 5678 转 12",
        ),
        ("0917-3211234", "+869173211234", "", PhoneKind.FIXED, "0917-321 1234"),
        ("400-820-8820", "+864008208820", "", PhoneKind.HOTLINE, "400 820 8820"),
        ("+1 650 253 0000", "+16502530000", "", PhoneKind.FOREIGN, "+1 650-253-0000"),
    ],
)
def test_other_kinds_of_numbers(written, e164, extension, kind, shown):
    phone = parse_phone(written)

    assert (phone.e164, phone.extension, phone.kind, phone.display) == (
        e164,
        extension,
        kind,
        shown,
    )


@pytest.mark.parametrize("number", ["19200000000", "16200000000", "17700000000", "19910000001"])
def test_new_ranges_are_valid(number):
    assert parse_phone(number).e164 == f"+86{number}"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1380013", "只有 7 位"),
        ("138001380001", "有 12 位"),
        ("029-8423", "不是能拨通的号码"),
        ("见合同", "没有号码"),
        ("95588", "不是能拨通的号码"),
        ("1.39E+10", "科学计数"),
        ("", "请填写"),
        (None, "请填写"),
        (True, "请填写"),
        ("13800138000/13900139000", "只能填一个"),
    ],
)
def test_a_bad_number_is_refused_with_a_sentence(written, said):
    with pytest.raises(BadPhone, match=said):
        parse_phone(written)


def test_the_good_number_is_kept_when_its_neighbour_is_bad():
    cell = parse_phones("13800138000/1380013")

    assert [phone.e164 for phone in cell.phones] == ["+8613800138000"]
    assert len(cell.problems) == 1


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text):
    for phone in parse_phones(text).phones:
        assert phone.e164.startswith("+")


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_mask_never_shows_the_middle(number):
    assert number[3:7] not in mask_phone(f"+86{number}")[3:7]
    assert display_phone(f"+86{number}").replace(" ", "") == number
