"""Addresses of projects, appointments and warranties."""

import itertools
from datetime import timedelta

from django.utils import timezone

from aftersales.actions import start_warranties
from projects.forms_confirmations import ProposalForm
from projects.views.confirmations import next_working_days
from tenancy.models import Role
from tenancy.policies import BRANCH_WIDE, SERVICE
from tests.architecture.routes import EVERYBODY, Route, get, patch, post
from tests.factories import projects as factories

WIDE = BRANCH_WIDE - {Role.PARTNER_API}
MANAGERS = {Role.FIRM_ADMIN, Role.CS_MANAGER, Role.BRANCH_MANAGER, Role.ENGINEERING_MANAGER}
ADVANCE = SERVICE | MANAGERS | {Role.FINANCE, Role.ADMINISTRATION}
CHANGE = SERVICE | MANAGERS
LOSE = SERVICE | {Role.BRANCH_MANAGER}
CANCEL = {Role.FIRM_ADMIN, Role.CS_MANAGER, Role.BRANCH_MANAGER}
OPEN = SERVICE | {Role.BRANCH_MANAGER, Role.DESIGNER}
PLAN = SERVICE | {Role.BRANCH_MANAGER, Role.ENGINEERING_MANAGER, Role.SERVICE_TEAM_LEAD}
ON_SITE = {Role.DESIGNER, Role.PROJECT_MANAGER, Role.SUPERVISOR, Role.TECHNICIAN}
NODES = {Role.ENGINEERING_MANAGER}

_hours = itertools.count(30)


def project_in(phase, **fields):
    def make(world):
        owner = factories.make_customer(world.branch, name=world.canary)
        return factories.make_project(world.branch, phase=phase, customer=owner, room=world.canary, **fields)

    return make


def make_appointment(world):
    starts_at = timezone.now().replace(minute=0) + timedelta(hours=2)
    return factories.make_appointment(
        world.plain_project, starts_at=starts_at, place=world.canary, kind="proposal", member=None
    )


def confirmation(world):
    """A node of a site of its own, so that several stand on the board."""
    starts_at = timezone.now().replace(minute=0) + timedelta(days=1, hours=next(_hours) % 20)
    site = project_in("inspections", node="we_accepted")(world)
    return factories.make_appointment(
        site, starts_at=starts_at, place=world.canary, kind="inspection", node="we_accepted"
    )


def proposal(world):
    """The first working day offered, whichever it is today."""
    form = ProposalForm(member=world.me, days=next_working_days(timezone.localdate()))
    return {"node": "we_material", "day": form.fields["day"].initial, "clock": "09:00"}


def row_in_board(world):
    project_in("design", designer=world.me, draft_accepted_on=None)(world)


def warranty_row(world):
    start_warranties(project_in("completion")(world))


def note_row(world):
    from projects.models import SiteNote

    SiteNote.objects.create(
        project=world.plain_project, by=world.me or world.member(Role.DESIGNER), text=world.canary
    )


MAKERS = {
    "plain_project": project_in("contract"),
    "new_project": project_in("consultation"),
    "handed_project": project_in("handover"),
    "site_project": project_in("inspections"),
    "lost_project": project_in("lost", lost_from="design", lost_reason="price"),
    "standing_project": project_in("suspended", suspended_from="inspections", suspended_reason="season"),
    "project_customer": lambda world: factories.make_customer(world.branch, name=world.canary),
    "appointment": make_appointment,
    "confirmation": confirmation,
}


def asked_by(roles, make):
    """What is sent names a row only when somebody who may sends it: whoever is turned away leaves no row behind."""
    return lambda world: make(world) if world.me is not None and world.me.has_role(*roles) else {}


def number(name):
    return lambda world: {"number": getattr(world, name).number}


def pk(name):
    return lambda world: {"pk": getattr(world, name).pk}


def today():
    return timezone.localdate().isoformat()


def tomorrow(world):
    hour = next(_hours)
    day = (timezone.localdate() + timedelta(days=hour)).isoformat()
    return {"day": day, "starts": "10:00", "ends": "11:00", "place": "现场"}


PAGES = [
    Route("projects:projects", get(WIDE, rows=row_in_board)),
    Route("projects:mine", get(WIDE | ON_SITE, rows=row_in_board)),
    Route(
        "projects:new",
        get(OPEN),
        post(
            OPEN,
            data=asked_by(
                OPEN,
                lambda world: {
                    "customer": world.project_customer.pk,
                    "branch": world.branch.pk,
                    "mode": "full",
                },
            ),
        ),
    ),
    Route("projects:project", get(WIDE, rows=note_row, query="?tab=notes"), kwargs=number("plain_project")),
    Route(
        "projects:edit",
        get(CHANGE),
        post(CHANGE, data=lambda world: {"mode": "full", "style": "现代"}),
        kwargs=number("plain_project"),
    ),
    Route("projects:people", get(CHANGE), post(CHANGE), kwargs=number("plain_project")),
    Route(
        "projects:advance",
        get(ADVANCE),
        post(
            {Role.BRANCH_MANAGER, Role.FIRM_ADMIN},
            data=lambda world: {"to": "handover", "why_first_paid": "业主周一付"},
            wrong_role=422,
        ),
        kwargs=number("plain_project"),
    ),
    Route(
        "projects:loss",
        get(LOSE),
        post(LOSE, data=lambda world: {"reason": "price"}),
        kwargs=number("new_project"),
    ),
    Route("projects:reopening", get(LOSE), post(LOSE), kwargs=number("lost_project")),
    Route(
        "projects:suspension",
        get(SERVICE | MANAGERS),
        post(SERVICE | MANAGERS, data=lambda world: {"reason": "season", "on": today()}),
        kwargs=number("handed_project"),
    ),
    Route(
        "projects:resumption",
        get(SERVICE | MANAGERS),
        post(SERVICE | MANAGERS),
        kwargs=number("standing_project"),
    ),
    Route(
        "projects:cancellation",
        get(CANCEL),
        post(CANCEL, data=lambda world: {"settlement": "退还设计费"}),
        kwargs=number("handed_project"),
    ),
    Route(
        "projects:fact",
        get({Role.FINANCE}),
        post({Role.FINANCE}, data=lambda world: {"on": today()}),
        kwargs=lambda world: {"number": world.plain_project.number, "fact": "first_paid"},
    ),
    Route(
        "projects:node",
        get(NODES),
        post(NODES, data=lambda world: {"on": today(), "node": "we_material", "waive": "业主在场"}),
        kwargs=number("site_project"),
    ),
    Route(
        "projects:note",
        get(ADVANCE),
        post(ADVANCE, data=lambda world: {"key": world.nobody(), "text": "水电已开槽"}),
        kwargs=number("site_project"),
    ),
    Route("projects:appointments", get(EVERYBODY, rows=make_appointment)),
    Route(
        "projects:appointment_new",
        get(PLAN, query="?kind=visit"),
        post(
            PLAN,
            data=asked_by(
                PLAN,
                lambda world: {"kind": "visit", "customer": world.project_customer.pk, **tomorrow(world)},
            ),
        ),
    ),
    Route("projects:confirmations", get(EVERYBODY, rows=confirmation)),
    Route(
        "projects:propose",
        get(PLAN),
        post(PLAN, data=asked_by(PLAN, proposal)),
        kwargs=number("site_project"),
    ),
    Route(
        "projects:party",
        get(PLAN),
        post(PLAN, data=lambda world: {"answer": "confirmed", "how": "call"}),
        kwargs=lambda world: {"pk": world.confirmation.pk, "person": world.confirmation.people.get().pk},
    ),
    Route("projects:appointment", get(WIDE), kwargs=pk("appointment")),
    Route("projects:appointment_move", get(PLAN), post(PLAN, data=tomorrow), kwargs=pk("appointment")),
    Route(
        "projects:appointment_outcome",
        get(PLAN),
        post(PLAN, data=lambda world: {"happened": "missed", "outcome": "业主临时有事"}),
        kwargs=pk("appointment"),
    ),
    Route("projects:appointment_cancel", get(PLAN), post(PLAN), kwargs=pk("appointment")),
    Route(
        "projects:appointment_answer",
        post(PLAN, data=lambda world: {"answer": "confirmed"}),
        kwargs=lambda world: {"pk": world.appointment.pk, "person": world.appointment.people.get().pk},
    ),
]

API = [
    Route(
        "api:project-list",
        get(EVERYBODY, rows=row_in_board),
        post(
            OPEN,
            data=asked_by(
                OPEN,
                lambda world: {
                    "customer": world.project_customer.pk,
                    "branch": world.branch.pk,
                    "mode": "half",
                },
            ),
        ),
    ),
    Route(
        "api:project-detail",
        get(WIDE),
        patch(CHANGE, data=lambda world: {"style": "中式"}),
        kwargs=pk("plain_project"),
    ),
    Route(
        "api:project-transitions",
        get(WIDE),
        post(LOSE, data=lambda world: {"transition": "lose", "reason": "price"}, wrong_role={404, 422}),
        kwargs=pk("new_project"),
    ),
    Route(
        "api:project-statements",
        get(WIDE),
        post({Role.FINANCE}, data=lambda world: {"fact": "first_paid", "on": today()}, wrong_role={404, 422}),
        kwargs=pk("plain_project"),
    ),
    Route(
        "api:appointment-list",
        get(EVERYBODY, rows=make_appointment),
        post(
            PLAN,
            data=asked_by(
                PLAN,
                lambda world: {
                    "kind": "visit",
                    "project": world.plain_project.pk,
                    "starts_at": timezone.now() + timedelta(days=3),
                    "ends_at": timezone.now() + timedelta(days=3, hours=1),
                },
            ),
            wrong_role={403, 404, 422},
        ),
    ),
    Route("api:appointment-detail", get(WIDE), kwargs=pk("appointment")),
    Route(
        "api:appointment-moves",
        post(
            PLAN,
            data=lambda world: {
                "starts_at": timezone.now() + timedelta(days=4),
                "ends_at": timezone.now() + timedelta(days=4, hours=1),
            },
        ),
        kwargs=pk("appointment"),
    ),
    Route(
        "api:appointment-outcome",
        post(PLAN, data=lambda world: {"result": "missed"}),
        kwargs=pk("appointment"),
    ),
    Route("api:appointment-cancellation", post(PLAN), kwargs=pk("appointment")),
    Route(
        "api:appointment-answers",
        post(PLAN, data=lambda world: {"person": world.appointment.people.get().pk, "answer": "confirmed"}),
        kwargs=pk("appointment"),
    ),
    Route("api:warranty-list", get(EVERYBODY, rows=warranty_row)),
]

ROUTES = PAGES + API
