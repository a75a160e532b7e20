"""What stands in the sidebar, the phone's bottom bar and the account menu: each app adds its own entries.

Called from ``AppConfig.ready``. An entry whose address does not exist breaks the page on purpose, so that a test
sees it; an entry a member's roles do not allow is left out, never shown greyed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise

WORK, CUSTOMERS, SERVICE, MANAGE, ACCOUNT = "work", "customers", "service", "manage", "account"
GROUPS: dict[str, Label] = {
    WORK: "",
    CUSTOMERS: _("客户与项目"),
    SERVICE: _("服务"),
    MANAGE: _("管理"),
}
# Entries drawn elsewhere than in the sidebar, one of each.
SEARCH, BELL, SWITCH, HELP = "search", "bell", "switch", "help"


@dataclass(frozen=True)
class NavItem:
    """One place one can go.

    ``roles``: role codes that see it, None for everyone signed in. ``count``: given the member, the rows that wait
    there (a queryset); all counts of a page are taken in one query. ``alarm`` paints the figure red. ``hotkey``: the
    letter after G. ``phone``: stands in the bottom bar (the first four a member may see do).
    """

    key: str
    label: Label
    icon: str
    url_name: str
    group: str = WORK
    order: int = 100
    roles: frozenset[str] | set[str] | None = None
    count: Callable[[Any], QuerySet] | None = None
    alarm: bool = False
    hotkey: str = ""
    phone: bool = False
    phone_label: Label = ""
    # Other addresses that belong here: prefixes of the path, beside the entry's own.
    also: tuple[str, ...] = field(default=())

    @cached_property
    def url(self) -> str:
        return reverse(self.url_name)

    def allows(self, roles: Iterable[str]) -> bool:
        return self.roles is None or bool(self.roles & set(roles))


_items: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Add an entry; the same key twice is a mistake."""
    if item.key in _items and _items[item.key] != item:
        raise ValueError(f"two navigation entries are called {item.key!r}")
    _items[item.key] = item


def items() -> list[NavItem]:
    return sorted(_items.values(), key=lambda item: (item.order, item.key))


def items_for(roles: Iterable[str]) -> list[NavItem]:
    """The entries somebody with these roles sees, in order."""
    held = set(roles)
    return [item for item in items() if item.allows(held)]
