"""The queue and the call screen. Looking changes nothing; opening, saving and leaving are posts."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import Refusal
from core.phone import display_phone
from core.toasts import toast
from crm.models import Customer
from notifications import actions, policies
from notifications.desk import DeskRules
from notifications.models import CallAttempt, CallTask, Lane
from projects.models import Project
from tenancy.http import MemberRequest
from tenancy.models import AuditEntry
from workspace.call_desk import page, queue, saving
from workspace.call_desk.forms import CallForm, OutcomeForm

SKIP_PAUSE = timedelta(minutes=15)


@require_GET
def calls(request: MemberRequest) -> HttpResponse:
    """My queue by promise, with its lanes and how far today is."""
    _require_desk(request)
    now, lane, rules = timezone.now(), _lane(request), DeskRules.of_firm()
    lanes = queue.lanes(request.member, now)
    given = {
        "lane": lane,
        "lanes": lanes,
        "rows": queue.list_rows(request.member, lane=lane, now=now),
        "progress": queue.Progress.of(request.member, now, waiting=lanes[0].number),
        "may_ring_now": rules.may_ring(now),
        "undoable": page.newest_undoable(request.member, now, rules),
        "now": now,
    }
    return render(
        request, "workspace/calls/_list.html" if request.htmx else "workspace/calls/calls.html", given
    )


@require_POST
def take_next(request: MemberRequest) -> HttpResponse:
    """The next call: the one already held, else the most urgent nobody holds."""
    _require_desk(request)
    return _go_next(request, lane=_lane(request))


@never_cache
@require_GET
def call(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One call. Nobody holds it by looking; Back after saving shows that it is done, not the old form."""
    task = _see(request, pk)
    if not (policies.may_call(task, request.member) or policies.reads_answers(request.member)):
        raise PermissionDenied
    return _show(request, task)


@require_POST
def lease(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take this very call."""
    task = actions.take(_find(request, pk), by=request.member)
    return redirect(_url(task, _lane(request)))


@require_POST
def draft(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Keep what has been typed; the call stays ours while somebody types."""
    task, form = _find(request, pk), OutcomeForm(request.POST)
    actions.save_draft(task, by=request.member, given=form.typed())
    actions.extend_lease(task, by=request.member)
    asked = task.script.questions if task.script else []
    given = {"answered": len(form.answered()), "asked": len(asked), "saved_at": timezone.now()}
    return render(request, "workspace/calls/_saved.html", given)


@require_POST
def release(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Skip: back into the queue with the reason, and on to the next."""
    task = _find(request, pk)
    actions.release(task, by=request.member, note=request.POST.get("reason", "")[:200], pause=SKIP_PAUSE)
    toast(
        request,
        _("已跳过%(who)s，%(n)d 分钟后再排到前面") % {"who": _name(task), "n": SKIP_PAUSE.seconds // 60},
    )
    return _go_next(request, lane=_lane(request))


@require_POST
def outcome(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Save what came of the call, and on to the next one where that is switched on."""
    form, task = OutcomeForm(request.POST), saving.find(request.member, pk)
    _refuse_strangers(request, task)
    if not form.is_valid():
        return _show(request, task, form=form, status=422)
    rules = DeskRules.of_firm()
    said = saving.said(task, form)
    attempt = actions.record_outcome(task, by=request.member, rules=rules, said=said, is_locked=True)
    words = saving.words(task, attempt)
    toast(request, words, undo=reverse("workspace:call_undo", args=[attempt.pk]))
    if not form.cleaned_data["auto_next"]:
        return redirect(_url(task, _lane(request)))
    return _go_next(request, lane=_lane(request), rules=rules, may_hold_one=task.holds_another)


@require_POST
def undo(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take one's own last outcome back; the call opens again with everything typed."""
    attempt: CallAttempt = get_object_or_404(CallAttempt.objects.filter(by=request.member), pk=pk)
    task = actions.undo_outcome(attempt, by=request.member)
    toast(request, _("已撤销，可以重新记录"))
    target = _url(task, _lane(request))
    return HttpResponse(status=204, headers={"HX-Redirect": target}) if request.htmx else redirect(target)


@require_POST
def undo_last(request: MemberRequest) -> HttpResponse:
    """Alt+Z: whatever this member recorded last."""
    _require_desk(request)
    attempt = page.newest_undoable(request.member, timezone.now(), DeskRules.of_firm())
    if attempt is None:
        raise Refusal(_("最近十分钟没有可以撤销的结果。"))
    return undo(request, attempt.pk)


@require_POST
def phone(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Uncover the number to dial; the look is put on the trail. ``dial`` also starts the clock of the call."""
    task = _find(request, pk)
    number = _number(task)
    AuditEntry.note_look(task, AuditEntry.Verb.REVEALED, note=task.reason, fields=("phone",))
    if request.POST.get("dial") and task.lease_by_id == request.member.pk:
        _note_dialling(task, request)
    if not request.htmx:
        return _show(request, task, number=number)
    given = {
        "task": task,
        "number": number,
        "shown": display_phone(number),
        "is_dialling": bool(request.POST.get("dial")),
    }
    return render(request, "workspace/calls/_number.html", given)


@require_POST
def cancellation(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The call need not be made; the reason is kept."""
    task, why = _find(request, pk), request.POST.get("reason", "").strip()
    if not why:
        raise Refusal(_("请写明不再需要回访的原因。"))
    actions.cancel_call(task, by=request.member, note=why[:200])
    toast(request, _("已取消这通回访"))
    return redirect("workspace:calls")


@require_http_methods(["GET", "POST"])
def new(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Agree a call with a customer by hand, perhaps about one project (``?project=``)."""
    _require_desk(request)
    customer = _customer(request, pk)
    initial = {"project": request.GET.get("project", ""), "script": "general"}
    form = CallForm(request.POST or None, member=request.member, customer=customer, initial=initial)
    if not form.is_valid():
        template = "workspace/calls/_new.html" if request.htmx else "workspace/calls/new.html"
        return render(
            request, template, {"form": form, "customer": customer}, status=422 if form.errors else 200
        )
    task = _open(request, customer, form.cleaned_data)
    toast(request, _("已约好回访：%(who)s") % {"who": customer.name})
    target = _url(task)
    return HttpResponse(status=204, headers={"HX-Redirect": target}) if request.htmx else redirect(target)


def _require_desk(request: MemberRequest) -> None:
    if not policies.may_use_desk(request.member):
        raise PermissionDenied


# --- finding and going ------------------------------------------------------------------------------------


def _find(request: MemberRequest, pk: UUID) -> CallTask:
    """The call, for whoever may make it; others who see the branch are told that this is not theirs."""
    task = _see(request, pk)
    _refuse_strangers(request, task)
    return task


def _refuse_strangers(request: MemberRequest, task: CallTask) -> None:
    if not policies.may_call(task, request.member):
        raise PermissionDenied


def _see(request: MemberRequest, pk: UUID) -> CallTask:
    rows = CallTask.objects.visible_to(request.member).select_related(
        "script__script", "lease_by", "assignee"
    )
    found: CallTask = get_object_or_404(rows, pk=pk)
    return found


def _show(
    request: MemberRequest,
    task: CallTask,
    *,
    form: OutcomeForm | None = None,
    number: str = "",
    status: int = 200,
) -> HttpResponse:
    template = "workspace/calls/_desk.html" if request.htmx else "workspace/calls/call.html"
    given = page.context(request, task, form=form, number=number)
    return render(request, template, given, status=status)


def _go_next(
    request: MemberRequest, *, lane: str, rules: DeskRules | None = None, may_hold_one: bool = True
) -> HttpResponse:
    """To the call this member still holds, else to the most urgent one nobody holds, else back to the list."""
    held = queue.held(request.member, timezone.now()) if may_hold_one else None
    task = held or actions.take_next(request.member, lane=lane, rules=rules)
    if task is None:
        toast(request, _("到时间的回访都打完了"))
        return redirect("workspace:calls")
    return redirect(_url(task, lane))


def _url(task: CallTask, lane: str = "") -> str:
    url = reverse("workspace:call", args=[task.pk])
    return f"{url}?lane={lane}" if lane else url


def _lane(request: MemberRequest) -> str:
    lane = request.POST.get("lane") or request.GET.get("lane", "")
    return lane if lane in Lane.values else ""


def _number(task: CallTask) -> str:
    point = page.contact_point(task)
    return point.value if point else task.phone


def _note_dialling(task: CallTask, request: MemberRequest) -> None:
    """The trail says who looked; the draft says when they rang."""
    kept = task.drafts.first()
    given = kept.given if kept else {}
    dialled_at = kept.dialled_at if kept and kept.dialled_at else timezone.now()
    actions.save_draft(task, by=request.member, given=given, dialled_at=dialled_at)


def _name(task: CallTask) -> str:
    name = Customer.objects.filter(pk=task.customer_id).values_list("name", flat=True).first()  # type: ignore[misc]
    return str(name or task.title)


def _customer(request: MemberRequest, pk: UUID) -> Customer:
    found: Customer = get_object_or_404(Customer.objects.visible_to(request.member), pk=pk)
    return found


def _open(request: MemberRequest, customer: Customer, given: dict[str, Any]) -> CallTask:
    project: Project | None = given["project"]
    subject = ("project", project.pk) if project else ("customer", customer.pk)
    return actions.open_call_task(
        by=request.member,
        subject_kind=subject[0],
        subject_id=subject[1],
        customer_id=customer.pk,
        project_id=project.pk if project else None,
        branch=project.branch if project else customer.branch,
        title=project.place if project else customer.name,
        reason=given["reason"],
        due_at=given["due_at"],
        script_key=given["script"],
        assignee=given["assignee"],
    )
