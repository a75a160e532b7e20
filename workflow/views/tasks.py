from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.toasts import toast
from tenancy.http import MemberRequest
from tenancy.policies import sees_whole_branch
from workflow import registry, staff_tasks
from workflow.models import StaffTask
from workflow.task_pages import Page, page_of

OPEN, DONE = "open", "done"


@require_safe
def tasks(request: MemberRequest) -> HttpResponse:
    """What I am asked to do, the most urgent first; and what I have done, the latest first."""
    shown = DONE if request.GET.get("show") == DONE else OPEN
    everybodys = request.GET.get("whose") == "all" and sees_whole_branch(request.member)
    page = page_of(
        _rows(request, shown, everybodys=everybodys), request.GET.get("after", ""), newest=shown == DONE
    )
    _say_what_about(page.rows)
    template = "workflow/_tasks.html" if request.htmx else "workflow/tasks.html"
    return render(request, template, _context(request, page, shown, everybodys=everybodys))


@require_POST
def completion(request: MemberRequest, pk: UUID) -> HttpResponse:
    """POST says it is done; the list comes back without it."""
    task = _find(request, pk)
    staff_tasks.finish_task(task, by=request.member, result=request.POST.get("result", "")[:300])
    toast(
        request,
        _("已完成：%(task)s") % {"task": task.title},
        undo=reverse("workflow:reopening", args=[task.pk]),
    )
    return redirect("workflow:tasks")


@require_POST
def reopening(request: MemberRequest, pk: UUID) -> HttpResponse:
    """POST takes a completion back."""
    staff_tasks.reopen_task(_find(request, pk), by=request.member)
    toast(request, _("已恢复为待办"))
    return redirect("workflow:tasks")


def _find(request: MemberRequest, pk: UUID) -> StaffTask:
    return get_object_or_404(StaffTask.objects.visible_to(request.member), pk=pk)


def _rows(request: MemberRequest, shown: str, *, everybodys: bool) -> Any:
    rows = StaffTask.objects.visible_to(request.member)
    if not everybodys:
        mine = StaffTask.objects.for_member(request.member)
        rows = mine if shown == OPEN else rows.filter(done_by=request.member)
    state = StaffTask.State.DONE if shown == DONE else StaffTask.State.OPEN
    return rows.filter(state=state).select_related("assignee", "done_by", "branch")


def _context(request: MemberRequest, page: Page, shown: str, *, everybodys: bool) -> dict[str, Any]:
    kept = {"show": shown} if shown == DONE else {}
    kept |= {"whose": "all"} if everybodys else {}
    next_url = f"?{urlencode({**kept, 'after': page.next_key})}" if page.next_key else ""
    return {
        "page": page,
        "shown": shown,
        "everybodys": everybodys,
        "may_see_all": sees_whole_branch(request.member),
        "mine_open": shown == OPEN and not everybodys,
        "mine_done": shown == DONE and not everybodys,
        "all_open": shown == OPEN and everybodys,
        "all_done": shown == DONE and everybodys,
        "next_url": next_url,
        "first_url": f"?{urlencode(kept)}" if request.GET.get("after") else "",
    }


def _say_what_about(rows: list[StaffTask]) -> None:
    """What each task is about, one query a kind."""
    by_kind: dict[str, list[UUID]] = {}
    for row in rows:
        if row.subject_kind and row.subject_id:
            by_kind.setdefault(row.subject_kind, []).append(row.subject_id)
    found: dict[UUID, Any] = {}
    for kind, ids in by_kind.items():
        found |= registry.resolve(kind, ids)
    for row in rows:
        row.about = found.get(row.subject_id) if row.subject_id else None  # type: ignore[attr-defined]  # for the template
