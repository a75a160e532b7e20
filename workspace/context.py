"""What every staff page shows around its own content: navigation, counts, the firm, preferences."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import navigation, preferences
from core.navigation import NavItem
from tenancy import remembered
from tenancy.models import Branch
from workspace import sidebar

TABS = 4


class Entry:
    """A navigation entry as it stands on this page."""

    def __init__(self, item: NavItem, *, current: bool, count: int | None) -> None:
        self.item = item
        self.current = current
        self.count = count
        self.url = item.url

    def __getattr__(self, name: str) -> Any:
        return getattr(self.item, name)


class Shell:
    """Everything is worked out when a template first asks, so a fragment pays nothing for it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.member = request.member  # type: ignore[attr-defined]
        self.firm = request.firm  # type: ignore[attr-defined]

    @cached_property
    def scope(self) -> str:
        """Whose rows are on the screen: named under the firm, always."""
        ids = self.request.branch_ids  # type: ignore[attr-defined]
        if ids is None:
            return _("全部分公司")
        names = {post.branch_id: post.branch.name for post in self.member.held_posts if post.branch_id}
        missing = [pk for pk in ids if pk not in names]
        if missing:
            names |= dict(Branch.objects.filter(pk__in=missing).values_list("pk", "name"))
        return "、".join(sorted(names[pk] for pk in ids))

    @cached_property
    def allowed(self) -> list[NavItem]:
        return navigation.items_for(self.member.roles)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows wait behind each entry."""
        return remembered.figures(self.member, "sidebar", self._counted)

    def _counted(self) -> dict[str, int]:
        """One query for all entries."""
        waiting = [_count(item, self.member) for item in self.allowed if item.count]
        if not waiting:
            return {}
        first, *others = waiting
        return dict(first.union(*others, all=True) if others else first)

    @cached_property
    def entries(self) -> list[Entry]:
        current = _current(self.allowed, self.request.path)
        return [
            Entry(item, current=item is current, count=self.counts.get(item.key)) for item in self.allowed
        ]

    @cached_property
    def groups(self) -> list[tuple[navigation.Label, list[Entry]]]:
        """The sidebar: each group with its heading, empty groups left out."""
        grouped = ((label, self._in(group)) for group, label in navigation.GROUPS.items())
        return [(label, entries) for label, entries in grouped if entries]

    @cached_property
    def nav(self) -> SafeString:
        """The sidebar drawn; the drawer of the phone shows the same."""
        return sidebar.drawn(self.groups)

    @property
    def places(self) -> tuple[sidebar.Place, ...]:
        """Where the command box leads: everything in the sidebar."""
        return sidebar.places(entry for _label, entries in self.groups for entry in entries)

    @property
    def account(self) -> list[Entry]:
        return self._in(navigation.ACCOUNT)

    @cached_property
    def tabs(self) -> list[Entry]:
        """The bottom bar of a phone; everything else is behind 更多."""
        return [entry for entry in self.entries if entry.phone][:TABS]

    @property
    def hotkeys(self) -> tuple[sidebar.Place, ...]:
        return sidebar.places(entry for entry in self.entries if entry.hotkey)

    @property
    def search(self) -> Entry | None:
        return self._one(navigation.SEARCH)

    @property
    def bell(self) -> Entry | None:
        return self._one(navigation.BELL)

    @cached_property
    def switch(self) -> Entry | None:
        return self._one(navigation.SWITCH)

    @property
    def help(self) -> Entry | None:
        return self._one(navigation.HELP)

    def _in(self, group: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.item.group == group]

    def _one(self, group: str) -> Entry | None:
        return next(iter(self._in(group)), None)


def _count(item: NavItem, member: Any) -> QuerySet:
    """The rows behind one entry as a single (key, number) row, ready to be united with the others."""
    rows = item.count(member).order_by()  # type: ignore[misc]
    named = rows.annotate(nav_key=Value(item.key, output_field=CharField())).values("nav_key")
    return named.annotate(nav_count=Count("pk")).values_list("nav_key", "nav_count")


def _current(items: Iterable[NavItem], path: str) -> NavItem | None:
    """The entry whose address is the longest beginning of this page's path."""
    best: tuple[int, NavItem | None] = (0, None)
    for item in items:
        for prefix in (item.url, *item.also):
            if prefix != "/" and path.startswith(prefix) and len(prefix) > best[0]:
                best = (len(prefix), item)
            elif prefix == path:
                return item
    return best[1]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Without a member there is no shell, and nobody is asked who is signed in."""
    signed_in = getattr(request, "member", None) is not None
    return {"prefs": preferences.read(request), "shell": Shell(request) if signed_in else None}
