"""The draft of a playbook: begin, read, publish, give up."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.toasts import toast
from tenancy.http import MemberRequest
from workflow import actions, registry
from workflow.differences import differences, fingerprint
from workflow.models import Playbook, Rule, Touchpoint
from workflow.policies import may_change_playbooks
from workflow.rulebook import RuleSpec
from workflow.views.books import firms_books, grouped, shelf
from workflow.views.doors import draft_page, find_playbook, go_to, only, published_page, show_dialog


@require_POST
@only(may_change_playbooks)
def drafting(request: MemberRequest, pk: UUID) -> HttpResponse:
    """POST begins a draft, or goes on with the one there is."""
    playbook = find_playbook(pk)
    actions.begin_draft(playbook, by=request.member)
    return redirect(draft_page(playbook))


@require_safe
@only(may_change_playbooks)
def draft(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The rules as they would be, each changeable, beside what is different from what is in force."""
    playbook = find_playbook(pk)
    version = actions.draft_of(playbook)
    if version is None:
        return redirect(published_page(playbook))
    rows = list(Rule.objects.filter(version=version).order_by("position", "pk"))
    rules = [(row, RuleSpec.from_row(row)) for row in rows]
    books = list(firms_books())
    context = {
        "books": books,
        "shelf": shelf(books),
        "chosen": playbook,
        "version": version,
        "groups": grouped(rules, lambda pair: str(pair[1].subject.label)),
        "rule_count": len(rules),
        "subjects": _subjects(),
        **_compared(playbook, [spec for _row, spec in rules]),
    }
    return render(request, "workflow/draft.html", context)


@require_http_methods(["GET", "POST"])
@only(may_change_playbooks)
def publication(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What publishing would change; POST does it, if nobody changed the draft since it was read."""
    playbook = find_playbook(pk)
    if request.method == "POST":
        done = actions.publish_draft(playbook, by=request.member, seen=request.POST.get("seen", ""))
        toast(request, _("已发布 %(version)s") % {"version": done})
        return go_to(request, published_page(playbook))
    version = actions.draft_of(playbook)
    if version is None:
        return go_to(request, published_page(playbook))
    rules = actions.rules_of(version)
    compared = _compared(playbook, rules)
    context = {
        "playbook": playbook,
        "version": version,
        "seen": fingerprint(*rules),
        "open_count": _open_touchpoints(compared["changes"]),
        **compared,
    }
    back = draft_page(playbook)
    return show_dialog(request, "workflow/_publication.html", context, title=_("发布前核对"), back=back)


@require_POST
@only(may_change_playbooks)
def removal(request: MemberRequest, pk: UUID) -> HttpResponse:
    """POST gives the draft up; what is in force stays."""
    playbook = find_playbook(pk)
    actions.discard_draft(playbook, by=request.member)
    toast(request, _("草稿已放弃"))
    return go_to(request, published_page(playbook))


def _compared(playbook: Playbook, rules: list[RuleSpec]) -> dict[str, Any]:
    in_force = Rule.objects.published().filter(version__playbook=playbook).order_by("position", "pk")
    before = list(in_force.select_related("version"))
    return {
        "published": before[0].version if before else None,
        "changes": differences([RuleSpec.from_row(rule) for rule in before], rules),
    }


def _open_touchpoints(changes: list[Any]) -> int:
    """Planned and not done, of the rules that change."""
    keys = {change.rule_key for change in changes if change.kind in ("changed", "removed", "off")}
    return Touchpoint.objects.open().filter(rule_key__in=keys).count() if keys else 0


def _subjects() -> list[tuple[str, Any]]:
    """What a new rule may be about."""
    return [(subject.kind, subject.label) for subject in registry.subjects().values()]
