from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenancy.http import MemberRequest
from workflow import registry
from workflow.forecast import effects
from workflow.models import Playbook, PlaybookVersion, Rule, Touchpoint
from workflow.policies import may_read_playbooks
from workflow.rulebook import RuleSpec
from workflow.touchpoints import known_facts, why


@require_safe
def playbooks(request: MemberRequest) -> HttpResponse:
    """How this firm works, as sentences: one playbook's rules with what they did and will do."""
    if not may_read_playbooks(request.member):
        raise PermissionDenied
    in_force = Q(versions__state=PlaybookVersion.State.PUBLISHED)
    books = Playbook.objects.annotate(rule_count=Count("versions__rules", filter=in_force)).order_by(
        "position", "key"
    )
    chosen = get_object_or_404(books, key=request.GET["book"]) if "book" in request.GET else books.first()
    context = {"books": books, "chosen": chosen}
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


def _rules_of(playbook: Playbook, request: MemberRequest) -> dict[str, object]:
    rules = list(
        Rule.objects.filter(version__playbook=playbook, version__state=PlaybookVersion.State.PUBLISHED)
        .select_related("version__published_by")
        .order_by("position")
    )
    return {
        "version": rules[0].version if rules else None,
        "effects": effects(rules, request.member, timezone.now()),
    }
