"""Warranties on the project's page, and on the customer's timeline."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from aftersales.models import Warranty
from core.ui.formats import cn_date
from projects.models import Project
from tenancy import faces
from tenancy.faces import Happening, Panel
from tenancy.models import Member


def warranties_of(project: Project, member: Member) -> dict[str, Any]:
    today = timezone.localdate()
    rows = Warranty.objects.visible_to(member).filter(project=project).order_by("ends_on")
    return {"warranties": [(row, (row.ends_on - today).days) for row in rows]}


faces.panel(
    Panel(
        subject_kind="project",
        slug="after-sales",
        title=gettext_lazy("售后"),
        template="aftersales/_project_panel.html",
        context=warranties_of,
        order=80,
    )
)


@faces.timeline("project")
def project_warranties(
    ids: Sequence[UUID], member: Member, before: datetime | None, limit: int
) -> Iterable[Happening]:
    return _started(Warranty.objects.visible_to(member).filter(project_id__in=list(ids)), before, limit)


@faces.timeline("customer")
def customer_warranties(
    ids: Sequence[UUID], member: Member, before: datetime | None, limit: int
) -> Iterable[Happening]:
    return _started(
        Warranty.objects.visible_to(member).filter(project__customer_id__in=list(ids)), before, limit
    )


def _started(rows: Any, before: datetime | None, limit: int) -> Iterable[Happening]:
    if before is not None:
        rows = rows.filter(starts_on__lt=timezone.localdate(before))
    for row in rows.select_related("project").order_by("-starts_on", "-id")[:limit]:
        yield Happening(
            at=timezone.make_aware(datetime.combine(row.starts_on, time(23, 59))),
            kind="warranty",
            icon="shield-check",
            title=_("%(category)s保修起算") % {"category": row.get_category_display()},
            detail=_("至 %(day)s") % {"day": cn_date(row.ends_on)},
            url=f"{row.project.get_absolute_url()}?tab=after-sales",
            tone="g",
        )
