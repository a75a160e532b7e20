"""Ways to reach a customer, and what they allow us to write about."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.toasts import toast
from crm import actions, policies
from crm.forms import ConsentForm, ContactPointForm
from crm.models import ContactPoint, Customer
from crm.reaching import Way
from crm.views.asking import answer_form, find_customer, go_to, only
from tenancy.http import MemberRequest
from tenancy.models import AuditEntry

KEPT = ("relation", "person_name", "preferred_hours", "note")


@require_http_methods(["GET", "POST"])
@only(policies.may_write)
def new(request: MemberRequest, pk: UUID) -> HttpResponse:
    customer = find_customer(request, pk)
    form = ContactPointForm(request.POST or None, member=request.member)

    def add(given: dict[str, Any]) -> ContactPoint:
        is_primary = given.pop("is_primary")
        return actions.add_contact_point(customer, way=Way(**given), by=request.member, is_primary=is_primary)

    return answer_form(
        request,
        form,
        add,
        title=_("添加联系方式"),
        button=_("添加"),
        back=customer.get_absolute_url(),
        done=_("已添加联系方式"),
    )


@require_http_methods(["GET", "POST"])
@only(policies.may_write)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Correct it. The number itself is shown masked: left as it is, it stays."""
    point = _find(request, pk)
    initial = {name: getattr(point, name) for name in KEPT} | {"kind": point.kind, "value": point.masked}
    form = ContactPointForm(request.POST or None, member=request.member, initial=initial)
    form.fields["kind"].disabled = True

    def change(given: dict[str, Any]) -> ContactPoint:
        value = None if given["value"] == point.masked else given["value"]
        changed = actions.change_contact_point(
            point, by=request.member, value=value, **{name: given[name] for name in KEPT}
        )
        return actions.make_primary(changed, by=request.member) if given["is_primary"] else changed

    return answer_form(
        request,
        form,
        change,
        title=_("修改联系方式"),
        button=_("保存"),
        back=point.customer.get_absolute_url(),
        done=_("已保存"),
    )


@require_POST
@only(policies.may_write)
def state(request: MemberRequest, pk: UUID) -> HttpResponse:
    """``act``: verified, primary, or what the last attempt taught us (reachable, unreachable, wrong)."""
    point = _find(request, pk)
    act = request.POST.get("act", "")
    if act == "verified":
        actions.verify_contact_point(point, by=request.member)
    elif act == "primary":
        actions.make_primary(point, by=request.member)
    else:
        actions.mark_reach(point, reach=act, by=request.member)
    toast(request, _("联系方式已更新"))
    return go_to(request, point.customer.get_absolute_url())


@require_POST
@only(policies.may_write)
def removal(request: MemberRequest, pk: UUID) -> HttpResponse:
    point = _find(request, pk)
    actions.remove_contact_point(point, by=request.member)
    toast(request, _("已移除联系方式"))
    return go_to(request, point.customer.get_absolute_url())


@require_http_methods(["GET", "POST"])
@only(policies.may_write)
def consent(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What the customer allows or forbids for one purpose; the newest word counts."""
    point = _find(request, pk)
    form = ConsentForm(request.POST or None, member=request.member)

    def record(given: dict[str, Any]) -> Any:
        act = actions.allow if given.pop("is_granted") == "yes" else actions.forbid
        return act(point, by=request.member, **given)

    return answer_form(
        request,
        form,
        record,
        title=_("登记授权：%(phone)s") % {"phone": point.masked},
        button=_("登记"),
        back=point.customer.get_absolute_url(),
        done=_("已登记"),
    )


@require_POST
@only(policies.may_reveal)
def reveal(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The whole number of one contact point, or of the primary phone. Looking is put on the trail."""
    customer = find_customer(request, pk)
    point = _asked_for(customer, request.POST.get("point", ""))
    AuditEntry.note_look(
        customer, AuditEntry.Verb.REVEALED, note=point.get_kind_display(), fields=("contact_points",)
    )
    if request.htmx:
        return render(request, "crm/_revealed.html", {"point": point})
    return render(request, "crm/revealed.html", {"point": point, "customer": customer})


def _asked_for(customer: Customer, point_id: str) -> ContactPoint:
    points = customer.contact_points.order_by("-is_primary", "created_at", "pk")
    try:
        return (
            get_object_or_404(points, pk=UUID(point_id))
            if point_id
            else get_object_or_404(points.filter(kind="phone")[:1])
        )
    except ValueError:
        return get_object_or_404(points.none())


def _find(request: MemberRequest, pk: UUID) -> ContactPoint:
    queryset = ContactPoint.objects.visible_to(request.member).select_related("customer")
    found: ContactPoint = get_object_or_404(queryset, pk=pk)
    return found
