"""All wordings a playbook ever had: read, put in force again, taken away as a file, brought in from one."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Refusal
from core.toasts import toast
from tenancy.http import MemberRequest
from workflow import actions, rule_files
from workflow.differences import differences
from workflow.forms import FileForm
from workflow.models import Playbook, PlaybookVersion
from workflow.policies import may_change_playbooks, may_read_playbooks
from workflow.rulebook import BadRule
from workflow.views.books import grouped
from workflow.views.doors import (
    draft_page,
    find_playbook,
    find_version,
    go_to,
    only,
    published_page,
    show_dialog,
)

NEWEST = 50


@require_safe
@only(may_read_playbooks)
def versions(request: MemberRequest, pk: UUID) -> HttpResponse:
    playbook = find_playbook(pk)
    rows = PlaybookVersion.objects.filter(playbook=playbook).select_related("published_by")
    context = {
        "playbook": playbook,
        "versions": rows.order_by("-number")[:NEWEST],
        "may_change": may_change_playbooks(request.member),
    }
    return render(request, "workflow/versions.html", context)


@require_safe
@only(may_read_playbooks)
def version(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One wording, and what differs from it in what is in force."""
    found = find_version(pk)
    rules = actions.rules_of(found)
    in_force = _in_force(found.playbook)
    context = {
        "playbook": found.playbook,
        "version": found,
        "groups": grouped(rules, lambda spec: str(spec.subject.label)),
        "rule_count": len(rules),
        "changes": differences(actions.rules_of(in_force), rules) if in_force else [],
        "in_force": in_force,
        "may_change": may_change_playbooks(request.member),
    }
    return render(request, "workflow/version.html", context)


@require_POST
@only(may_change_playbooks)
def version_restoration(request: MemberRequest, pk: UUID) -> HttpResponse:
    """POST puts an older wording in force again, as a new version."""
    again = actions.roll_back(find_version(pk), by=request.member)
    toast(request, _("已按旧版内容发布 %(version)s") % {"version": again})
    return go_to(request, published_page(again.playbook))


@require_safe
@only(may_read_playbooks)
def version_file(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One wording as a file that can be read back."""
    found = find_version(pk)
    text = rule_files.write(found.playbook, actions.rules_of(found))
    name = f"{found.playbook.key}-v{found.number}.toml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/toml; charset=utf-8", headers=headers)


@require_http_methods(["GET", "POST"])
@only(may_change_playbooks)
def rule_file(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The rules of a file become the draft: all of them, or none and a sentence."""
    playbook = find_playbook(pk)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _take(playbook, form, request):
        toast(request, _("文件里的规则已放进草稿，核对后再发布。"))
        return go_to(request, draft_page(playbook))
    status = 422 if request.method == "POST" else 200
    back, title = published_page(playbook), _("导入规则文件")
    return show_dialog(
        request, "workflow/_file_form.html", {"form": form}, title=title, back=back, status=status
    )


def _take(playbook: Playbook, form: FileForm, request: MemberRequest) -> bool:
    try:
        found = rule_files.read(form.cleaned_data["file"].read(rule_files.LARGEST + 1))
        actions.replace_rules(playbook, found.rules, by=request.member)
    except BadRule as error:
        form.add_error("file", str(error))
        return False
    except Refusal as refusal:
        form.add_error("file", list(refusal.sentences))
        return False
    return True


def _in_force(playbook: Playbook) -> PlaybookVersion | None:
    rows = PlaybookVersion.objects.filter(playbook=playbook, state=PlaybookVersion.State.PUBLISHED)
    return rows.first()
