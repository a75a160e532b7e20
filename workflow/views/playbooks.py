from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.charts import HBars, Part
from tenancy.http import MemberRequest
from workflow import actions, registry
from workflow.differences import differences
from workflow.forecast import Effect, effects
from workflow.models import Playbook, PlaybookVersion, Rule, Touchpoint
from workflow.policies import may_change_playbooks, may_read_playbooks
from workflow.rulebook import RuleSpec
from workflow.touchpoints import known_facts, why
from workflow.views.books import firms_books, grouped, shelf
from workflow.views.doors import only

BUSIEST = 6


@require_safe
@only(may_read_playbooks)
def playbooks(request: MemberRequest) -> HttpResponse:
    """How this firm works, as sentences: one playbook's rules with what they did and will do."""
    books = list(firms_books())
    key = request.GET.get("book")
    chosen = next((book for book in books if book.key == key), None) if key else next(iter(books), None)
    if key and chosen is None:
        chosen = get_object_or_404(firms_books(), key=key)
    context: dict[str, Any] = {
        "books": books,
        "shelf": shelf(books),
        "chosen": chosen,
        "may_change": may_change_playbooks(request.member),
    }
    if chosen is not None:
        context |= _rules_of(chosen, request)
    return render(request, "workflow/playbooks.html", context)


@require_safe
def touchpoint(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Why am I seeing this: the rule, the occasion and the facts as they were."""
    rows = Touchpoint.objects.visible_to(request.member).select_related(
        "rule__version__playbook", "assignee", "branch"
    )
    point = get_object_or_404(rows, pk=pk)
    subject = registry.resolve(point.subject_kind, [point.subject_id]).get(point.subject_id)
    spec = RuleSpec.from_row(point.rule)
    return render(
        request,
        "workflow/touchpoint.html",
        {
            "point": point,
            "spec": spec,
            "why": why(point)[1:],  # the rule itself stands beside it as a sentence
            "facts": known_facts(point, spec),
            "subject": subject,
            "may_read_playbooks": may_read_playbooks(request.member),
        },
    )


def _rules_of(playbook: Playbook, request: MemberRequest) -> dict[str, Any]:
    rules = list(
        Rule.objects.filter(version__playbook=playbook, version__state=PlaybookVersion.State.PUBLISHED)
        .select_related("version__published_by")
        .order_by("position")
    )
    found = effects(rules, request.member, timezone.now())
    return {
        "version": rules[0].version if rules else None,
        "rule_count": len(found),
        "groups": grouped(found, lambda effect: str(effect.spec.subject.label)),
        "lately": _lately(found),
        **_draft(playbook, [effect.spec for effect in found]),
    }


def _lately(found: list[Effect]) -> dict[str, Any]:
    """What all rules did together in thirty days, and the busiest of them."""
    busiest = sorted((one for one in found if one.made), key=lambda one: -one.made)[:BUSIEST]
    return {
        "made": sum(one.made for one in found),
        "done": sum(one.done for one in found),
        "coming": sum(one.coming or 0 for one in found),
        "chart": HBars(
            title=str(_("近 30 天安排得最多的规则")),
            parts=[Part(one.rule.name, one.made) for one in busiest],
            full=busiest[0].made if busiest else 1,
        ),
    }


def _draft(playbook: Playbook, in_force: list[RuleSpec]) -> dict[str, Any]:
    if not playbook.has_draft:  # type: ignore[attr-defined]  # annotated by firms_books
        return {"draft": None}
    draft = actions.draft_of(playbook)
    changes = differences(in_force, actions.rules_of(draft)) if draft else []
    return {"draft": draft, "change_count": len(changes)}
