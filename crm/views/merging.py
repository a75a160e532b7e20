"""Comparing two records of one person, merging them, taking it back."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import Refusal
from core.toasts import toast
from crm import actions, duplicates, policies, search
from crm.actions.merging import undo_until
from crm.forms import MergeForm
from crm.models import Customer, CustomerMerge
from crm.views.asking import find_customer, go_to, only
from tenancy.http import MemberRequest

OFFERED = 8


@require_GET
@only(policies.may_arrange)
def partner(request: MemberRequest, pk: UUID) -> HttpResponse:
    """With whom: those who look alike first, or whoever is looked for."""
    customer = find_customer(request, pk)
    text = request.GET.get("q", "")
    context = {
        "customer": customer,
        "q": text,
        "likely": _alike(request, customer),
        "found": _found(request, text, pk),
    }
    template = "crm/_merge_found.html" if request.htmx else "crm/merge_partner.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@only(policies.may_arrange)
def merge(request: MemberRequest, pk: UUID, other: UUID) -> HttpResponse:
    """Both side by side; the first one stays. ``POST`` merges."""
    kept, gone = _find_both(request, pk, other)
    form = MergeForm(request.POST or None, member=request.member)
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.merge_customers(kept, gone=gone, by=request.member, **form.cleaned_data)
            toast(
                request,
                _("已合并，%(day)s 前可在客户页撤销") % {"day": f"{undo_until(done):%m-%d}"},
                undo=reverse("crm:merge_undoing", args=[done.pk]),
            )
            return go_to(request, kept.get_absolute_url())
        except Refusal as refusal:
            form.add_error(None, list(refusal.sentences))
    context = {"kept": kept, "gone": gone, "rows": _side_by_side(kept, gone), "form": form}
    return render(request, "crm/merge.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@only(policies.may_arrange)
def undoing(request: MemberRequest, pk: UUID) -> HttpResponse:
    found: CustomerMerge = get_object_or_404(
        CustomerMerge.objects.filter(kept__in=Customer.objects.visible_to(request.member)), pk=pk
    )
    gone = actions.undo_merge(found, by=request.member)
    toast(request, _("已撤销合并，%(name)s 恢复为单独的客户") % {"name": gone.name})
    return go_to(request, gone.get_absolute_url())


def merged_away(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The old address of a merged customer leads to the one that stayed."""
    gone = Customer.objects.filter(pk=pk, merged_into__isnull=False).first()
    for _step in range(10):
        if gone is None or gone.merged_into_id is None:
            break
        pk = gone.merged_into_id
        gone = Customer.objects.filter(pk=pk).first()
    kept = Customer.objects.visible_to(request.member).filter(pk=pk).first()
    if kept is None:
        raise Http404
    return redirect(kept)


def open_merges(customer: Customer) -> list[CustomerMerge]:
    """Merges into this customer that can still be taken back."""
    merges = customer.merges_kept.filter(undone_at=None).select_related("gone", "by").order_by("-at")
    return [one for one in merges if timezone.now() <= undo_until(one)]


def _find_both(request: MemberRequest, pk: UUID, other: UUID) -> tuple[Customer, Customer]:
    rows = Customer.objects.visible_to(request.member).select_related("estate", "branch", "adviser")
    found = rows.prefetch_related("contact_points").in_bulk([pk, other])
    if pk not in found or other not in found:
        raise Http404
    return found[pk], found[other]


def _alike(request: MemberRequest, customer: Customer) -> list[duplicates.Likeness]:
    asked = duplicates.Asked(
        name=customer.name,
        values=list(customer.contact_points.values_list("value", flat=True)),
        estate_id=customer.estate_id,
        building=customer.building,
        room=customer.room,
    )
    return duplicates.likely(asked, request.member, besides=customer.pk)


def _found(request: MemberRequest, text: str, besides: UUID) -> list[Customer]:
    if not text.strip():
        return []
    visible = Customer.objects.visible_to(request.member).exclude(pk=besides)
    found = search.few_customers(visible, text).select_related("estate").prefetch_related("contact_points")
    return list(found.order_by("pinyin", "pk")[:OFFERED])


def _side_by_side(kept: Customer, gone: Customer) -> list[tuple[str, Any, Any]]:
    rows = [
        (_("客户编号"), "number"),
        (_("姓名"), "addressed_as"),
        (_("房屋"), "place"),
        (_("生日"), "birthday"),
        (_("家庭成员"), "family"),
        (_("来源"), "get_source_display"),
        (_("分公司"), "branch"),
        (_("家装顾问"), "adviser"),
        (_("预算"), "budget"),
        (_("备注"), "notes"),
    ]
    table: list[tuple[str, Any, Any]] = [(label, _say(kept, name), _say(gone, name)) for label, name in rows]
    one, other = (", ".join(point.masked for point in who.contact_points.all()) for who in (kept, gone))
    return [*table[:2], (_("联系方式"), one, other), *table[2:]]


def _say(customer: Customer, name: str) -> str:
    value = getattr(customer, name)
    value = value() if callable(value) else value
    return "" if value is None else str(value)
