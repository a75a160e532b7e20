"""Acts on many customers, saved views, estates."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.toasts import toast
from crm import actions, policies, search
from crm.forms import EstateForm, SavedViewForm
from crm.models import Estate, SavedView
from crm.views.asking import answer_form, go_to, only
from tenancy.http import MemberRequest

ESTATES = 100


@require_POST
@only(policies.may_arrange)
def bulk_undo(request: MemberRequest) -> HttpResponse:
    count = actions.undo_bulk(request.GET.get("token", ""), by=request.member)
    toast(request, _("已撤销，%(count)d 位客户恢复原样") % {"count": count})
    return go_to(request, request.headers.get("HX-Current-URL") or reverse("workspace:customers"))


@require_http_methods(["GET", "POST"])
def view_new(request: MemberRequest) -> HttpResponse:
    """Keep the list as it is filtered now under a name."""
    query = request.GET.urlencode()
    form = SavedViewForm(request.POST or None, member=request.member, initial={"query": query})
    if not policies.may_share_views(request.member):
        del form.fields["is_shared"]
    back = f"{reverse('workspace:customers')}?{request.POST.get('query', query)}"
    return answer_form(
        request,
        form,
        lambda given: actions.save_view(given.pop("name"), by=request.member, **given),
        title=_("存为视图"),
        button=_("保存"),
        back=back,
        done=_("视图已保存"),
    )


@require_POST
def view_removal(request: MemberRequest, pk: UUID) -> HttpResponse:
    view: SavedView = get_object_or_404(SavedView.objects.visible_to(request.member), pk=pk)
    actions.delete_view(view, by=request.member)
    toast(request, _("视图已删除"))
    return go_to(request, reverse("workspace:customers"))


@require_GET
def estates(request: MemberRequest) -> HttpResponse:
    """Every estate of the firm, by name."""
    text = request.GET.get("q", "")
    known = Estate.objects.visible_to(request.member)
    found = search.estates(known, text) if text.strip() else known
    context = {
        "estates": found.order_by("pinyin", "pk")[:ESTATES],
        "q": text,
        "may_arrange": policies.may_arrange(request.member),
    }
    return render(request, "crm/_estates.html" if request.htmx else "crm/estates.html", context)


@require_http_methods(["GET", "POST"])
@only(policies.may_arrange)
def estate_new(request: MemberRequest) -> HttpResponse:
    form = EstateForm(request.POST or None, member=request.member)
    return _estate_form(
        request,
        form,
        lambda given: actions.create_estate(given.pop("name"), by=request.member, **given),
        _("新建小区"),
    )


@require_http_methods(["GET", "POST"])
@only(policies.may_arrange)
def estate_edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    estate: Estate = get_object_or_404(Estate.objects.visible_to(request.member), pk=pk)
    initial = {name: getattr(estate, name) for name in EstateForm.base_fields}
    form = EstateForm(request.POST or None, member=request.member, initial=initial)
    return _estate_form(
        request,
        form,
        lambda given: actions.change_estate(estate, by=request.member, **given),
        _("修改小区：%(name)s") % {"name": estate.name},
    )


def _estate_form(request: MemberRequest, form: EstateForm, act: Any, title: str) -> HttpResponse:
    return answer_form(
        request, form, act, title=title, button=_("保存"), back=reverse("crm:estates"), done=_("小区已保存")
    )
