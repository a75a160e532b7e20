"""What every page about playbooks begins with: who may, and which playbook, version or rule is meant."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from tenancy.http import MemberRequest
from tenancy.models import Member
from workflow.models import Playbook, PlaybookVersion, Rule

View = Callable[..., HttpResponse]


def only(policy: Callable[[Member], bool]) -> Callable[[View], View]:
    """Turn away members the policy does not allow, before anything is looked up."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not policy(request.member):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def find_playbook(pk: UUID) -> Playbook:
    """The whole firm works by it: there is no branch to hide it from."""
    found: Playbook = get_object_or_404(Playbook.objects.all(), pk=pk)
    return found


def find_version(pk: UUID) -> PlaybookVersion:
    versions = PlaybookVersion.objects.select_related("playbook", "published_by")
    found: PlaybookVersion = get_object_or_404(versions, pk=pk)
    return found


def find_rule(pk: UUID, *, drafted: bool = True) -> Rule:
    """A rule of a draft; of any version but a retired one where ``drafted`` is off."""
    states = [PlaybookVersion.State.DRAFT]
    states += [] if drafted else [PlaybookVersion.State.PUBLISHED]
    rules = Rule.objects.filter(version__state__in=states).select_related("version__playbook")
    found: Rule = get_object_or_404(rules, pk=pk)
    return found


def go_to(request: MemberRequest, url: str) -> HttpResponse:
    """After something was done: htmx follows with a whole page, so that every part of it is fresh."""
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)


def published_page(playbook: Playbook) -> str:
    return f"{reverse('workflow:playbooks')}?book={playbook.key}"


def draft_page(playbook: Playbook, rule_key: str = "") -> str:
    anchor = f"#rule-{rule_key}" if rule_key else ""
    return reverse("workflow:draft", args=[playbook.pk]) + anchor


def show_dialog(
    request: MemberRequest, body: str, context: dict[str, Any], *, title: str, back: str, status: int = 200
) -> HttpResponse:
    """With the script a dialog brought into ``#layer``; without it the same address is a page."""
    page = "workflow/_dialog.html" if request.htmx else "workflow/dialog_page.html"
    given = {"body": body, "title": title, "back": back, "path": request.path}
    return render(request, page, context | given, status=status)
