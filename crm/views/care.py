"""What happens with a customer before there is a project: enquiries, visits, notes, tags."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.toasts import toast
from crm import actions, policies
from crm.forms import CloseEnquiryForm, EnquiryForm, FollowUpForm, TagForm, VisitForm
from crm.models import Enquiry, Visit
from crm.views.asking import answer_form, find_customer, go_to, only
from tenancy.http import MemberRequest


@require_http_methods(["GET", "POST"])
@only(policies.may_write)
def follow_up(request: MemberRequest, pk: UUID) -> HttpResponse:
    customer = find_customer(request, pk)
    form = FollowUpForm(request.POST or None, member=request.member)
    return answer_form(
        request,
        form,
        lambda given: actions.add_follow_up(customer, by=request.member, **given),
        title=_("记一条跟进：%(name)s") % {"name": customer.name},
        button=_("保存跟进"),
        back=customer.get_absolute_url(),
        done=_("已记下"),
    )


@require_http_methods(["GET", "POST"])
@only(policies.may_write)
def enquiry(request: MemberRequest, pk: UUID) -> HttpResponse:
    customer = find_customer(request, pk)
    form = EnquiryForm(request.POST or None, member=request.member, initial={"source": customer.source})
    return answer_form(
        request,
        form,
        lambda given: actions.open_enquiry(customer, by=request.member, **given),
        title=_("登记咨询：%(name)s") % {"name": customer.name},
        button=_("登记"),
        back=customer.get_absolute_url(),
        done=_("已登记咨询"),
    )


@require_http_methods(["GET", "POST"])
@only(policies.may_write)
def enquiry_end(request: MemberRequest, pk: UUID) -> HttpResponse:
    found: Enquiry = get_object_or_404(
        Enquiry.objects.visible_to(request.member).select_related("customer"), pk=pk
    )
    form = CloseEnquiryForm(request.POST or None, member=request.member)
    return answer_form(
        request,
        form,
        lambda given: actions.close_enquiry(found, by=request.member, **given),
        title=_("结束咨询"),
        button=_("结束"),
        back=found.customer.get_absolute_url(),
        done=_("咨询已结束"),
    )


@require_http_methods(["GET", "POST"])
@only(policies.may_write)
def visit(request: MemberRequest, pk: UUID) -> HttpResponse:
    customer = find_customer(request, pk)
    initial = {"came_at": timezone.localtime(), "received_by": request.member.pk}
    form = VisitForm(request.POST or None, member=request.member, initial=initial)
    return answer_form(
        request,
        form,
        lambda given: actions.record_visit(customer, by=request.member, **given),
        title=_("登记到访：%(name)s") % {"name": customer.name},
        button=_("登记"),
        back=customer.get_absolute_url(),
        done=_("已登记到访"),
    )


@require_POST
@only(policies.may_write)
def visit_end(request: MemberRequest, pk: UUID) -> HttpResponse:
    """送出门: the messages of the following days count from now."""
    found: Visit = get_object_or_404(
        Visit.objects.visible_to(request.member).select_related("customer"), pk=pk
    )
    actions.end_visit(found, by=request.member)
    toast(request, _("已登记离店"))
    return go_to(request, found.customer.get_absolute_url())


@require_http_methods(["GET", "POST"])
@only(policies.may_write)
def tags(request: MemberRequest, pk: UUID) -> HttpResponse:
    customer = find_customer(request, pk)
    held = list(customer.taggings.values_list("tag_id", flat=True))
    form = TagForm(request.POST or None, member=request.member, initial={"tags": held})

    def put_on(given: dict[str, Any]) -> None:
        chosen = list(given["tags"])
        if given["new_tag"]:
            chosen.append(
                actions.create_tag(given["new_tag"], by=request.member, colour=given["colour"] or "grey")
            )
        actions.set_tags(customer, tags=chosen, by=request.member)

    return answer_form(
        request,
        form,
        put_on,
        title=_("标签：%(name)s") % {"name": customer.name},
        button=_("保存"),
        back=customer.get_absolute_url(),
        done=_("标签已更新"),
    )
