"""Many projects at once: the board, the list, and my own on a phone."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from projects import cards, policies, presenting, search
from projects.forms import ProjectFilter
from projects.models import Project
from projects.navigation import ON_SITE
from projects.phases import OPEN
from projects.querysets import is_late
from tenancy import firm_settings
from tenancy.http import MemberRequest
from tenancy.policies import sees_whole_branch

CARDS_PER_LANE = 8
PER_PAGE = 25


@require_GET
def projects(request: MemberRequest) -> HttpResponse:
    """Every project the member sees, as a board by phase or as a list; filters are the same and in the address."""
    if not sees_whole_branch(request.member):
        raise PermissionDenied
    filters = ProjectFilter(request.GET, member=request.member)
    limits = firm_settings.get("projects.phase_limits")
    found = filters.narrow(Project.objects.visible_to(request.member))
    found = search.projects(found, filters.cleaned_data.get("q") or "")
    as_list = request.GET.get("mode") == "list" or bool(filters.cleaned_data.get("phase"))
    shown = _list(request, filters, found, limits) if as_list else _board(filters, found, limits)
    context = {
        **shown,
        "filters": filters,
        "figures": _figures(found, limits, timezone.now()),
        "as_list": as_list,
        "board_url": _address(request, mode="board", phase="", after=""),
        "list_url": _address(request, mode="list", after=""),
        "late_url": _address(request, late="" if filters.cleaned_data.get("late") else "1", after=""),
        "may_open": policies.may_open(request.member),
    }
    template = "projects/_found.html" if request.htmx else "projects/projects.html"
    return render(request, template, context)


def _board(filters: ProjectFilter, found: Any, limits: dict[str, int]) -> dict[str, Any]:
    now = timezone.now()
    shown = found.late(limits, now) if filters.cleaned_data.get("late") else found
    shown = shown.on_board()
    rows = shown.for_board(limits, now, CARDS_PER_LANE)
    lanes = presenting.lanes(rows, shown.totals(), now)
    return {"lanes": [(lane, cards.drawn(lane.cards)) for lane in lanes]}


def _list(
    request: MemberRequest, filters: ProjectFilter, found: Any, limits: dict[str, int]
) -> dict[str, Any]:
    """A page by key: newest phase first, and from there on by the last row shown."""
    now = timezone.now()
    shown = found.late(limits, now) if filters.cleaned_data.get("late") else found
    shown = _after(shown, request.GET.get("after", ""))
    rows = list(shown.with_names().order_by("-phase_entered_at", "-id")[: PER_PAGE + 1])
    more = len(rows) > PER_PAGE
    rows = rows[:PER_PAGE]
    late = set(
        Project.objects.filter(pk__in=[row.pk for row in rows]).late(limits, now).values_list("pk", flat=True)
    )
    return {
        "rows": [{"project": row, "late": row.pk in late, "tag": presenting.state_tag(row)} for row in rows],
        "next_url": _address(request, after=_key(rows[-1])) if more else "",
        "prev_url": _address(request, after="") if request.GET.get("after") else "",
    }


def _key(project: Project) -> str:
    return f"{project.phase_entered_at.isoformat()}~{project.pk}"


def _after(rows: Any, key: str) -> Any:
    """Rows behind the key; an address somebody has mended by hand starts at the top."""
    moment, _tilde, pk = key.partition("~")
    try:
        at = parse_datetime(moment)
    except ValueError:
        at = None
    if at is None or timezone.is_naive(at) or not _is_uuid(pk):
        return rows
    return rows.filter(Q(phase_entered_at__lt=at) | Q(phase_entered_at=at, pk__lt=pk))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _figures(found: Any, limits: dict[str, int], now: datetime) -> dict[str, int]:
    """What stands under the heading: one query."""
    today = timezone.localdate(now)
    this_month = Q(planned_completion_on__year=today.year, planned_completion_on__month=today.month)
    return dict(
        found.filter(phase__in=OPEN).aggregate(
            running=Count("pk"),
            completing=Count("pk", filter=this_month & Q(accepted_on=None)),
            late=Count("pk", filter=is_late(limits, now)),
        )
    )


def _address(request: MemberRequest, **changes: str) -> str:
    """The same view with some of its filters changed."""
    query = {key: value for key, value in request.GET.items() if value}
    query.update(changes)
    kept = {key: value for key, value in query.items() if value}
    return f"{reverse('projects:projects')}?{urlencode(kept)}"


@require_GET
def mine(request: MemberRequest) -> HttpResponse:
    """On a phone: the projects I am named on, those that wait for me first."""
    if not request.member.has_role(*ON_SITE) and not sees_whole_branch(request.member):
        raise PermissionDenied
    now = timezone.now()
    limits = firm_settings.get("projects.phase_limits")
    rows = (
        Project.objects.visible_to(request.member)
        .of_mine(request.member)
        .filter(phase__in=[*OPEN, "suspended"])
    )
    found = search.projects(rows, request.GET.get("q", "")[:60])
    mine_on_cards = [presenting.Card(project, now) for project in found.for_board(limits, now, 50)]
    return render(
        request,
        "projects/mine.html",
        {"cards": mine_on_cards, "q": request.GET.get("q", ""), "title": _("我的项目")},
    )
