"""Whom it is about: a search before a form that nobody has named a customer or project for."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render

from crm import search as customers
from crm.models import Customer
from projects import search
from projects.models import Project
from tenancy.http import MemberRequest

MOST = 10


def choose_subject(
    request: MemberRequest, *, title: str, to: str, with_projects: bool = False
) -> HttpResponse:
    """Customers (and projects) the member sees; each leads on to the form with its name in the address."""
    text = request.GET.get("q", "").strip()[:60]
    given = {key: value for key, value in request.GET.items() if key in ("kind", "day") and value}
    context: dict[str, Any] = {"title": title, "q": text, "kept": given, "choices": []}
    if text:
        context["choices"] = [
            {**choice, "url": f"{to}?{urlencode({**given, **choice['query']})}"}
            for choice in [*_projects(request, text, wanted=with_projects), *_customers(request, text)]
        ]
    return render(request, "projects/choose.html", context, status=422 if request.method == "POST" else 200)


def _projects(request: MemberRequest, text: str, *, wanted: bool) -> list[dict[str, Any]]:
    if not wanted:
        return []
    visible = Project.objects.visible_to(request.member)
    found = search.few_projects(visible, text).select_related("customer", "estate")
    return [
        {
            "icon": "layout-kanban",
            "name": project.place or project.number,
            "detail": f"{project.number} · {project.customer.name} · {project.get_phase_display()}",
            "query": {"project": project.number},
        }
        for project in found.order_by("-phase_entered_at")[:MOST]
    ]


def _customers(request: MemberRequest, text: str) -> list[dict[str, Any]]:
    found = customers.few_customers(Customer.objects.visible_to(request.member), text).select_related(
        "estate"
    )
    return [
        {
            "icon": "user",
            "name": customer.name,
            "detail": f"{customer.number} · {customer.place}",
            "query": {"customer": str(customer.pk)},
        }
        for customer in found.order_by("pinyin", "id")[:MOST]
    ]
