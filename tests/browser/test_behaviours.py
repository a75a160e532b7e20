"""What the scripts promise, pressed in a real browser on the component sheet."""

import pytest

from tenancy.models import Role
from tenancy.scoping import firm_scope


@pytest.fixture
def sheet(firm, make_member, open_as):
    with firm_scope(firm.pk):
        admin = make_member(Role.FIRM_ADMIN, name="管玉")
    page = open_as(admin)
    page.set_default_timeout(20_000)
    page.goto("/ui/")
    yield page
    assert page.complaints() == []


def is_open(page, dialog: str) -> bool:
    return page.evaluate("id => document.getElementById(id).open", dialog)


def test_search_opens_by_keyboard_and_gives_the_focus_back(sheet):
    sheet.focus("#id_name")
    sheet.keyboard.press("Control+k")
    assert is_open(sheet, "cmdk")
    sheet.keyboard.press("Escape")
    assert not is_open(sheet, "cmdk")
    assert sheet.evaluate("document.activeElement.id") == "id_name"


def test_letters_are_commands_outside_fields_and_letters_inside(sheet):
    sheet.focus("#id_name")
    sheet.keyboard.type("?")
    assert not is_open(sheet, "keys")
    sheet.evaluate("document.activeElement.blur()")
    sheet.keyboard.type("?")
    assert is_open(sheet, "keys")


def test_rows_are_walked_and_ticked_without_a_mouse(sheet):
    sheet.keyboard.press("j")
    sheet.keyboard.press("j")
    sheet.keyboard.press("x")
    assert sheet.inner_text("[data-bulk-count]") == "1"
    assert sheet.is_visible("[data-bulk]")


def test_a_digit_answers_the_rating_that_has_the_focus(sheet):
    sheet.focus(".rate input[name=sample]:checked")
    sheet.keyboard.press("2")
    assert sheet.evaluate("document.querySelector('.rate input[name=sample]:checked').value") == "2"


def test_what_was_typed_survives_a_reload_in_this_browser(sheet):
    sheet.fill("#id_name", "王雅琴")
    sheet.wait_for_timeout(1200)  # a draft is kept 0.8 s after the last key
    sheet.reload()
    sheet.wait_for_selector("#toasts .toast")
    assert sheet.input_value("#id_name") == "王雅琴"


def test_what_cannot_be_undone_wants_the_word_typed(sheet):
    sheet.click("[data-open=sheet-confirm]")
    assert sheet.is_disabled("#sheet-confirm .btn--bad")
    sheet.fill("#sheet-confirm-word", "郑州")
    assert sheet.is_enabled("#sheet-confirm .btn--bad")


def test_the_theme_changes_at_once_and_stays(sheet):
    sheet.click("[data-theme-form] button")
    assert sheet.evaluate("document.documentElement.dataset.theme") == "dark"
    sheet.wait_for_load_state("networkidle")
    sheet.reload()
    assert sheet.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_dropped_card_asks_and_stays_where_it_was(sheet):
    sheet.wait_for_selector("[data-armed]")
    sheet.drag_and_drop('[data-card="2"] .kcard__m', "[data-lane=budget]")
    sheet.wait_for_selector("#sheet-move[open]")
    assert sheet.locator('[data-lane=design] [data-card="2"]').count() == 1
    sheet.keyboard.press("Escape")
    sheet.wait_for_selector("#sheet-move", state="detached")
