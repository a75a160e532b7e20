"""Who works here: list, invite, posts, leaving; names from ledgers that wait to be recognised."""

from copy import copy
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.toasts import toast
from tenancy import paging, policies, roles, trail
from tenancy.actions import invitations, members as actions
from tenancy.http import MemberRequest, only, sent
from tenancy.models import Invitation, Member, Post
from tenancy.people_forms import MergeForm, NewPersonForm, PersonForm, PostForm

STATES = ("active", "proposed", "left")


@only(policies.may_administer)
@require_GET
def member_list(request: MemberRequest) -> HttpResponse:
    state = request.GET.get("state", "active")
    state = state if state in STATES else "active"
    people = Member.objects.people().filter(state=state).with_posts().select_related("user")
    waiting = Invitation.objects.filter(
        member_id=OuterRef("pk"), accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )
    page = paging.by_name(people.annotate(is_invited=Exists(waiting)), request)
    words = roles.labels()
    context = {
        "rows": [(member, roles.told(member, words)) for member in page.rows],
        "page": page,
        "state": state,
        "states": [(value, label) for value, label in Member.State.choices],
        "proposed": Member.objects.filter(state="proposed").count(),
    }
    return render(request, "tenancy/members.html", context)


@only(policies.may_administer)
@require_http_methods(["GET", "POST"])
def new_member(request: MemberRequest) -> HttpResponse:
    data = sent(request)
    person, post = NewPersonForm(data, member=request.member), PostForm(data, member=request.member)
    if data is None or not (person.is_valid() and post.is_valid()):
        return render(
            request,
            "tenancy/member_new.html",
            {"person": person, "post": post},
            status=200 if data is None else 422,
        )
    member = actions.add_member(
        by=request.member,
        posts=[(post.cleaned_data["role"], post.cleaned_data["branch"])],
        **person.cleaned_data,
    )
    return _show_link(request, member)


@only(policies.may_administer)
@require_http_methods(["GET", "POST"])
def member(request: MemberRequest, pk: UUID) -> HttpResponse:
    person = _find(pk)
    if request.method == "GET":
        return _page(request, person)
    form = PersonForm(request.POST, instance=copy(person), member=request.member)
    if not form.is_valid():
        return _page(request, person, form=form, status=422)
    actions.change_member(person, by=request.member, **form.cleaned_data)
    toast(request, _("已保存。"))
    return redirect("tenancy:member", pk=pk)


@only(policies.may_administer)
@require_POST
def grant_post(request: MemberRequest, pk: UUID) -> HttpResponse:
    person = _find(pk)
    form = PostForm(request.POST, member=request.member)
    if not form.is_valid():
        return _page(request, person, post_form=form, status=422)
    actions.grant_post(person, by=request.member, **form.cleaned_data)
    return redirect("tenancy:member", pk=pk)


@only(policies.may_administer)
@require_POST
def withdraw_post(request: MemberRequest, pk: UUID, post_pk: UUID) -> HttpResponse:
    actions.withdraw_post(_post_of(_find(pk), post_pk), by=request.member)
    return redirect("tenancy:member", pk=pk)


def _post_of(person: Member, pk: UUID) -> Post:
    return get_object_or_404(person.posts.all(), pk=pk)


@never_cache
@only(policies.may_administer)
@require_POST
def invitation(request: MemberRequest, pk: UUID) -> HttpResponse:
    """POST makes a new link and shows it this once; earlier ones end."""
    return _show_link(request, _find(pk))


@only(policies.may_administer)
@require_POST
def departure(request: MemberRequest, pk: UUID) -> HttpResponse:
    person = actions.let_go(_find(pk), by=request.member)
    toast(request, _("%s 已办理离职，其登录已全部失效。") % person.name)
    return redirect("tenancy:member", pk=pk)


@only(policies.may_administer)
@require_POST
def homecoming(request: MemberRequest, pk: UUID) -> HttpResponse:
    person = actions.take_back(_find(pk), by=request.member)
    toast(request, _("%s 已返岗。") % person.name)
    return redirect("tenancy:member", pk=pk)


@only(policies.may_administer)
@require_POST
def confirmation(request: MemberRequest, pk: UUID) -> HttpResponse:
    person = actions.confirm_member(_find(pk), by=request.member)
    toast(request, _("已确认 %s 是在职员工，可以给岗位并邀请登录。") % person.name)
    return redirect("tenancy:member", pk=pk)


@only(policies.may_administer)
@require_POST
def merging(request: MemberRequest, pk: UUID) -> HttpResponse:
    person = _find(pk)
    form = MergeForm(request.POST, member=request.member)
    if not form.is_valid():
        return _page(request, person, merge_form=form, status=422)
    into = actions.merge_member(person, into=form.cleaned_data["into"], by=request.member)
    toast(request, _("“%(name)s”名下的资料已归到 %(into)s。") % {"name": person.name, "into": into.name})
    return redirect("tenancy:member", pk=into.pk)


def _find(pk: UUID) -> Member:
    return get_object_or_404(Member.objects.people().with_posts().select_related("user"), pk=pk)


def _show_link(request: MemberRequest, person: Member) -> HttpResponse:
    path = invitations.invite(person, by=request.member)
    context = {
        "person": person,
        "link": request.build_absolute_uri(path),
        "is_reset": person.user_id is not None,
    }
    return render(request, "tenancy/invitation_link.html", context)


def _page(request: MemberRequest, person: Member, *, status: int = 200, **forms: Any) -> HttpResponse:
    words = roles.labels()
    posts = sorted(person.held_posts, key=lambda post: (post.branch.name if post.branch else "", post.role))
    context = {
        "person": person,
        "posts": [(post, words[post.role]) for post in posts],
        "form": PersonForm(instance=person, member=request.member),
        "post_form": PostForm(member=request.member, auto_id="post_%s"),
        "merge_form": MergeForm(member=request.member, auto_id="merge_%s")
        if person.state == "proposed"
        else None,
        "is_me": person.pk == request.member.pk,
        "trail": trail.of(person, request.member),
        "back": reverse("tenancy:members"),
    }
    return render(request, "tenancy/member.html", context | forms, status=status)
