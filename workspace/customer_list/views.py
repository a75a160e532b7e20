"""The list of customers on the screen."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import Refusal
from core.toasts import toast
from crm import actions, policies as crm_policies
from crm.forms import BulkForm
from crm.settings import BULK_CAP
from crm.views.asking import answer_form
from tenancy import firm_settings, policies
from tenancy.http import MemberRequest
from tenancy.models import Member
from workspace.customer_list.asked import SIZES, Asked
from workspace.customer_list.columns import COLUMNS, filled, related
from workspace.customer_list.export import CONTENT_TYPE, export
from workspace.customer_list.filters import BY_KEY, FILTERS
from workspace.customer_list.keyset import SORTS, page
from workspace.customer_list.rows import drawn
from workspace.customer_list.tabs import CAP, tabs

TITLES = {
    "assign": gettext_lazy("转移归属"),
    "tag": gettext_lazy("加标签"),
    "importance": gettext_lazy("改重要程度"),
}
USED = {"assign": ("adviser", "branch"), "tag": ("tag", "new_tag"), "importance": ("importance",)}
BULK = "crm/_bulk_dialog.html"
MENU_LENGTH = 20
OFFERED_MENUS = ("stage", "branch", "adviser", "source")


@require_GET
def customers(request: MemberRequest) -> HttpResponse:
    """Everybody this member may see, cut and ordered as the query string says."""
    asked = Asked.read(request.GET)
    shown = page(
        related(asked.rows(request.member)),
        asked.order,
        after=asked.after,
        before=asked.before,
        size=asked.size,
    )
    views, offered, can = tabs(asked, request.member), Offered(request.member), _can(request)
    rows = filled(shown.rows, request.member)
    context = {
        "asked": asked,
        "rows": rows,
        "lines": drawn(rows, asked.columns, pick=can["arrange"]),
        "tabs": views,
        "total": next((tab.shown for tab in views if tab.on), ""),
        "prev_url": asked.url(before=shown.before) if shown.before else "",
        "next_url": asked.url(after=shown.after) if shown.after else "",
        "chips": _chips(asked, offered),
        "menus": _menus(asked, offered),
        "columns": [(column, column in asked.columns) for column in COLUMNS.values()],
        "sorts": [(one.label, asked.url(sort=one.key), one.key == asked.sort) for one in SORTS.values()],
        "can": can,
    }
    return render(request, "crm/_customers.html" if request.htmx else "crm/customers.html", context)


@require_GET
def filters(request: MemberRequest) -> HttpResponse:
    """Every filter there is, beside the list or as a page."""
    asked = Asked.read(request.GET)
    context = {
        "asked": asked,
        "more": _more(asked, Offered(request.member)),
        "sizes": [(size, size == asked.size) for size in SIZES],
    }
    return render(request, "crm/_filters.html" if request.htmx else "crm/filters.html", context)


@require_http_methods(["GET", "POST"])
def export_file(request: MemberRequest) -> HttpResponse:
    """Ask with or without whole numbers; then the workbook. Both are put on the trail."""
    if not policies.may_export(request.member):
        raise PermissionDenied
    query = request.POST.get("query", "") if request.method == "POST" else request.GET.urlencode()
    asked = Asked.read_text(query[:1000])
    may_whole = policies.may_unmask(request.member)
    if request.method == "GET":
        template = "crm/_export_dialog.html" if request.htmx else "crm/export.html"
        return render(request, template, {"asked": asked, "query": asked.query(), "may_whole": may_whole})
    whole = may_whole and request.POST.get("phones") == "whole"
    content = export(asked, request.member, whole_phones=whole)
    name = f"customers-{timezone.localdate():%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=CONTENT_TYPE, headers=headers)


@require_POST
def bulk(request: MemberRequest) -> HttpResponse:
    """First the question (who, which tag …), then the act itself with ``sure``."""
    if not crm_policies.may_arrange(request.member):
        raise PermissionDenied
    ids, form = _chosen(request), _bulk_form(request)
    act, query = str(form.initial["act"]), request.POST.get("query", "")[:1000]
    context: dict[str, Any] = {"ids": ids, "query": query, "act": act, "count": len(ids)}
    back = f"{reverse('workspace:customers')}?{Asked.read_text(query).query()}"
    if not form.is_bound:
        context |= {"form": form, "title": TITLES[act], "button": _("确定"), "back": back}
        return render(request, BULK if request.htmx else "crm/form_page.html", context)
    return answer_form(
        request,
        form,
        lambda given: _do(request, ids, given),
        title=TITLES[act],
        button=_("确定"),
        back=back,
        template=BULK,
        context=context,
    )


def _bulk_form(request: MemberRequest) -> BulkForm:
    """With the fields this act asks for; bound once the question has been answered."""
    act = request.POST.get("act", "")
    if act not in USED:
        raise Refusal(_("请选择要对客户做什么。"), code="invalid")
    form = BulkForm(
        request.POST if "sure" in request.POST else None, member=request.member, initial={"act": act}
    )
    for name in set(form.fields) - {"act", *USED[act]}:
        del form.fields[name]
    return form


def _do(request: MemberRequest, ids: list[UUID], given: dict[str, Any]) -> None:
    done = _acts(request, ids, given)
    undo = f"{reverse('crm:bulk_undo')}?token={done.undo}" if done.undo else ""
    toast(request, _("已更新 %(n)d 位客户") % {"n": done.count}, undo=undo)


def _acts(request: MemberRequest, ids: list[UUID], given: dict[str, Any]) -> actions.BulkDone:
    member = request.member
    if given["act"] == "assign":
        return actions.bulk_assign(ids, by=member, adviser=given["adviser"], branch=given["branch"])
    if given["act"] == "importance":
        return actions.bulk_importance(ids, by=member, importance=given["importance"])
    tag = given["tag"] or actions.create_tag(given["new_tag"], by=member)
    return actions.bulk_tag(ids, by=member, tag=tag)


def _chosen(request: MemberRequest) -> list[UUID]:
    """The rows ticked, or with ``everything`` all rows of the query, up to one more than may be changed at once."""
    if "everything" in request.POST:
        asked = Asked.read_text(request.POST.get("query", "")[:1000])
        cap = firm_settings.get(BULK_CAP)
        return list(asked.order.order(asked.rows(request.member)).values_list("pk", flat=True)[: cap + 1])
    return [pk for text in request.POST.getlist("pick")[:CAP] if (pk := _uuid(text)) is not None]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class Offered:
    """What each filter offers this member, asked of the database once a page and only where it is shown."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self._choices: dict[str, list[tuple[str, str]]] = {}

    def choices(self, key: str) -> list[tuple[str, str]]:
        if key not in self._choices:
            self._choices[key] = [
                (str(value), str(label)) for value, label in BY_KEY[key].choices(self.member)
            ]
        return self._choices[key]

    def words(self, key: str, value: str) -> str:
        """The value as a person reads it; a value that is no longer offered stands for itself."""
        return dict(self.choices(key)).get(value, value)


def _chips(asked: Asked, offered: Offered) -> list[tuple[Any, str, str]]:
    """Filters that are on: what they say, and the list without them."""
    return [
        (one.label, offered.words(one.key, asked.filters[one.key]), asked.url(**{one.key: ""}))
        for one in FILTERS
        if one.key in asked.filters
    ]


def _menus(asked: Asked, offered: Offered) -> list[tuple[Any, list[tuple[str, str]]]]:
    """The filters asked for most, each a click away."""
    return [
        (
            one.label,
            [(label, asked.url(**{one.key: key})) for key, label in offered.choices(one.key)[:MENU_LENGTH]],
        )
        for one in FILTERS
        if one.key in OFFERED_MENUS and one.key not in asked.filters and offered.choices(one.key)
    ]


def _more(asked: Asked, offered: Offered) -> list[tuple[Any, list[tuple[str, str]], str]]:
    """Every filter for the drawer: itself, its choices, what is chosen."""
    return [(one, offered.choices(one.key), asked.filters.get(one.key, "")) for one in FILTERS]


def _can(request: MemberRequest) -> dict[str, bool]:
    member = request.member
    return {
        "write": crm_policies.may_write(member),
        "arrange": crm_policies.may_arrange(member),
        "export": policies.may_export(member),
        "import": policies.may_manage(member),
    }
