"""How projects show themselves on pages of other apps: search, timelines, next steps; and whose customers one sees."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.ui.formats import day_name
from crm.querysets import names_customers
from files import subjects
from projects import search
from projects.models import Appointment, Project, SiteNote, Statement
from projects.phases import Phase, find_node, nodes_of
from projects.stated import FACTS
from tenancy import faces
from tenancy.faces import Found, Happening, NextStep
from tenancy.models import Member
from workflow.models import Clock, Step

PHASES: dict[str, Any] = dict(Phase.choices)
STEP_ICONS: dict[str, str] = {Phase.LOST: "mood-sad", Phase.SUSPENDED: "player-pause", Phase.CANCELLED: "ban"}
STEP_TONES: dict[str, str] = {
    Phase.LOST: "r",
    Phase.SUSPENDED: "y",
    Phase.CANCELLED: "r",
    Phase.COMPLETION: "g",
}
APPOINTMENT_TONES = {"held": "g", "missed": "r", "cancelled": "", "planned": "b"}


def promise_label(promise: str) -> str:
    """What a clock of ours promises, in words."""
    return {"design_draft": _("出设计预案"), "design_final": _("出定稿与详细预算")}.get(promise, promise)


def _projects_of(member: Member) -> Any:
    return Project.objects.visible_to(member)


def _notes_of(member: Member) -> Any:
    return SiteNote.objects.visible_to(member)


names_customers(_projects_of)
subjects.register("project", _projects_of)
subjects.register("site_note", _notes_of)


@faces.search(20)
def found_projects(text: str, member: Member, limit: int) -> Iterable[Found]:
    rows = search.few_projects(Project.objects.visible_to(member), text).select_related("customer", "estate")
    for project in rows.order_by("-phase_entered_at")[:limit]:
        yield Found(
            kind="project",
            icon="layout-kanban",
            title=project.place or project.number,
            detail=f"{project.number} · {project.customer.name} · {project.get_phase_display()}",
            url=project.get_absolute_url(),
        )


@faces.timeline("project")
def project_happenings(
    ids: Sequence[UUID], member: Member, before: datetime | None, limit: int
) -> Iterable[Happening]:
    """Steps, appointments, statements and notes of these projects."""
    projects = Project.objects.visible_to(member).filter(pk__in=list(ids)).select_related("estate").in_bulk()
    return _happenings(projects, before, limit, linked=False)


@faces.timeline("customer")
def customer_happenings(
    ids: Sequence[UUID], member: Member, before: datetime | None, limit: int
) -> Iterable[Happening]:
    mine = Project.objects.visible_to(member).filter(customer_id__in=list(ids)).select_related("estate")
    projects = mine.in_bulk()
    yield from _happenings(projects, before, limit, named=len(projects) > 1)
    loose = Appointment.objects.visible_to(member).filter(customer_id__in=list(ids), project=None)
    yield from (_appointment(row, {}) for row in _newest(loose, "starts_at", before, limit))


def _happenings(
    projects: dict[UUID, Project],
    before: datetime | None,
    limit: int,
    *,
    linked: bool = True,
    named: bool = False,
) -> Iterable[Happening]:
    """``linked``: from another page than the project's own; ``named``: the customer has several projects."""
    if not projects:
        return
    names = {pk: project.place if named else "" for pk, project in projects.items()} if linked else {}
    keys = list(projects)
    steps = Step.objects.filter(subject_kind="project", subject_id__in=keys).select_related("by")
    yield from (_step(row, projects, names) for row in _newest(steps, "at", before, limit))
    appointments = Appointment.objects.filter(project_id__in=keys)
    yield from (_appointment(row, names) for row in _newest(appointments, "starts_at", before, limit))
    statements = Statement.objects.filter(project_id__in=keys).select_related("by")
    yield from (_statement(row, projects, names) for row in _newest(statements, "at", before, limit))
    notes = SiteNote.objects.filter(project_id__in=keys).select_related("by")
    yield from (_note(row, projects, names) for row in _newest(notes, "at", before, limit))


def _newest(rows: Any, column: str, before: datetime | None, limit: int) -> Any:
    if before is not None:
        rows = rows.filter(**{f"{column}__lt": before})
    return rows.order_by(f"-{column}", "-id")[:limit]


def _step(step: Step, projects: dict[UUID, Project], names: dict[UUID, str]) -> Happening:
    target = PHASES.get(step.target, step.target)
    passed = [str(guard["sentence"]) for guard in step.unmet]
    titles: dict[str, Any] = {
        Step.Kind.IMPORTED: _("由台账导入，当时在“%(phase)s”"),
        Step.Kind.BACK: _("恢复到“%(phase)s”"),
    }
    title = titles.get(step.kind) or (
        _("进入“%(phase)s”") if step.source else _("新建项目，从“%(phase)s”开始")
    )
    return Happening(
        at=step.at,
        kind="phase",
        icon=STEP_ICONS.get(step.target, "flag"),
        title=title % {"phase": target},
        detail=_place(
            names, step.subject_id, _("带条件：%(what)s") % {"what": "；".join(passed)} if passed else ""
        ),
        quote=step.note,
        by=step.by.name if step.by else "",
        url=projects[step.subject_id].get_absolute_url() if names else "",
        tone=STEP_TONES.get(step.target, "b"),
    )


def _appointment(row: Appointment, names: dict[UUID, str]) -> Happening:
    return Happening(
        at=row.starts_at,
        kind="appointment",
        icon="calendar-event",
        title=f"{row.get_kind_display()} · {row.get_state_display()}",
        detail=_place(names, row.project_id, row.place),
        quote=row.outcome,
        url=row.get_absolute_url(),
        tone=APPOINTMENT_TONES[row.state],
    )


def _statement(row: Statement, projects: dict[UUID, Project], names: dict[UUID, str]) -> Happening:
    label = str(FACTS[row.fact].label)
    if row.node:
        node = find_node(nodes_of(projects[row.project_id].node_set), row.node)
        label = f"{label}：{node.label if node else row.node}"
    return Happening(
        at=row.at,
        kind="statement",
        icon="writing-sign",
        title=_("凭声明：%(fact)s") % {"fact": label},
        detail=_place(names, row.project_id, _("发生于 %(day)s") % {"day": day_name(row.stated_on)}),
        quote=row.note,
        by=row.by.name if row.by else "",
        url=projects[row.project_id].get_absolute_url() if names else "",
    )


def _note(row: SiteNote, projects: dict[UUID, Project], names: dict[UUID, str]) -> Happening:
    return Happening(
        at=row.at,
        kind="note",
        icon="camera",
        title=_("现场记录"),
        detail=_place(names, row.project_id, "、".join(row.service_labels)),
        quote=row.text,
        by=row.by.name,
        url=f"{projects[row.project_id].get_absolute_url()}?tab=notes",
        tone="v",
    )


def _place(names: dict[UUID, str], project_id: UUID | None, detail: str) -> str:
    """Which of a customer's several projects it concerns."""
    return " · ".join(part for part in (names.get(project_id, "") if project_id else "", detail) if part)


@faces.next_steps("project")
def project_steps(ids: Sequence[UUID], member: Member) -> Iterable[NextStep]:
    """Running promises and appointments to come."""
    projects = (
        Project.objects.visible_to(member).filter(pk__in=list(ids)).select_related("designer").in_bulk()
    )
    yield from _promises(projects)
    yield from _to_come(Q(project_id__in=list(projects)))


@faces.next_steps("customer")
def customer_steps(ids: Sequence[UUID], member: Member) -> Iterable[NextStep]:
    mine = Project.objects.visible_to(member).filter(customer_id__in=list(ids)).select_related("designer")
    projects = mine.in_bulk()
    yield from _promises(projects)
    yield from _to_come(Q(project_id__in=list(projects)) | Q(customer_id__in=list(ids), project=None), member)


def _promises(projects: dict[UUID, Project]) -> Iterable[NextStep]:
    now = timezone.now()
    clocks = Clock.objects.running().filter(subject_kind="project", subject_id__in=list(projects))
    for clock in clocks:
        project = projects[clock.subject_id]
        yield NextStep(
            title=promise_label(clock.promise),
            url=project.get_absolute_url(),
            who=project.designer.name if project.designer else "",
            due_at=clock.due_at,
            tone="r" if clock.due_at < now else ("y" if clock.warned_at else ""),
        )


def _to_come(which: Q, member: Member | None = None) -> Iterable[NextStep]:
    rows = Appointment.objects.visible_to(member) if member else Appointment.objects.all()
    for row in rows.standing().filter(which, ends_at__gte=timezone.now()).order_by("starts_at")[:10]:
        yield NextStep(
            title=row.get_kind_display(),
            url=row.get_absolute_url(),
            who=row.place,
            due_at=row.starts_at,
            tone="b",
        )


def new_project_url(customer_id: UUID) -> str:
    """For the customer's page: where a project for this customer is opened."""
    return f"{reverse('projects:new')}?customer={customer_id}"
