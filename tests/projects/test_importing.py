"""Projects that a ledger brings along."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aftersales.actions import start_warranties_of
from aftersales.models import Warranty
from projects import search
from projects.actions.importing import ImportedProject, enter_imported_phase, open_imported_projects
from projects.models import Project
from projects.phases import Phase
from tests.factories import projects as factories
from workflow.history import state_at
from workflow.models import OutboxEvent, Step

pytestmark = pytest.mark.django_db
SINCE = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def row(branch):
    def make(phase, **fields):
        customer = factories.make_customer(branch)
        return ImportedProject(customer_id=customer.pk, branch_id=branch.pk, phase=phase, at=SINCE, **fields)

    return make


@pytest.mark.parametrize("phase", [phase for phase in Phase.values if phase != "closed"])
def test_a_row_stands_where_the_ledger_says_by_one_step(phase, row, admin):
    [project] = open_imported_projects([row(phase)], by=admin)

    step = Step.objects.of("project", project.pk).get()
    assert (project.phase, step.target, step.kind, step.by) == (phase, phase, "imported", admin)
    assert (project.phase_entered_at, project.number[:8]) == (SINCE, f"JC-{timezone.localdate().year}-")
    assert not OutboxEvent.objects.exists()


def test_a_building_site_keeps_its_node(row, admin):
    [known, unknown] = open_imported_projects(
        [row("inspections", node="mc_material"), row("inspections", node="屋顶")], by=admin
    )

    assert (known.node, unknown.node) == ("mc_material", "we_handover")


def test_many_rows_cost_what_one_costs(row, admin):
    def cost(count):
        rows = [row("design") for _ in range(count)]
        with CaptureQueriesContext(connection) as queries:
            open_imported_projects(rows, by=admin)
        return len(queries)

    assert cost(1) == cost(30)


def test_an_imported_site_was_under_construction_before_the_day_of_the_import(row, admin):
    open_imported_projects([row("inspections")], by=admin)

    before = datetime(2026, 6, 6, tzinfo=UTC)
    assert Project.objects.annotate(stood=state_at("project", before)).get().stood == "inspections"


def test_imported_projects_are_found_by_room_and_owner(row, admin):
    [project] = open_imported_projects(
        [row("design", fields={"room": "3-2-1502"}, estate_name="云栖花园")], by=admin
    )

    for text in ("1502", "3-2-1502", "云栖", project.number):
        assert list(search.projects(Project.objects.all(), text)) == [project], text


def test_finished_homes_get_their_warranties(row, admin):
    done = {"accepted_on": date(2025, 3, 10)}
    projects = open_imported_projects(
        [
            row("warranty", fields=done),
            row("design"),
            row("completion", fields=done | {"mode": "design_only"}),
        ],
        by=admin,
    )

    start_warranties_of(projects)
    start_warranties_of(projects)

    assert dict(Warranty.objects.values_list("category", "ends_on")) == {
        "structure": date(2027, 3, 10),
        "water_electric": date(2027, 3, 10),
        "waterproofing": date(2030, 3, 10),
    }
    assert {row.project_id for row in Warranty.objects.all()} == {projects[0].pk}


def test_one_project_is_put_where_a_person_decided(make_project, admin):
    project = enter_imported_phase(
        make_project("design"), "suspended", by=admin, at=SINCE, note="台账第 18 行"
    )

    assert (project.phase, project.suspended_from, project.imported_at is not None) == (
        "suspended",
        "inspections",
        True,
    )
    assert Step.objects.of("project", project.pk).last().note == "台账第 18 行"
