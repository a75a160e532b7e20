"""Branches, departments, and what roles are called."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.toasts import toast
from tenancy import paging, policies, trail
from tenancy.actions import structure
from tenancy.forms import visible
from tenancy.http import MemberRequest, only, sent
from tenancy.models import Branch, Department
from tenancy.people_forms import BranchForm, DepartmentForm, RoleLabelsForm


@only(policies.may_administer)
@require_GET
def branch_list(request: MemberRequest) -> HttpResponse:
    people = Count("posts__member", filter=Q(posts__member__state="active"), distinct=True)
    page = paging.by_name(Branch.objects.visible_to(request.member).annotate(people=people), request)
    return render(request, "tenancy/branches.html", {"page": page})


@only(policies.may_administer)
@require_http_methods(["GET", "POST"])
def new_branch(request: MemberRequest) -> HttpResponse:
    form = BranchForm(sent(request), member=request.member, initial={"is_active": True})
    if request.method == "POST" and form.is_valid():
        branch = structure.open_branch(by=request.member, **form.cleaned_data)
        toast(request, _("已新建分公司“%s”。") % branch.name)
        return redirect("tenancy:branches")
    return _branch_page(request, form, None)


@only(policies.may_administer)
@require_http_methods(["GET", "POST"])
def branch(request: MemberRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Branch.objects.visible_to(request.member), pk=pk)
    form = BranchForm(sent(request), instance=found, member=request.member)
    if request.method == "POST" and form.is_valid():
        structure.change_branch(Branch(pk=pk), by=request.member, **form.cleaned_data)
        toast(request, _("已保存。"))
        return redirect("tenancy:branches")
    return _branch_page(request, form, found)


def _branch_page(request: MemberRequest, form: BranchForm, found: Branch | None) -> HttpResponse:
    context = {"form": form, "branch": found, "trail": trail.of(found, request.member) if found else []}
    return render(request, "tenancy/branch.html", context, status=422 if form.errors else 200)


@only(policies.may_administer)
@require_GET
def department_list(request: MemberRequest) -> HttpResponse:
    departments = Department.objects.select_related("branch", "head").annotate(people=Count("memberships"))
    return render(request, "tenancy/departments.html", {"page": paging.by_name(departments, request)})


@only(policies.may_administer)
@require_http_methods(["GET", "POST"])
def new_department(request: MemberRequest) -> HttpResponse:
    form = DepartmentForm(sent(request), member=request.member)
    if request.method == "POST" and form.is_valid():
        made = structure.open_department(by=request.member, **form.cleaned_data)
        toast(request, _("已新建部门“%s”。") % made.name)
        return redirect("tenancy:departments")
    return _department_page(request, form, None)


@only(policies.may_administer)
@require_http_methods(["GET", "POST"])
def department(request: MemberRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(visible(Department, request.member), pk=pk)
    form = DepartmentForm(sent(request), instance=found, member=request.member)
    if request.method == "POST" and form.is_valid():
        structure.change_department(Department(pk=pk), by=request.member, **form.cleaned_data)
        toast(request, _("已保存。"))
        return redirect("tenancy:departments")
    return _department_page(request, form, found)


@only(policies.may_administer)
@require_POST
def dissolution(request: MemberRequest, pk: UUID) -> HttpResponse:
    structure.dissolve_department(
        get_object_or_404(visible(Department, request.member), pk=pk), by=request.member
    )
    toast(request, _("部门已删除。"))
    return redirect("tenancy:departments")


def _department_page(request: MemberRequest, form: DepartmentForm, found: Department | None) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "department": found,
        "trail": trail.of(found, request.member) if found else [],
    }
    return render(request, "tenancy/department.html", context, status=422 if form.errors else 200)


@only(policies.may_administer)
@require_http_methods(["GET", "POST"])
def role_labels(request: MemberRequest) -> HttpResponse:
    form = RoleLabelsForm(sent(request))
    if request.method == "POST" and form.is_valid():
        structure.name_roles(form.cleaned_data, by=request.member)
        toast(request, _("已保存。"))
        return redirect("tenancy:role_labels")
    return render(request, "tenancy/role_labels.html", {"form": form}, status=422 if form.errors else 200)
