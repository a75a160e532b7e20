"""Writing a customer down, correcting, giving away, deleting."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import Refusal, Stale
from core.toasts import toast
from crm import actions, duplicates, policies
from crm.forms import AssignForm, CustomerForm, NewCustomerForm
from crm.models import Customer, Estate
from crm.reaching import BadContact, normalise
from crm.views.asking import answer_form, find_customer, go_to, only
from crm.words import ContactKind
from tenancy.http import MemberRequest

ESTATES_OFFERED = 300


@require_http_methods(["GET", "POST"])
@only(policies.may_write)
def new(request: MemberRequest) -> HttpResponse:
    """Write a customer down; whoever looks like the same person is shown before and after."""
    form = NewCustomerForm(request.POST or None, member=request.member)
    if request.method == "POST" and form.is_valid():
        customer = _create(request, form)
        if customer is not None:
            toast(request, _("已建档：%(name)s") % {"name": customer.name})
            return go_to(request, customer.get_absolute_url())
    context = {
        "form": form,
        "estates": _estates(),
        "likely": _likely(request, form.data) if form.is_bound else [],
    }
    return render(request, "crm/customer_new.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@only(policies.may_write)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Correct what is known; who was quicker is shown instead of overwritten."""
    customer = find_customer(request, pk)
    form = CustomerForm(request.POST or None, member=request.member, initial=CustomerForm.known(customer))
    status = 200
    conflicts: list[Any] = []
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid() and _change(customer, form, request):
                toast(request, _("已保存"))
                return go_to(request, customer.get_absolute_url())
        except Stale:
            status, (form, conflicts) = 409, _conflict(request, customer, form)
    context = {"form": form, "customer": customer, "estates": _estates(), "conflicts": conflicts}
    return render(request, "crm/customer_edit.html", context, status=status)


@require_GET
@only(policies.may_write)
def hints(request: MemberRequest) -> HttpResponse:
    """Customers who look like the one being typed."""
    return render(request, "crm/_duplicates.html", {"likely": _likely(request, request.GET)})


@require_http_methods(["GET", "POST"])
@only(policies.may_arrange)
def assignment(request: MemberRequest, pk: UUID) -> HttpResponse:
    customer = find_customer(request, pk)
    initial = {"branch": customer.branch_id, "adviser": customer.adviser_id}
    form = AssignForm(request.POST or None, member=request.member, initial=initial)
    return answer_form(
        request,
        form,
        lambda given: actions.assign_customer(customer, by=request.member, **given),
        title=_("转移归属：%(name)s") % {"name": customer.name},
        button=_("转移"),
        back=reverse("workspace:customers") if request.method == "POST" else customer.get_absolute_url(),
        done=_("归属已更新"),
    )


@require_POST
@only(policies.may_delete)
def deletion(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Off every list; the toast takes it back, and so does the recycle page for thirty days."""
    customer = find_customer(request, pk)
    actions.delete_customer(customer, by=request.member, word=request.POST.get("word", ""))
    toast(
        request,
        _("已删除客户 %(name)s") % {"name": customer.name},
        undo=reverse("crm:restoration", args=[pk]),
    )
    return go_to(request, reverse("workspace:customers"))


@require_POST
@only(policies.may_delete)
def restoration(request: MemberRequest, pk: UUID) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.within(request.member), pk=pk)
    actions.restore_customer(customer, by=request.member)
    toast(request, _("已恢复客户 %(name)s") % {"name": customer.name})
    return go_to(request, reverse("workspace:customers"))


def _create(request: MemberRequest, form: NewCustomerForm) -> Customer | None:
    given = form.cleaned_data
    try:
        with transaction.atomic():
            facts = form.facts()
            customer = actions.create_customer(
                facts.pop("name"),
                by=request.member,
                contact_points=form.ways(),
                branch=given["branch"],
                adviser=given["adviser"],
                tags=given["tags"],
                **facts,
            )
            if given["opens_enquiry"]:
                actions.open_enquiry(customer, by=request.member, wishes=customer.core_demands)
            return customer
    except Refusal as refusal:
        form.add_error(None, list(refusal.sentences))
        return None


def _change(customer: Customer, form: CustomerForm, request: MemberRequest) -> bool:
    """False, with sentences in the form, when refused; ``Stale`` rises."""
    try:
        with transaction.atomic():
            version = form.cleaned_data["version"]
            actions.change_customer(customer, by=request.member, version=version, **form.facts())
            return True
    except Stale:
        raise
    except Refusal as refusal:
        form.add_error(None, list(refusal.sentences))
        return False


def _conflict(
    request: MemberRequest, customer: Customer, form: CustomerForm
) -> tuple[CustomerForm, list[Any]]:
    """The same form with the newer version number: sending it again keeps mine, on purpose this time."""
    customer.refresh_from_db()
    now = CustomerForm.known(customer)
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(now["version"])
    mine = CustomerForm(data, member=request.member, initial=now)
    differing = [
        (field.label, field.field.prepare_value(now.get(field.name)), data.get(field.name, ""))
        for field in mine
        if field.name in mine.changed_data and field.name != "version"
    ]
    return mine, differing


def _likely(request: MemberRequest, data: Any) -> list[duplicates.Likeness]:
    """From raw form data: half-typed values simply find nothing."""
    estate = Estate.objects.filter(name=data.get("estate_name", "").strip()[:60].replace("\x00", "")).first()
    asked = duplicates.Asked(
        name=data.get("name", "").replace("\x00", "")[:60],
        values=_values(data),
        estate_id=estate.pk if estate else None,
        building=data.get("building", "").replace("\x00", "").strip(),
        room=data.get("room", "").replace("\x00", "").strip(),
    )
    return duplicates.likely(asked, request.member)


def _values(data: Any) -> list[str]:
    kinds = {"phone": ContactKind.PHONE, "other_phone": ContactKind.PHONE, "wechat": ContactKind.WECHAT}
    found = []
    for name, kind in kinds.items():
        try:
            found.append(normalise(kind, data.get(name, ""))[0])
        except BadContact:
            continue
    return found


def _estates() -> list[str]:
    return list(Estate.objects.order_by("pinyin", "pk").values_list("name", flat=True)[:ESTATES_OFFERED])
