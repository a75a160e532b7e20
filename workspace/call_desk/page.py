"""Everything the call screen shows, gathered in a fixed number of queries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import ContactPoint, Customer
from crm.words import ContactKind, Reach
from notifications import policies
from notifications.desk import DeskRules
from notifications.models import CallAttempt, CallDraft, CallReason, CallTask
from projects.models import Project
from projects.phases import LANES
from tenancy import faces
from tenancy.http import MemberRequest
from tenancy.models import Member
from workflow.models import StaffTask
from workspace.call_desk import queue, script
from workspace.call_desk.forms import OutcomeForm, quick_times

HISTORY = 12
PEOPLE = {
    "project_manager": _("项目经理"),
    "engineering_supervisor": _("工程监督"),
    "designer": _("设计师"),
    "adviser": _("家装顾问"),
}


def context(
    request: MemberRequest, task: CallTask, *, form: OutcomeForm | None = None, number: str = ""
) -> dict[str, Any]:
    """``form`` is one that came back with mistakes; ``number`` the whole phone, when it was just uncovered."""
    now, member = timezone.now(), request.member
    lane = request.GET.get("lane", "")
    customer = Customer.objects.select_related("estate").filter(pk=task.customer_id).first()  # type: ignore[misc]
    project = Project.objects.with_names().filter(pk=task.project_id).first()
    draft = CallDraft.objects.filter(task=task).first()
    done, waiting = queue.pane(member, lane=lane, now=now)
    rules = DeskRules.of_firm()
    is_mine = task.is_held(now) and task.lease_by_id == member.pk
    return {
        "task": task,
        "customer": customer,
        "project": project,
        "step": _step(project),
        "stage": script.stage(project) if project else "",
        "people": _people(project),
        "point": contact_point(task),
        "number": number,
        "is_mine": is_mine,
        "holder": _holder(task, now, is_mine=is_mine),
        "may_call": policies.may_call(task, member),
        "may_ring_now": rules.may_ring(now),
        "reasons": _reasons(task),
        "promise": unresolved(task, member),
        "last_try": _last_try(task, member, now, rules),
        "lane": lane,
        "lanes": (lanes := queue.lanes(member, now)),
        "progress": queue.Progress.of(member, now, waiting=lanes[0].number),
        "done": done,
        "waiting": waiting,
        "history": _history(task, member),
        "quick_times": quick_times(now),
        "now": now,
        **_asked(request, task, draft, customer, project, form),
    }


def _reasons(task: CallTask) -> list[CallReason]:
    """Why we ring, each in its words once: two terms that end on one day are one reason."""
    return list(
        {reason.sentence: reason for reason in CallReason.objects.filter(task=task).order_by("pk")}.values()
    )


def _asked(
    request: MemberRequest,
    task: CallTask,
    draft: CallDraft | None,
    customer: Customer | None,
    project: Project | None,
    form: OutcomeForm | None,
) -> dict[str, Any]:
    given: Mapping[str, Any] = draft.given if draft else {}
    form = form or OutcomeForm.from_draft(task, given)
    words = script.values(task, member=request.member, firm=request.firm, customer=customer, project=project)
    answered = form.answered()
    questions = script.questions(task, answered, project)
    return {
        "form": form,
        "draft": draft,
        "opening": script.opening(task, words),
        "closing": script.closing(task, words),
        "questions": questions,
        "answered": sum(1 for asked in questions if asked.value not in (None, "")),
        "issues": [
            (chip["label"], chip["label"] in form.ticked())
            for chip in (task.script.issues if task.script else [])
        ],
        "dialled_at": draft.dialled_at if draft else None,
    }


def contact_point(task: CallTask) -> ContactPoint | None:
    """The number one would dial: the primary one, never one known to be wrong."""
    return phones_of(task.customer_id).first() if task.customer_id else None


def phones_of(customer_id: Any) -> Any:
    """The one to dial comes first."""
    phones = ContactPoint.objects.filter(customer_id=customer_id, kind=ContactKind.PHONE)
    return phones.exclude(reach=Reach.WRONG).order_by("-is_primary", "created_at", "pk")


def unresolved(task: CallTask, member: Member) -> dict[str, Any] | None:
    """What was promised last time and is not done yet: the first thing an agent must know."""
    about = {"project_id": task.project_id} if task.project_id else {"customer_id": task.customer_id}
    if not any(about.values()):
        return None
    open_task = (
        StaffTask.objects.visible_to(member)
        .open()
        .filter(subject_kind="call_attempt", **about)
        .select_related("assignee")
        .order_by("-created_at")
        .first()
    )
    if open_task is None:
        return None
    return {"task": open_task, "is_late": bool(open_task.due_at and open_task.due_at < timezone.now())}


def _last_try(task: CallTask, member: Member, now: datetime, rules: DeskRules) -> dict[str, Any] | None:
    attempt = CallAttempt.objects.standing().filter(task=task).select_related("by").order_by("-at").first()
    if attempt is None:
        return None
    may_undo = attempt.by_id == member.pk and now - attempt.at <= rules.undo
    return {"attempt": attempt, "may_undo": may_undo, "may_read": policies.may_read_answers(attempt, member)}


def _history(task: CallTask, member: Member) -> list[faces.Happening]:
    if task.project_id:
        return faces.happenings("project", [task.project_id], member, limit=HISTORY)
    if task.customer_id:
        return faces.happenings("customer", [task.customer_id], member, limit=HISTORY)
    return []


def _people(project: Project | None) -> list[tuple[str, Member]]:
    if project is None:
        return []
    named = ((str(PEOPLE[slot]), getattr(project, slot)) for slot in PEOPLE)
    return [(label, person) for label, person in named if person is not None]


def _step(project: Project | None) -> int:
    phases = [str(phase) for phase in LANES]
    return phases.index(project.phase) + 1 if project and project.phase in phases else 0


def _holder(task: CallTask, now: datetime, *, is_mine: bool) -> str:
    if is_mine or not task.is_held(now) or task.lease_by is None:
        return ""
    return str(task.lease_by.name)


def newest_undoable(member: Member, now: datetime, rules: DeskRules) -> CallAttempt | None:
    """What Alt+Z takes back: this member's last outcome, while the firm's minutes run."""
    since = now - rules.undo
    return CallAttempt.objects.standing().filter(by=member, at__gte=since).order_by("-at").first()
