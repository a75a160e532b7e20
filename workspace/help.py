"""The help pages: Markdown files of docs/user, shown inside the product beside the work they are about."""

import re
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy as _
from django.views.decorators.http import require_GET
from markdown_it import MarkdownIt

from tenancy.http import MemberRequest
from tenancy.models import Role

FOLDER: Final = Path(settings.BASE_DIR) / "docs" / "user"
PAGES: Final = {"agent": _("客服手册"), "designer": _("设计师与现场手册"), "manager": _("经理与管理员手册")}
ON_SITE: Final = (Role.DESIGNER, Role.PROJECT_MANAGER, Role.SUPERVISOR, Role.TECHNICIAN)
LEADING: Final = (Role.FIRM_ADMIN, Role.CS_MANAGER, Role.BRANCH_MANAGER, Role.ENGINEERING_MANAGER)


@require_GET
def home(request: MemberRequest) -> HttpResponse:
    """The page written for what this member does."""
    if request.member.has_role(*LEADING):
        return redirect("workspace:help_page", "manager")
    return redirect("workspace:help_page", "designer" if request.member.has_role(*ON_SITE) else "agent")


@require_GET
def page(request: MemberRequest, slug: str) -> HttpResponse:
    if slug not in PAGES:
        raise Http404
    context = {"slug": slug, "title": PAGES[slug], "pages": PAGES.items(), "text": _html(_source(slug))}
    return render(request, "workspace/help/page.html", context)


@require_GET
def picture(request: HttpRequest, name: str) -> FileResponse:
    """A picture of a help page; only the demo firm is ever seen on one."""
    path = FOLDER / "img" / name
    if not re.fullmatch(r"[a-z0-9-]+\.png", name) or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/png", headers={"Cache-Control": "max-age=3600"})


def _source(slug: str) -> Path:
    """The English page where the reader's language is English and there is one."""
    english = FOLDER / "en" / f"{slug}.md"
    return english if (get_language() or "").startswith("en") and english.exists() else FOLDER / f"{slug}.md"


def _html(source: Path) -> SafeString:
    """Our own files only; raw HTML in them stays text. Addresses of pictures point to ``picture``."""
    text = re.sub(r"\((?:\.\./)?img/", "(/help/img/", source.read_text(encoding="utf-8"))
    text = re.sub(r"\(((?:agent|designer|manager))\.md\)", r"(/help/\1/)", text)
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    return mark_safe(markdown.render(text))  # noqa: S308 - written by us and rendered without raw HTML
