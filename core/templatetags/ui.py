"""Every tag and filter of the interface, in every template without ``{% load %}`` (a builtin library).

The sheet at /ui/ shows each of them; docs/how-to/add-a-page.md tells how they are called.
"""

from collections.abc import Callable
from typing import Any

from django import template

from core import charts
from core.toasts import undo_url
from core.ui import calendars, components, drawing, fields, formats, pieces

register = template.Library()

FILTERS: dict[str, Callable[..., Any]] = {
    "number": formats.number,
    "percent": formats.percent,
    "money": formats.money,
    "money_round": formats.money_round,
    "money_short": formats.money_short,
    "area": formats.area,
    "mask": formats.mask,
    "cn_date": formats.cn_date,
    "day_name": formats.day_name,
    "month_name": formats.month_name,
    "short_date": formats.short_date,
    "exact": formats.exact,
    "clock": formats.clock,
    "ago": formats.ago,
    "due": formats.due,
    "undo_url": undo_url,
}


@register.filter
def mask_wide(phone: str | None) -> str:
    """138 **** 5621, for the call screen."""
    return formats.mask(phone, wide=True)


TAGS: dict[str, Callable[..., Any]] = {
    "once": drawing.draw_once,
    "icon": pieces.icon,
    "tag": pieces.tag,
    "count": pieces.count,
    "avatar": pieces.avatar,
    "who": pieces.who,
    "dot": pieces.dot,
    "ring": pieces.ring,
    "sla": pieces.sla,
    "when": pieces.when,
    "bar": pieces.bar,
    "ministeps": pieces.ministeps,
    "choice": pieces.choice,
    "rate": pieces.rate,
    "field": fields.field,
    "errorsummary": fields.error_summary,
    "stat": components.stat,
    "steps": components.steps,
    "vsteps": components.vsteps,
    "kv": components.key_values,
    "pager": components.pager,
    "tab": components.tab,
    "filterchip": components.filter_chip,
    "skeleton": components.skeleton,
    "month": calendars.month,
    "dayplan": calendars.day_plan,
    "chart": charts.chart,
    "spark": charts.spark,
}

BLOCKS: dict[str, Callable[..., Any]] = {
    "card": components.card,
    "cardhead": components.card_head,
    "pagehead": components.page_head,
    "stats": components.stats,
    "alert": components.alert,
    "empty": components.empty,
    "dialog": components.dialog,
    "dialogfoot": components.dialog_foot,
    "drawer": components.drawer,
    "menu": components.menu,
    "entry": components.entry,
    "table": components.table,
    "bulk": components.bulk,
    "tabs": components.tabs,
    "seg": components.segments,
    "lane": components.lane,
    "kcard": pieces.board_card,
    "fieldset": components.fieldset,
}

for name, function in FILTERS.items():
    register.filter(name, function)
for name, function in TAGS.items():
    register.simple_tag(function, name=name)
for name, function in BLOCKS.items():
    register.simple_block_tag(function, name=name)
register.simple_block_tag(components.confirm, name="confirm", takes_context=True)
