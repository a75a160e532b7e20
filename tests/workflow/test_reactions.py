"""What is looked at when something happened: the rules it may concern, and no others."""

from datetime import date
from typing import Any

import pytest
import time_machine

from tenancy.models import Firm
from tests.workflow.rules import put_in_force
from tests.workflow.sites import at, make_site, move_site
from workflow.models import Touchpoint
from workflow.planner import plan
from workflow.reactions import rules_concerned

NOW = at("2026-11-19 15:00")
SIGNED = {
    "key": "signed",
    "trigger": {"kind": "date", "fact": "signed_on"},
    "delay": "1 day",
    "catch_up": "3 days",
}
ENTERED = {"key": "entered", "trigger": {"kind": "phase", "entered": "inspections"}}
LEFT = {"key": "left", "trigger": {"kind": "phase", "left": "completion"}}
PASSED = {"key": "passed", "trigger": {"kind": "event", "name": "projects.NodePassed"}}
OPENED = {"key": "opened", "trigger": {"kind": "event", "name": "projects.ProjectOpened"}}
WEEKLY = {"key": "weekly", "trigger": {"kind": "weekly", "weekday": 4}}


@pytest.fixture(autouse=True)
def november() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def concerned(site: Any, event: str = "projects.NodePassed") -> set[str]:
    return {rule.rule_key for rule in rules_concerned("project", site.pk, event, NOW)}


def test_only_rules_the_news_may_concern_are_looked_at(firm: Firm) -> None:
    put_in_force(SIGNED, ENTERED, LEFT, PASSED, OPENED, WEEKLY)
    site = make_site(firm, signed_on=date(2026, 11, 18))
    move_site(site, "handover", "inspections", "2026-11-19 14:00")

    assert concerned(site) == {"signed", "entered", "passed"}
    assert concerned(make_site(firm, signed_on=date(2026, 12, 24))) == {"passed"}


def test_what_may_still_be_made_up_for_is_looked_at(firm: Firm) -> None:
    put_in_force(SIGNED)

    assert concerned(make_site(firm, signed_on=date(2026, 11, 15))) == {"signed"}
    assert concerned(make_site(firm, signed_on=date(2026, 10, 1))) == set()


def test_what_is_open_for_a_subject_is_always_looked_at(firm: Firm) -> None:
    put_in_force(SIGNED)
    site = make_site(firm, signed_on=date(2026, 11, 18))
    plan()
    assert Touchpoint.objects.open().count() == 1

    type(site)._base_manager.filter(pk=site.pk).update(signed_on=date(2027, 3, 1))

    assert concerned(site) == {"signed"}
