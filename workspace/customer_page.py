"""The customer from all sides (360°): what later apps know of a customer arrives through their faces."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from crm import policies
from crm.forms import FollowUpForm
from crm.models import Customer
from crm.trail import trail_of
from crm.views.asking import find_customer
from crm.views.merging import merged_away, open_merges
from files.models import Attachment
from notifications.models import Consent, Satisfaction
from notifications.models.words import Purpose
from notifications.policies import may_use_desk
from projects.faces import new_project_url
from projects.models import Project
from projects.phases import ROUTES, position
from projects.policies import may_open
from tenancy import faces
from tenancy.faces import Happening, Panel
from tenancy.http import MemberRequest
from tenancy.models import Member

LINES = 30
MANY = 150
AUDIT_LINES = 60
TEAM = (
    ("designer", gettext_lazy("设计师")),
    ("project_manager", gettext_lazy("项目经理")),
    ("engineering_supervisor", gettext_lazy("工程监督")),
    ("adviser", gettext_lazy("家装顾问")),
)
KINDS = {
    "call": gettext_lazy("回访"),
    "message": pgettext_lazy("many", "短信"),
    "follow_up": gettext_lazy("跟进"),
    "visit": gettext_lazy("到店"),
    "phase": gettext_lazy("阶段"),
    "appointment": pgettext_lazy("many", "预约"),
    "change": gettext_lazy("资料变更"),
}


@dataclass
class CustomerPage:
    """Everything one screen about one customer asks; each part is asked of the database when it is drawn."""

    customer: Customer
    member: Member

    @cached_property
    def ids(self) -> list[UUID]:
        """The customer and those merged into them: their past is one."""
        return [self.customer.pk, *self.customer.merged_here.values_list("pk", flat=True)]

    @cached_property
    def points(self) -> list[Any]:
        return list(self.customer.contact_points.order_by("kind", "-is_primary", "created_at", "pk"))

    @property
    def phone(self) -> Any:
        return next(
            (p for p in sorted(self.points, key=lambda p: not p.is_primary) if p.kind == "phone"), None
        )

    @cached_property
    def tags(self) -> list[Any]:
        return [tagging.tag for tagging in self.customer.taggings.select_related("tag").order_by("tag__name")]

    @cached_property
    def projects(self) -> list[Project]:
        people = [slot for slot, _label in TEAM]
        rows = Project.objects.visible_to(self.member).filter(customer=self.customer)
        found = list(rows.select_related("estate", "branch", *people).order_by("-opened_on", "-pk"))
        for project in found:
            project.steps = len(ROUTES[project.mode])
            project.step = position(project.mode, project.phase)
        return found

    @property
    def contracted_fen(self) -> int:
        return sum(project.contract_fen or 0 for project in self.projects)

    @cached_property
    def team(self) -> list[tuple[Member, Any, float | None]]:
        """Who works for this customer, each once, with how this customer rates them."""
        people: dict[UUID, tuple[Member, Any]] = {}
        for project in self.projects:
            for slot, label in TEAM:
                person = getattr(project, slot)
                if person is not None:
                    people.setdefault(person.pk, (person, label))
        if adviser := self.customer.adviser:
            people.setdefault(adviser.pk, (adviser, TEAM[-1][1]))
        scores = dict(self._ratings.exclude(member=None).values_list("member_id").annotate(Avg("score")))
        return [(person, label, scores.get(pk)) for pk, (person, label) in people.items()]

    @cached_property
    def rating(self) -> dict[str, Any]:
        return self._ratings.aggregate(average=Avg("score"), calls=Count("attempt", distinct=True))

    @property
    def _ratings(self) -> Any:
        rows = Satisfaction.objects.visible_to(self.member).standing().filter(customer_id__in=self.ids)
        return rows.order_by()

    @cached_property
    def referred(self) -> int:
        return Customer.objects.living().filter(referrer=self.customer).count()

    @cached_property
    def next_steps(self) -> list[faces.NextStep]:
        return faces.steps_due("customer", self.ids, self.member)

    @property
    def next_step(self) -> faces.NextStep | None:
        return next(iter(self.next_steps), None)

    @cached_property
    def enquiry(self) -> Any:
        return self.customer.enquiries.filter(closed_at=None).first()

    @cached_property
    def visit(self) -> Any:
        """A visitor who has not been seen off yet."""
        return self.customer.visits.filter(left_at=None).order_by("-came_at").first()

    @cached_property
    def merges(self) -> list[Any]:
        return open_merges(self.customer)

    @property
    def age(self) -> int | None:
        """In whole years, where the year of birth is known."""
        year = self.customer.birthday_year
        return timezone.localdate().year - year if year else None

    @cached_property
    def consents(self) -> list[tuple[Any, list[tuple[Any, Any]]]]:
        """Each phone with the newest word for each purpose."""
        phones = [point for point in self.points if point.kind == "phone"]
        newest = {(c.address, c.purpose): c for c in Consent.objects.newest_of([p.value for p in phones])}
        return [
            (point, [(label, newest.get((point.value, purpose))) for purpose, label in Purpose.choices])
            for point in phones
        ]

    @property
    def facts(self) -> list[tuple[Any, Any]]:
        """What the card of basic facts says."""
        customer = self.customer
        source = " · ".join(str(p) for p in (customer.get_source_display(), customer.source_detail) if p)
        return [
            (_("客户编号"), customer.number),
            (_("来源"), source),
            (_("介绍人"), customer.referrer or customer.referrer_name),
            (_("家庭成员"), customer.family),
            (_("生活习惯"), customer.lifestyle),
            (_("风格偏好"), customer.style),
            (_("预算"), customer.budget),
            (_("核心诉求"), customer.core_demands),
            (_("联系偏好"), customer.contact_preference),
            (_("地址"), " ".join(p for p in (customer.city, customer.district, customer.address) if p)),
            (_("分公司"), customer.branch),
            (_("顾问"), customer.adviser),
            (_("备注"), customer.notes),
        ]

    def panels(self, place: str) -> list[tuple[Panel, dict[str, Any]]]:
        """What other apps hang on this page, without those that have nothing to show this member."""
        shown = [
            (panel, panel.context(self.customer, self.member)) for panel in faces.panels_of("customer", place)
        ]
        return [(panel, context) for panel, context in shown if context is not None]

    def happenings(self, *, kind: str = "", before: datetime | None = None) -> list[Happening]:
        if not kind:
            return faces.happenings("customer", self.ids, self.member, before=before, limit=LINES)
        found = faces.happenings("customer", self.ids, self.member, before=before, limit=MANY)
        return [one for one in found if one.kind == kind][:LINES]

    @property
    def can(self) -> dict[str, bool]:
        return {
            "write": policies.may_write(self.member),
            "arrange": policies.may_arrange(self.member),
            "delete": policies.may_delete(self.member),
            "reveal": policies.may_reveal(self.member),
            "open_project": may_open(self.member),
            "call": may_use_desk(self.member),
        }

    @property
    def new_project(self) -> str:
        return new_project_url(self.customer.pk)


@require_GET
def customer(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The whole page; a customer who was merged away leads to the one that stayed."""
    try:
        found = find_customer(request, pk)
    except Http404:
        return merged_away(request, pk)
    page = CustomerPage(found, request.member)
    return render(request, "crm/customer.html", _shown(request, page))


@require_GET
def peek(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The same in a drawer beside the list: what one needs before picking up the phone."""
    page = CustomerPage(find_customer(request, pk), request.member)
    if not request.htmx:
        return redirect(page.customer)
    context = {"page": page, "customer": page.customer, "lines": page.happenings()[:4]}
    return render(request, "crm/_peek.html", context | {"form": FollowUpForm(member=request.member)})


@require_GET
def timeline(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Older lines, or those of one kind."""
    page = CustomerPage(find_customer(request, pk), request.member)
    if not request.htmx:
        return redirect(page.customer)
    return render(request, "crm/_timeline.html", _lines(request, page))


def _shown(request: MemberRequest, page: CustomerPage) -> dict[str, Any]:
    tabs = page.panels("tab")
    wanted = request.GET.get("tab", "")
    context: dict[str, Any] = {
        "page": page,
        "customer": page.customer,
        "form": FollowUpForm(member=request.member),
        "main_panels": page.panels("main"),
        "side_panels": page.panels("side"),
        "tabs": [(panel.slug, panel.title) for panel, _context in tabs],
        "tab": wanted,
        "panel": next(((p, c) for p, c in tabs if p.slug == wanted), None),
    }
    if wanted == "files":
        context["files"] = Attachment.objects.of("customer", page.customer.pk).select_related("uploaded_by")[
            :MANY
        ]
    elif wanted == "audit":
        context["entries"] = trail_of("crm.customer", page.ids, limit=AUDIT_LINES)
    elif context["panel"] is None:
        context |= {"tab": ""} | _lines(request, page)
    return context


def _lines(request: MemberRequest, page: CustomerPage) -> dict[str, Any]:
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    lines = page.happenings(kind=kind, before=_moment(request.GET.get("before", "")))
    older = ""
    if len(lines) == LINES:
        address = reverse("workspace:customer_timeline", args=[page.customer.pk])
        older = f"{address}?kind={kind}&before={lines[-1].at.isoformat().replace('+', '%2B')}"
    kinds = [(key, label, f"{page.customer.get_absolute_url()}?kind={key}") for key, label in KINDS.items()]
    return {"lines": lines, "older": older, "kind": kind, "kinds": kinds}


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and timezone.is_aware(moment) else None
