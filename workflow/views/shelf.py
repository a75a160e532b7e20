"""Playbooks the product brings: read before one takes them over."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.toasts import toast
from tenancy.http import MemberRequest
from workflow import playbooks, shipped
from workflow.models import Playbook
from workflow.policies import may_change_playbooks, may_read_playbooks
from workflow.shipped import Shipped
from workflow.views.books import firms_books, grouped, shelf
from workflow.views.doors import only, published_page


@require_safe
@only(may_read_playbooks)
def shipped_playbook(request: MemberRequest, key: str) -> HttpResponse:
    """All rules of a shipped playbook, what would be left out, and what waits for parts of the product to come."""
    ours, books = _find(key), list(firms_books())
    left_out = playbooks.left_out(key)
    context = {
        "books": books,
        "shelf": shelf(books),
        "ours": ours,
        "groups": grouped(list(ours.rules), lambda spec: str(spec.subject.label)),
        "left_out": left_out,
        "new_count": len(ours.rules) - len(left_out),
        "is_taken": any(book.key == key for book in books),
        "may_change": may_change_playbooks(request.member),
    }
    return render(request, "workflow/shipped.html", context)


@require_POST
@only(may_change_playbooks)
def adoption(request: MemberRequest, key: str) -> HttpResponse:
    """POST takes a shipped playbook over: its rules are in force from now on."""
    ours = _find(key)
    is_new = not Playbook.objects.filter(key=key).exists()
    playbook = playbooks.adopt(ours.key, by=request.member)
    said = _("已采用“%(title)s”") if is_new else _("“%(title)s”已经采用过，保持企业自己的内容。")
    toast(request, said % {"title": playbook.title})
    return redirect(published_page(playbook))


def _find(key: str) -> Shipped:
    try:
        return shipped.get(key)
    except LookupError:
        raise Http404 from None
