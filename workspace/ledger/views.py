"""The import's pages: upload, check what was understood, rehearse, take in, see what needs a person."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from core.errors import Refusal
from core.toasts import toast
from tenancy.http import MemberRequest
from tenancy.models import AuditEntry, Branch
from workspace.ledger import receiving, report, screens
from workspace.ledger.policies import may_import
from workspace.ledger.reading import MAX_FILE
from workspace.ledger.vocabulary import words_in
from workspace.models import ImportBatch

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RECENT = 30


@require_http_methods(["GET", "POST"])
def imports(request: MemberRequest) -> HttpResponse:
    """Ledgers brought in lately, and the place to bring one more."""
    _require(request)
    if request.method == "GET":
        return _list(request)
    uploaded = request.FILES.get("file")
    if uploaded is None:
        return _list(request, error=_("请选择一个 .xlsx 或 .csv 文件。"))
    try:
        content = uploaded.read(MAX_FILE + 1)
        batch = receiving.receive_ledger(content, uploaded.name or "", by=request.member)
    except Refusal as refused:
        return _list(request, error=str(refused))
    return redirect(batch)


@require_GET
def batch(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One import, in whatever state it is."""
    return _page(request, _find(request, pk))


@require_POST
def sheet(request: MemberRequest, pk: UUID, place: str) -> HttpResponse:
    """A person says what a sheet is."""
    found = _find(request, pk)
    if not place.isdecimal() or int(place) >= len(found.layout):
        raise Http404
    fields = _posted_fields(request)
    try:
        receiving.correct_sheet(
            found,
            int(place),
            by=request.member,
            taken="taken" in request.POST,
            branch=request.POST.get("branch", ""),
            fields=fields,
        )
    except Refusal as refused:
        return _page(request, found, posted={int(place): fields}, error=str(refused), status=422)
    toast(request, _("已保存，下次遇到同样的表头会自动识别"))
    return redirect(found)


@require_POST
def words(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A person says what the stage words mean."""
    found = _find(request, pk)
    taught = zip(request.POST.getlist("word"), request.POST.getlist("phase"), strict=False)
    receiving.correct_stage_words(found, dict(taught), by=request.member)
    toast(request, _("已保存阶段的说法"))
    return redirect(found)


@require_POST
def rehearsal(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Work out what would happen."""
    found = _find(request, pk)
    receiving.ask_to_rehearse(found, by=request.member)
    return redirect(found)


@require_POST
def taking_in(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Do what was rehearsed."""
    found = _find(request, pk)
    receiving.ask_to_take_in(found, by=request.member)
    return redirect(found)


@require_POST
def stop(request: MemberRequest, pk: UUID) -> HttpResponse:
    found = _find(request, pk)
    receiving.stop(found, by=request.member)
    toast(request, _("已停止，已导入的行保留"))
    return redirect(found)


@require_GET
def progress(request: MemberRequest, pk: UUID) -> HttpResponse:
    """How far a worker is; the page itself comes anew once it has finished."""
    found = _find(request, pk)
    if not found.is_working and request.htmx:
        return HttpResponseClientRefresh()
    return render(request, "workspace/import/_progress.html", _progress(found))


@require_GET
def rows(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The rows of an import with what happens to each."""
    found = _find(request, pk)
    context = {"batch": found, **_rows(request, found)}
    template = "workspace/import/_rows.html" if request.htmx else "workspace/import/rows.html"
    return render(request, template, context)


@require_GET
def workbook(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The rows that need a person, as a workbook; that it was taken away is put on the trail."""
    found = _find(request, pk)
    content = report.workbook(found)
    AuditEntry.note_look(found, AuditEntry.Verb.EXPORTED, note=_("需要人工处理的导入行"))
    name = f"import-{found.uploaded_at:%Y%m%d-%H%M}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _require(request: MemberRequest) -> None:
    if not may_import(request.member):
        raise PermissionDenied


def _find(request: MemberRequest, pk: UUID) -> ImportBatch:
    _require(request)
    found: ImportBatch = get_object_or_404(
        ImportBatch.objects.visible_to(request.member).select_related("by"), pk=pk
    )
    return found


def _list(request: MemberRequest, *, error: str = "") -> HttpResponse:
    batches = ImportBatch.objects.visible_to(request.member).select_related("by").defer("layout", "people")
    context = {"batches": batches.order_by("-uploaded_at", "-id")[:RECENT], "error": error}
    return render(request, "workspace/import/imports.html", context, status=422 if error else 200)


def _page(request: MemberRequest, found: ImportBatch, *, status: int = 200, **posted: Any) -> HttpResponse:
    layouts = receiving.layouts_of(found)
    context: dict[str, Any] = {"batch": found, "steps": screens.steps(found), "layouts": layouts}
    if found.state in {"layout", "rehearsed", "failed"}:
        context |= {
            "sheets": screens.sheet_cards(layouts, **posted),
            "words": screens.word_choices(words_in(layouts)),
            "branches": Branch.objects.visible_to(request.member).active().order_by("name"),
        }
    if found.state in {"rehearsed", "applied", "stopped"}:
        context |= {"reasons": dict(report.reasons(found).most_common(RECENT)), **_rows(request, found)}
    return render(request, "workspace/import/batch.html", context | _progress(found), status=status)


def _rows(request: MemberRequest, found: ImportBatch) -> dict[str, Any]:
    show = request.GET.get("show", "")
    counted = report.figures(found)
    page = screens.row_page(
        found, request.member, show=show, after=_number(request, "after"), before=_number(request, "before")
    )
    return {"counted": counted, "tabs": screens.outcome_tabs(found, counted, show), "page": page}


def _progress(found: ImportBatch) -> dict[str, Any]:
    done = found.rows.filter(applied_at__isnull=False).count() if found.applying_at else 0
    return {"batch": found, "done": done}


def _number(request: MemberRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _posted_fields(request: MemberRequest) -> dict[int, str]:
    return {
        int(name[1:]): str(value)
        for name, value in request.POST.items()
        if name.startswith("c") and name[1:].isdecimal() and len(name) < 6
    }
