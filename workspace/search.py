"""Search everywhere: what Ctrl K shows while one types, and the same as a page."""

from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django.views.decorators.http import require_GET

from tenancy import faces
from tenancy.http import MemberRequest

KINDS = {
    "customer": pgettext_lazy("many", "客户"),
    "project": pgettext_lazy("many", "项目"),
    "estate": pgettext_lazy("many", "小区"),
    "contract": _("合同"),
    "complaint": _("投诉"),
    "repair": _("报修"),
}
IN_BOX, ON_PAGE = 6, 30
LONGEST = 60


@require_GET
def search(request: MemberRequest) -> HttpResponse:
    """Every app answers with what it found among what this member may see."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    hits = faces.found(text, request.member, limit=IN_BOX if request.htmx else ON_PAGE) if text else []
    groups = [(KINDS.get(kind, kind), list(found)) for kind, found in groupby(hits, key=lambda hit: hit.kind)]
    template = "workspace/_found.html" if request.htmx else "workspace/search.html"
    return render(request, template, {"groups": groups, "q": text})
