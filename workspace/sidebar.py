"""The entries of the sidebar. Drawn here, like ``core.ui.pieces``: they stand on every page, and all but the figures and
the mark on the current one is the same for everybody who may go there.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.navigation import Label
from core.ui import pieces

if TYPE_CHECKING:
    from workspace.context import Entry


class Place(NamedTuple):
    """What is said of an entry, in the reader's language: nothing of who reads it."""

    key: str
    url: str
    icon: str
    label: str
    hotkey: str


def places(entries: "Iterable[Entry]") -> tuple[Place, ...]:
    return tuple(Place(entry.key, entry.url, entry.icon, str(entry.label), entry.hotkey) for entry in entries)


def drawn(groups: "Iterable[tuple[Label, list[Entry]]]") -> SafeString:
    """Each group with its heading; the first has none."""
    waiting = _("项待办")
    return format_html_join(
        "",
        "{}{}",
        (
            (_heading(str(label)), format_html_join("", "{}{}</a>", (_line(one, waiting) for one in entries)))
            for label, entries in groups
        ),
    )


def _line(entry: "Entry", waiting: str) -> tuple[SafeString, SafeString]:
    link = _link(entry.url, entry.icon, str(entry.label), entry.hotkey.lower(), current=entry.current)
    return link, pieces.count(entry.count, "r" if entry.alarm else "", waiting)


def _heading(label: str) -> SafeString:
    return format_html('<p class="nav__h">{}</p>', label) if label else SafeString()


@lru_cache(maxsize=500)  # some thirty entries, in two languages, current or not
def _link(url: str, icon: str, label: str, hotkey: str, *, current: bool) -> SafeString:
    return format_html(
        '<a href="{}"{}{}>{}<span class="nav__t">{}</span>',
        url,
        SafeString(' aria-current="page"') if current else "",
        format_html(' data-go="{}"', hotkey) if hotkey else "",
        pieces.icon(icon),
        label,
    )
