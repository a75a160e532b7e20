"""One rule of a draft: written in its own words, seen as a sentence while one writes."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from core.errors import Refusal, Stale
from core.toasts import toast
from tenancy.http import MemberRequest
from workflow import actions, registry
from workflow.differences import fingerprint
from workflow.forms import RuleForm
from workflow.models import Playbook, Rule
from workflow.policies import may_change_playbooks
from workflow.registry import Subject
from workflow.rulebook import RuleSpec
from workflow.views.doors import draft_page, find_playbook, find_rule, go_to, only, show_dialog


@require_http_methods(["GET", "POST"])
@only(may_change_playbooks)
def new_rule(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A rule about the subject named in the address, added at the end of the draft."""
    subject = registry.subjects().get(request.GET.get("subject", "project"))
    if subject is None:
        raise Http404
    return _answer(request, find_playbook(pk), subject, None)


@require_http_methods(["GET", "POST"])
@only(may_change_playbooks)
def rule(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A new wording for a rule of the draft; who was quicker is told instead of overwritten."""
    found = find_rule(pk)
    spec = RuleSpec.from_row(found)
    return _answer(request, found.version.playbook, spec.subject, spec)


@require_POST
@only(may_change_playbooks)
def switch(request: MemberRequest, pk: UUID) -> HttpResponse:
    """POST turns a rule on or off in the draft; from the published page a draft is begun for it."""
    found = find_rule(pk, drafted=False)
    enabled = request.POST.get("enabled") == "on"
    actions.switch_rule(found, enabled=enabled, by=request.member)
    said = _("草稿里已启用：%(rule)s") if enabled else _("草稿里已停用：%(rule)s")
    toast(request, said % {"rule": found.name})
    return go_to(request, draft_page(found.version.playbook, found.rule_key))


@require_POST
@only(may_change_playbooks)
def place(request: MemberRequest, pk: UUID) -> HttpResponse:
    """POST moves a rule one place up or down."""
    found = find_rule(pk)
    actions.move_rule(found, up=request.POST.get("to") == "up", by=request.member)
    return go_to(request, draft_page(found.version.playbook, found.rule_key))


@require_POST
@only(may_change_playbooks)
def rule_removal(request: MemberRequest, pk: UUID) -> HttpResponse:
    """POST takes a rule out of the draft."""
    found = find_rule(pk)
    actions.remove_rule(found, by=request.member)
    toast(request, _("已从草稿移出：%(rule)s") % {"rule": found.name})
    return go_to(request, draft_page(found.version.playbook))


@require_POST
@only(may_change_playbooks)
def rule_restoration(request: MemberRequest, pk: UUID) -> HttpResponse:
    """POST makes one rule of the draft again what is in force."""
    playbook = find_playbook(pk)
    actions.restore_rule(playbook, request.POST.get("rule", ""), by=request.member)
    return go_to(request, draft_page(playbook))


def _answer(
    request: MemberRequest, playbook: Playbook, subject: Subject, spec: RuleSpec | None
) -> HttpResponse:
    form = RuleForm(request.POST or None, subject=subject, spec=spec)
    part, more = request.GET.get("part", ""), request.POST.get("more", "")
    if request.method != "POST" or part or more:
        return _show(request, form, playbook, part=part, seen=request.POST.get("seen") or _seen(spec))
    status, seen = 422, request.POST.get("seen", "")
    try:
        if form.is_valid() and (kept := _keep(playbook, form, request)):
            toast(request, _("已写进草稿：%(rule)s") % {"rule": kept.name})
            return _back(request, draft_page(playbook, kept.rule_key))
    except Stale as refusal:
        status, seen = 409, _seen(spec)
        form.add_error(None, [*refusal.sentences, _("下面是您填的；再保存一次就以您的为准。")])
    return _show(request, form, playbook, status=status, seen=seen)


def _back(request: MemberRequest, url: str) -> HttpResponse:
    """The dialog stands on the draft's page: that is drawn anew where it was scrolled to."""
    return HttpResponseClientRefresh() if request.htmx else redirect(url)


def _keep(playbook: Playbook, form: RuleForm, request: MemberRequest) -> Rule | None:
    """None, with sentences in the form, when refused; ``Stale`` rises."""
    try:
        with transaction.atomic():
            seen = request.POST.get("seen", "") if form.spec else ""
            return actions.put_rule(playbook, form.rule(), by=request.member, seen=seen)
    except Stale:
        raise
    except Refusal as refusal:
        form.add_error(None, list(refusal.sentences))
        return None


def _show(
    request: MemberRequest,
    form: RuleForm,
    playbook: Playbook,
    *,
    part: str = "",
    seen: str = "",
    status: int = 200,
) -> HttpResponse:
    """The dialog, the page, or the one part of it that is asked for."""
    context: dict[str, Any] = {"form": form, "seen": seen, "path": request.path, "query": _query(request)}
    if part in ("condition", "stop"):
        rows = form.conditions if part == "condition" else form.stops
        return render(request, "workflow/_condition_rows.html", context | {"rows": rows})
    if part == "sentence":
        return render(request, "workflow/_rule_sentence.html", context | _sentence(form))
    title = _("修改规则：%(rule)s") % {"rule": form.spec.name} if form.spec else _("添加规则")
    context |= _sentence(form) | {"wide": True}
    back = draft_page(playbook)
    return show_dialog(request, "workflow/_rule_form.html", context, title=title, back=back, status=status)


def _sentence(form: RuleForm) -> dict[str, Any]:
    """How the rule reads now, or why it does not yet."""
    if not form.is_bound:
        return {"pieces": form.spec.pieces() if form.spec else []}
    if form.is_valid():
        return {"pieces": form.rule().pieces()}
    return {"pieces": [], "why_not": list(form.non_field_errors())}


def _seen(spec: RuleSpec | None) -> str:
    return fingerprint(spec) if spec else ""


def _query(request: MemberRequest) -> str:
    subject = request.GET.get("subject", "")
    return f"subject={subject}" if subject in registry.subjects() else ""
