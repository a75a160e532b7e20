"""Handing files out, always as a download: no file that came from outside is ever opened as a page of ours."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.toasts import toast
from files import actions, storage, subjects
from files.models import Attachment
from tenancy.http import MemberRequest
from tenancy.models import AuditEntry
from tenancy.policies import may_manage

SANDBOX = "default-src 'none'; sandbox"


@require_GET
def attachment(request: MemberRequest, pk: UUID) -> FileResponse:
    """The file itself. That it was taken away is put on the trail."""
    found = _find(request, pk)
    AuditEntry.note_look(found, AuditEntry.Verb.DOWNLOADED, note=found.name)
    return _handed_out(found.stored_as, found.content_type, found.name)


@require_GET
def thumbnail(request: MemberRequest, pk: UUID) -> FileResponse:
    found = _find(request, pk)
    if not found.thumbnail:
        raise Http404
    response = _handed_out(found.thumbnail, "image/webp", f"{pk}.webp")
    response["Cache-Control"] = "private, max-age=300"
    return response


@require_POST
def removal(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Whoever put it there, or a manager; taken back by the toast."""
    found = _own(request, pk, living=True)
    actions.remove(found, by=request.member)
    toast(
        request, _("已移除文件 %(name)s") % {"name": found.name}, undo=reverse("files:restoration", args=[pk])
    )
    return _back(request)


@require_POST
def restoration(request: MemberRequest, pk: UUID) -> HttpResponse:
    found = _own(request, pk, living=False)
    actions.bring_back(found, by=request.member)
    toast(request, _("已恢复文件 %(name)s") % {"name": found.name})
    return _back(request)


def _find(request: MemberRequest, pk: UUID, *, living: bool = True) -> Attachment:
    rows = Attachment.objects.living() if living else Attachment.objects.all()
    found: Attachment = get_object_or_404(rows, pk=pk)
    if not subjects.sees(request.member, found.subject_kind, found.subject_id):
        raise Http404
    return found


def _own(request: MemberRequest, pk: UUID, *, living: bool) -> Attachment:
    found = _find(request, pk, living=living)
    if found.uploaded_by_id != request.member.pk and not may_manage(request.member):
        raise Http404
    return found


def _handed_out(name: str, content_type: str, shown: str) -> FileResponse:
    try:
        file: Any = storage.open_file(name)
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = FileResponse(file, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(shown, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def _back(request: MemberRequest) -> HttpResponse:
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    target = request.headers.get("referer", "")
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if ours else "/")
