"""A note and photos from the site, made standing, with one hand."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.toasts import toast
from projects import policies, presenting
from projects.actions import notes
from projects.forms_appointments import SiteNoteForm
from projects.models import Project
from projects.phases import Phase, position
from projects.views.pages import attempt, find_project
from tenancy.http import MemberRequest


@require_http_methods(["GET", "POST"])
def note(request: MemberRequest, number: str) -> HttpResponse:
    """What was done on site; saved alone, or on the way to the next phase."""
    project = find_project(request, number, policies.may_note)
    form = SiteNoteForm(request.POST or None, request.FILES or None, member=request.member)
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: _write(request, project, form)):
        toast(request, _("现场记录已保存"))
        onward = "advance" in request.POST and policies.may_advance(project, request.member)
        return redirect(reverse("projects:advance", args=[number]) if onward else project.get_absolute_url())
    context = {
        "form": form,
        "project": project,
        "place": position(project.mode, project.phase),
        "following": Phase(project.to_phase).label if project.to_phase else "",
        "node": presenting.node_words(project) if project.node else "",
        "may_advance": project.to_phase is not None and policies.may_advance(project, request.member),
    }
    return render(request, "projects/note.html", context, status=422 if form.errors else 200)


def _write(request: MemberRequest, project: Project, form: SiteNoteForm) -> None:
    given = form.cleaned_data
    notes.add_note(
        project,
        by=request.member,
        text=given["text"],
        services=given["services"],
        photos=given["photos"],
        key=given["key"],
    )
