"""The views above the list: those of the house, then one's own and the shared ones, each with its capped count."""

from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery
from django.utils.translation import gettext as _

from crm.models import SavedView
from crm.settings import SILENT_DAYS
from tenancy import firm_settings, remembered
from tenancy.models import Member
from workspace.customer_list.asked import Asked

CAP = 9_999
OWN_SHOWN = 6


class CappedCount(Subquery):
    """How many rows, counted only as far as anybody reads the figure."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS capped)"
    output_field = IntegerField()


@dataclass
class Tab:
    label: str
    asked: Asked
    saved: SavedView | None = None
    number: int = 0
    on: bool = False

    @property
    def url(self) -> str:
        return self.asked.url()

    @property
    def shown(self) -> str:
        return f"{CAP:,}+" if self.number > CAP else f"{self.number:,}"


def tabs(asked: Asked, member: Member) -> list[Tab]:
    """All of them with one query for the figures; the one whose rows are on the screen is marked."""
    found = [*_of_the_house(), *_saved(member)]
    known = remembered.figures(
        member,
        f"customers {[tab.url for tab in found]}",
        lambda: counts([tab.asked.rows(member) for tab in found], member),
    )
    for tab, number in zip(found, known, strict=True):
        tab.number = number
    for tab in found:
        if tab.asked.cuts_like(asked):
            tab.on = True
            break
    return found


def counts(querysets: list[QuerySet], member: Member) -> list[int]:
    """One query: the member's own row carries a capped count of each."""
    named = {
        f"n{index}": CappedCount(rows.order_by().values("pk")[: CAP + 1])
        for index, rows in enumerate(querysets)
    }
    row = Member.objects.filter(pk=member.pk).annotate(**named).values_list(*named).get()
    return list(row)


def _of_the_house() -> list[Tab]:
    days = firm_settings.get(SILENT_DAYS)
    shipped: list[tuple[str, dict[str, Any]]] = [
        (_("全部"), {}),
        (_("在施客户"), {"stage": "building"}),
        (_("洽谈中"), {"stage": "lead"}),
        (_("%(n)d 天未跟进") % {"n": days}, {"silent": str(days)}),
        (_("满意度低于 3 分"), {"issue": "low"}),
        (_("保修中"), {"stage": "warranty"}),
    ]
    return [Tab(label, Asked(filters=filters)) for label, filters in shipped]


def _saved(member: Member) -> list[Tab]:
    views = SavedView.objects.visible_to(member).filter(page="customers").order_by("position", "name", "pk")
    return [Tab(view.name, Asked.read_text(view.query), saved=view) for view in views[:OWN_SHOWN]]
