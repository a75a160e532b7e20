"""Fifty customers of sixteen columns, as JSON and as a page, and one of them."""

from copy import copy
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from bench.floors.answers import as_json as answer, near, rows
from tenancy.models import Member, Role
from tenancy.scoping import current_firm_id
from workspace.customer_list import views

PAGE: Final = "bench/list.html"
_rest: dict[int, str] = {}
_SIXTEEN: Final = """
    SELECT c.id, c.number, c.name, c.salutation, c.importance, c.source, e.name AS estate, c.building, c.unit, c.room,
        c.branch_id, c.adviser_id, c.budget_max_fen, c.created_at, c.last_contact_at, w.value AS phone
    FROM crm_customer c
    LEFT JOIN crm_estate e ON e.firm_id = c.firm_id AND e.id = c.estate_id
    LEFT JOIN crm_contactpoint w
        ON w.firm_id = c.firm_id AND w.customer_id = c.id AND w.kind = 'phone' AND w.is_primary
    WHERE c.firm_id = %s AND c.deleted_at IS NULL{near}
    ORDER BY c.id DESC LIMIT 50
"""
_ONE: Final = "SELECT * FROM crm_customer c WHERE c.firm_id = %s AND c.deleted_at IS NULL{near} ORDER BY c.id DESC LIMIT 1"
_REACHED: Final = "SELECT * FROM crm_contactpoint WHERE firm_id = %s AND customer_id = %s ORDER BY id"


def as_json(request: Any) -> HttpResponse:
    return answer({"results": _fifty(request)})


def as_html(request: Any) -> HttpResponse:
    """As many bytes as the product's own page: the rows in a plain table, and the rest in one piece."""
    shown = {"rows": _fifty(request)}
    firm_id = current_firm_id()
    if firm_id not in _rest:
        bare = len(render(request, PAGE, shown).content)
        _rest[firm_id] = "-" * max(0, _bytes_of_ours(request) - bare)
    return render(request, PAGE, shown | {"rest": _rest[firm_id]})


def detail(request: Any) -> HttpResponse:
    near_sql, values = near(request, "c")
    found = rows(_ONE.format(near=near_sql), [current_firm_id(), *values])[0]
    return answer(found | {"contact_points": rows(_REACHED, [current_firm_id(), found["id"]])})


def _fifty(request: Any) -> list[dict[str, Any]]:
    near_sql, values = near(request, "c")
    return rows(_SIXTEEN.format(near=near_sql), [current_firm_id(), *values])


def _bytes_of_ours(request: Any) -> int:
    """The list as the firm's administrator sees it, drawn once in each process."""
    administrator = Member.objects.with_posts().filter(posts__role=Role.FIRM_ADMIN).select_related("user")[0]
    asked = copy(request)
    asked.path, asked.GET = "/customers/", QueryDict("size=50")
    asked.firm, asked.member, asked.user = administrator.firm, administrator, administrator.user
    return len(views.customers(asked).content)
