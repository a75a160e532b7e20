"""What every template keeps: nothing inline, icons that exist, fragments that say what they need."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from core import icons, navigation
from tenancy.models import Role

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
DOCUMENTS = "documents/"  # written for paper, not for the browser's policy

STYLE = re.compile(r"""\sstyle\s*=\s*["']|<style\b""")
SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>")
HANDLER = re.compile(r"""<[^>]*\son[a-z]+\s*=\s*["']""")
EVAL = re.compile(r"""\bhx-on\b|hx-vals=["']js:|hx-trigger=["'][^"']*\[""")
SELECTOR = re.compile(r"""\bfrom:[^,"']*""")  # a CSS selector may have brackets, a filter would be code
SAFE = re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off")
FIRST_LINE = re.compile(
    r"\A(?:{%[^%]*%}\s*)*(?:{#.*(?:Needs:|Blocks:).*#}|{% comment %}.*Needs:.*{% endcomment %})"
)

MARKED_SAFE = {"workspace/help.py": "our own Markdown, rendered with raw HTML off"}
"""File: why what it marks is safe."""


def name(page: Path) -> str:
    return str(page.relative_to(TEMPLATES))


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


for_browsers = pytest.mark.parametrize(
    "page", [p for p in PAGES if not name(p).startswith(DOCUMENTS)], ids=name
)


@for_browsers
def test_nothing_is_inline(page):
    source = SELECTOR.sub("", text(page))
    found = [rule.search(source) for rule in (STYLE, SCRIPT, HANDLER, EVAL)]
    assert [match.group() for match in found if match] == []


@for_browsers
def test_nothing_escapes_the_escaping(page):
    assert SAFE.findall(text(page)) == []


fragments = [p for p in PAGES if p.name.startswith("_") or p.parent.name in {"ui", "layout"}]


@pytest.mark.parametrize("page", fragments, ids=name)
def test_a_fragment_says_first_what_it_needs(page):
    assert FIRST_LINE.match(text(page)), "first line: {# What it is. Needs: … #}"


def test_python_marks_nothing_as_safe_without_a_reason():
    marked = {
        str(source.relative_to(ROOT))
        for app in ROOT.iterdir()
        if (app / "__init__.py").exists() and app.name != "tests"
        for source in app.rglob("*.py")
        if "mark_safe" in source.read_text(encoding="utf-8")
    }
    assert marked - set(MARKED_SAFE) == set()


def test_every_icon_exists_in_the_set_we_draw_from():
    outline = ROOT / "node_modules" / ".tabler-outline.json"
    sprite = ROOT / "static" / "icons.svg"
    if not outline.exists() and not sprite.exists():
        pytest.skip("bin/setup has not fetched the icons yet")
    known = (
        json.loads(outline.read_text())
        if outline.exists()
        else re.findall(r'id="([^"]+)"', sprite.read_text())
    )
    assert sorted(icons.used(TEMPLATES) - set(known)) == []


def test_navigation_leads_somewhere_and_draws_known_icons():
    lost = [item.key for item in navigation.items() if not reverse(item.url_name)]
    strange = [item.icon for item in navigation.items() if item.icon not in icons.EXTRA]
    assert (lost, strange) == ([], [])


@pytest.mark.parametrize("role", Role.values)
def test_no_two_entries_somebody_sees_listen_to_the_same_letter(role):
    by_letter: dict[str, list[str]] = {}
    for item in navigation.items_for({role}):
        by_letter.setdefault(item.hotkey.upper(), []).append(item.key)
    assert [keys for letter, keys in by_letter.items() if letter and len(keys) > 1] == []


@pytest.mark.parametrize("sheet", sorted((ROOT / "static" / "css").rglob("*.css")), ids=lambda p: p.name)
def test_stylesheets_name_no_other_host_and_stay_readable(sheet):
    css = sheet.read_text(encoding="utf-8")
    assert "//" not in re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    assert len(css.splitlines()) < 400


@pytest.mark.parametrize("module", sorted((ROOT / "static" / "js").rglob("*.js")), ids=lambda p: p.name)
def test_scripts_make_no_inline_code(module):
    js = module.read_text(encoding="utf-8")
    assert re.findall(r"\beval\(|new Function\(|innerHTML\s*=|document\.write|setAttribute\(.style", js) == []
