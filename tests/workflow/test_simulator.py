"""Trying rules before they touch anybody: what they make of a story, what they would have done, and no trace of it."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenancy.models import Branch, Firm, FirmModel, Member
from tenancy.scoping import current_firm_id
from tests.factories.crm import make_customer
from tests.workflow.rules import a_spec, put_in_force
from tests.workflow.sites import at, make_site, move_site
from workflow import calendars, shipped, stories
from workflow.models import Playbook, Touchpoint
from workflow.planner import plan
from workflow.simulator import Touch, simulate, simulate_life, what_would_have_been
from workflow.stories import Beat, Stage

SIGNED = date(2026, 3, 2)
SATURDAYS = {"key": "saturdays", "trigger": {"kind": "weekly", "weekday": 6}, "condition": {"fact": "under_construction", "is": True}}  # fmt: skip
AFTER_SIGNING = {"key": "after_signing", "trigger": {"kind": "date", "fact": "signed_on"}, "delay": "1 day"}
ON_SITE = {
    "key": "on_site",
    "trigger": {"kind": "phase", "entered": "inspections"},
    "delay": "3 working_days",
}
PASSED = {
    "key": "passed",
    "trigger": {"kind": "event", "name": "projects.NodePassed"},
    "action": {"kind": "call"},
}


@pytest.fixture
def stage(branch: Branch) -> Stage:
    return Stage(branch)


def rows_of_everything() -> dict[str, int]:
    counts = {}
    for model in apps.get_models():
        mine = f" WHERE firm_id = {current_firm_id()}" if issubclass(model, FirmModel) else ""
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"{mine}')
            counts[model._meta.label] = cursor.fetchone()[0]
    return counts


def played(rules: list[Any], stage: Stage) -> list[Touch]:
    beats, until = stories.stories()["project"].tell(SIGNED)
    return simulate(rules, beats, until, stage)


@pytest.fixture
def life(firm: Firm, stage: Stage) -> list[Touch]:
    return played([a_spec(**rule) for rule in (SATURDAYS, AFTER_SIGNING, ON_SITE, PASSED)], stage)


def days(touches: list[Touch], key: str) -> list[date]:
    return [timezone.localtime(one.due_from).date() for one in touches if one.rule_key == key]


def test_a_project_signed_on_a_day_is_told_to_its_end(life: list[Touch]) -> None:
    saturdays = days(life, "saturdays")

    assert days(life, "after_signing") == [date(2026, 3, 3)]
    assert days(life, "on_site") == [date(2026, 3, 12)]
    assert len(days(life, "passed")) == 7
    assert (saturdays[0], saturdays[-1]) == (date(2026, 3, 14), date(2026, 6, 22))
    assert len(saturdays) == 15
    assert date(2026, 4, 7) in saturdays, "the Saturday of Qingming moves to the Tuesday"
    assert {one.state for one in life} == {"planned"}
    assert all(one.why for one in life)


def test_a_simulation_leaves_no_row_and_no_hook(firm: Firm, stage: Stage) -> None:
    put_in_force(**AFTER_SIGNING)
    before, hooks = rows_of_everything(), list(transaction.get_connection().run_on_commit)

    assert played([a_spec(**AFTER_SIGNING), a_spec(**PASSED)], stage)

    assert rows_of_everything() == before
    assert transaction.get_connection().run_on_commit == hooks


def test_an_invented_project_of_ours_has_our_colleagues_on_it(
    firm: Firm, branch: Branch, designer: Member, stage: Stage
) -> None:
    before = rows_of_everything()

    touches = simulate_life([a_spec(**AFTER_SIGNING, performer="designer")], SIGNED, branch)

    assert [(one.rule_key, one.assignee_id) for one in touches] == [("after_signing", designer.pk)]
    assert rows_of_everything() == before


def test_a_simulation_that_breaks_off_leaves_no_row_either(firm: Firm, stage: Stage) -> None:
    def fail(_stage: Stage) -> None:
        make_customer()
        raise LookupError

    before = rows_of_everything()

    with pytest.raises(LookupError):
        simulate([a_spec()], [Beat(at("2026-03-02 10:00"), "broken", fail)], at("2026-03-03 10:00"), stage)

    assert rows_of_everything() == before


def test_the_simulator_says_what_the_planner_does_day_by_day(firm: Firm, stage: Stage) -> None:
    """The same story lived with the planner called every single day."""
    rules = (SATURDAYS, AFTER_SIGNING, ON_SITE)
    first, moved_at, until = at("2026-03-20 10:00"), at("2026-03-26 10:00"), at("2026-04-09 00:00")
    site = {"phase": "inspections", "signed_on": first.date(), "started_on": first.date()}
    make = stories.maker_of("project")
    assert make is not None
    beats = [
        Beat(first, "made", lambda on: make(on, site, first)),
        Beat(moved_at, "moved", lambda on: on.step("project", on.subjects["project"][0], "handover", "inspections", moved_at)),
    ]  # fmt: skip
    simulated = simulate([a_spec(**rule) for rule in rules], beats, until, Stage(stage.branch))

    with time_machine.travel(at("2026-03-19 10:00"), tick=False):
        put_in_force(*rules)
    lived = Stage(stage.branch)
    beats[0].act(lived)
    for offset in range((until - first).days + 1):
        if offset == 6:
            beats[1].act(lived)
        plan(calendars.midnight(first.date() + timedelta(days=offset)) + timedelta(hours=12))

    done = Touchpoint.objects.order_by("due_from", "rule_key").values_list("rule_key", "due_from", "due_at")
    assert [(one.rule_key, one.due_from, one.due_at) for one in simulated] == list(done)
    assert len(simulated) > 5


# --- looking back ------------------------------------------------------------------------------------------


@pytest.fixture
def november() -> Any:
    with time_machine.travel(at("2026-11-19 15:00"), tick=False):
        yield


@pytest.mark.usefixtures("november")
def test_what_would_have_been_is_what_planning_each_day_would_have_made(firm: Firm) -> None:
    first, second = (
        make_site(firm, signed_on=date(2026, 10, 27)),
        make_site(firm, signed_on=date(2026, 11, 3)),
    )
    move_site(first, "inspections", "suspended", "2026-11-06 10:00")
    move_site(second, "handover", "inspections", "2026-11-09 09:00")
    rules = (SATURDAYS, AFTER_SIGNING, ON_SITE)
    since, until = date(2026, 10, 26), date(2026, 11, 16)

    told = what_would_have_been([a_spec(**rule) for rule in rules], since, until)

    put_in_force(*rules)
    for offset in range((until - since).days):
        plan(calendars.midnight(since + timedelta(days=offset)) + timedelta(hours=12), by_hand=True)
    made = Touchpoint.objects.filter(
        due_from__lt=calendars.midnight(until), due_from__gte=calendars.midnight(since)
    )
    assert {(one.rule_key, one.on): one.count for one in told} == _by_day(made)
    assert sum(one.count for one in told) > 6
    assert all(len(one.sample) == min(one.count, 3) for one in told)


def _by_day(made: Any) -> dict[tuple[str, date], int]:
    found: dict[tuple[str, date], int] = {}
    for one in made:
        key = (one.rule_key, timezone.localtime(one.due_from).date())
        found[key] = found.get(key, 0) + 1
    return found


@pytest.mark.usefixtures("november")
def test_looking_back_only_reads(firm: Firm) -> None:
    make_site(firm, signed_on=date(2026, 11, 3))

    with CaptureQueriesContext(connection) as queries:
        assert what_would_have_been([a_spec(**AFTER_SIGNING)], date(2026, 11, 1), date(2026, 11, 19))

    assert all(one["sql"].lstrip().startswith(("SELECT", "WITH")) for one in queries)
    assert not any(" INTO " in one["sql"] or "UPDATE" in one["sql"] for one in queries)


@pytest.mark.usefixtures("november")
def test_what_is_already_done_counts_as_well(firm: Firm) -> None:
    make_site(firm, signed_on=date(2026, 11, 3))
    put_in_force(**AFTER_SIGNING)
    plan(date(2026, 11, 4), by_hand=True)

    (day,) = what_would_have_been([a_spec(**AFTER_SIGNING)], date(2026, 11, 1), date(2026, 11, 19))

    assert (day.on, day.count) == (date(2026, 11, 4), 1)


def test_a_waiting_rule_is_not_played(firm: Firm, stage: Stage) -> None:
    waiting = a_spec(awaits="subject:spaceship", subject="spaceship")

    assert played([waiting, a_spec(**AFTER_SIGNING)], stage)
    assert what_would_have_been([waiting], SIGNED, SIGNED + timedelta(days=1)) == []
    assert not Playbook.objects.exists()
    assert shipped.every_rule()
