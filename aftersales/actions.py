"""Start the warranties of a home."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.models import Warranty
from aftersales.terms import least_months, months_after, months_by_category
from core.errors import Refusal
from projects.models import Project
from projects.phases import Mode
from tenancy.models import Member


@transaction.atomic
def start_warranties(project: Project) -> list[Warranty]:
    """Every category runs from the day the owner accepted the works; started twice it stays started once."""
    return start_warranties_of([project])


@transaction.atomic
def start_warranties_of(projects: Iterable[Project]) -> list[Warranty]:
    """The same for many projects: two statements. Design orders and works nobody accepted yet have no terms."""
    months = months_by_category()
    rows = [
        _term(project, category, length)
        for project in projects
        if project.accepted_on and project.mode != Mode.DESIGN_ONLY
        for category, length in months.items()
    ]
    known = set(
        Warranty.objects.filter(project_id__in={row.project_id for row in rows}).values_list(
            "project_id", "category"
        )
    )
    fresh = [row for row in rows if (row.project_id, row.category) not in known]
    return Warranty.objects.bulk_create(fresh, batch_size=1000) if fresh else []


@transaction.atomic
def agree_longer_term(warranty: Warranty, *, by: Member, months: int) -> Warranty:
    """The contract promised more than the firm's usual term."""
    if not by.has_role("firm_admin", "cs_manager", "administration"):
        raise Refusal(_("您的角色不能修改保修期。"))
    if months < least_months(warranty.category):
        raise Refusal(_("保修期不得低于法定下限：两年，防水五年。"), code="below_law")
    warranty = Warranty.objects.lock(warranty)
    warranty.months = months
    warranty.ends_on = months_after(warranty.starts_on, months)
    warranty.save()
    return warranty


def _term(project: Project, category: str, months: int) -> Warranty:
    starts: date = project.accepted_on  # type: ignore[assignment]  # only accepted projects come here
    return Warranty(
        project=project,  # at hand for the trail, which asks each row for its project
        branch_id=project.branch_id,
        category=category,
        starts_on=starts,
        months=months,
        ends_on=months_after(starts, months),
    )
