"""The coverage we claim: each rule tried on a subject made for it, and caught when it does something else."""

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tenancy.models import Firm
from tests.workflow.rules import a_spec
from tests.workflow.sites import at
from workflow import coverage, expectations, seeds, shipped, trials, wishes
from workflow.rulebook import RuleSpec
from workflow.working_time import Calendar

PLAIN = Calendar()
FEW = ("handover_sms", "contract_call", "birthday", "day_log", "em_spot", "after_warranty", "newyear_card", "visit_3")  # fmt: skip


def test_there_are_a_hundred_timed_requirements() -> None:
    assert len(seeds.TIMED) == len(set(seeds.TIMED)) == 100
    assert {"V-01", "V-10", "O-11", "C-16", "B-18"} <= set(seeds.TIMED)


@pytest.mark.parametrize(
    ("changes", "anchor", "due_from", "due_at"),
    [
        ({"delay": "1 day"}, "2026-11-19 15:00", "2026-11-20 09:00", "2026-11-20 20:00"),
        ({"delay": "-1 month", "window": {"days": 6}}, "2027-03-31 00:00", "2027-02-28 09:00", "2027-03-06 20:00"),
        ({"delay": "3 working_days"}, "2026-11-19 15:00", "2026-11-24 09:00", "2026-11-24 20:00"),
        ({"delay": "30 minutes"}, "2026-11-19 15:00", "2026-11-19 15:30", "2026-11-19 20:00"),
        ({"delay": "2 working_hours", "window": {"within": "30 minutes"}}, "2026-11-19 17:00", "2026-11-20 10:00", "2026-11-20 10:30"),
        ({"window": {"within": "1 day"}}, "2026-11-19 15:00", "2026-11-19 15:00", "2026-11-20 20:00"),
    ],
)  # fmt: skip
def test_what_is_expected_is_worked_out_from_the_rule_alone(
    changes: dict[str, Any], anchor: str, due_from: str, due_at: str
) -> None:
    found = expectations.of(a_spec(**changes), at(anchor), PLAIN)

    assert (found.due_from, found.due_at) == (at(due_from), at(due_at))


@pytest.mark.django_db
def test_shipped_rules_of_every_kind_do_what_their_data_say() -> None:
    every = shipped.every_rule()

    with coverage.made_firm() as stage_of:
        verdicts = {key: trials.judge(every[key], coverage.TRIED_AT, stage_of()) for key in FEW}

    assert {key: one.why for key, one in verdicts.items() if not one.is_right} == {}
    assert not Firm.objects.filter(code="simulated").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [
        lambda spec: replace(spec, condition={"all": [{"fact": "suspended", "is": True}, {"fact": "under_construction", "is": True}]}),
        lambda spec: replace(spec, stop={"fact": "number", "known": True}),
        lambda spec: replace(spec, trigger={"kind": "event", "name": "crm.VisitEnded"}),
        lambda spec: replace(spec, subject_kind="call_task", trigger={"kind": "date", "fact": "due_at"}, condition={}),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_come_true_is_not_called_covered(broken: Any) -> None:
    spec = a_spec(trigger={"kind": "date", "fact": "signed_on"})

    with coverage.made_firm() as stage_of:
        sound = trials.judge(spec, coverage.TRIED_AT, stage_of())
        verdict = trials.judge(broken(spec), coverage.TRIED_AT, stage_of())

    assert sound.is_right
    assert not verdict.is_right
    assert verdict.why


@pytest.mark.django_db
def test_a_planner_that_is_an_hour_late_or_asks_the_wrong_person_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = a_spec(trigger={"kind": "date", "fact": "signed_on"}, performer="designer")
    late = expectations.of

    def an_hour_earlier(*given: Any) -> Any:
        found = late(*given)
        return replace(found, due_from=found.due_from - timedelta(hours=1))

    with coverage.made_firm() as stage_of:
        assert trials.judge(spec, coverage.TRIED_AT, stage_of()).is_right
        stage = stage_of()
        stage.people["designer"], stage.people["inspector"] = (
            stage.people["inspector"],
            stage.people["designer"],
        )
        monkeypatch.setattr(
            trials, "_wrong_person", lambda spec, touch, _on: checked(spec, touch, stage_of())
        )
        assert "designer" in trials.judge(spec, coverage.TRIED_AT, stage).why
        monkeypatch.setattr(expectations, "of", an_hour_earlier)
        assert "应为" in trials.judge(spec, coverage.TRIED_AT, stage_of()).why


checked = trials._wrong_person


@pytest.mark.parametrize(
    ("condition", "stop", "wanted"),
    [
        ({"fact": "phase", "in": ["design", "budget"]}, {}, {"phase": "design"}),
        ({"all": [{"fact": "mode", "not": "full"}, {"fact": "signed_on", "known": False}]}, {}, {"mode": "half", "signed_on": None}),
        ({"any": [{"fact": "calls_reached", "at_most": 3}, {"fact": "suspended", "is": True}]}, {}, {"calls_reached": 3}),
        ({"not": {"fact": "suspended", "is": True}}, {}, {"suspended": False}),
        ({}, {"any": [{"fact": "suspended", "is": True}, {"fact": "phase", "is": "consultation"}]}, {"suspended": False, "phase": "measurement"}),
    ],
)  # fmt: skip
def test_a_wish_is_read_from_a_condition(condition: Any, stop: Any, wanted: dict[str, Any]) -> None:
    assert wishes.of_rule(a_spec(condition=condition, stop=stop)) == wanted


def test_a_requirement_waits_while_one_of_its_rules_does() -> None:
    waiting = a_spec(key="later", seeds=["C-02"], awaits="subject:spaceship", subject="spaceship")
    ready: RuleSpec = a_spec(key="now", seeds=["C-02"])
    right = {"now": trials.Verdict(ready, is_right=True)}
    wrong = {"now": trials.Verdict(ready, is_right=False, why="没有安排。")}

    assert coverage._answer("C-02", [ready], right).state == "covered"
    assert coverage._answer("C-02", [ready, waiting], right).state == "waiting"
    assert coverage._answer("C-02", [ready, waiting], wrong).state == "missing"
    assert coverage._answer("C-02", [], right).state == "missing"


@pytest.mark.django_db
def test_the_command_counts_all_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "judge", lambda spec, _at, _stage: trials.Verdict(spec, is_right=True))
    said = StringIO()

    call_command("playbook", "coverage", "--json", stdout=said)

    told = json.loads(said.getvalue())
    assert told["total"] == len(told["seeds"]) == 100
    assert told["covered"] + told["waiting"] + told["missing"] == 100
    assert told["missing"] == 0


@pytest.mark.django_db
def test_the_command_plays_a_playbook_and_refuses_an_unknown_one(monkeypatch: pytest.MonkeyPatch) -> None:
    one = shipped.every_rule()["contract_call"]
    lean = shipped.get("lean")
    monkeypatch.setattr(
        shipped, "get", lambda key: replace(lean, rules=(one,)) if key == "lean" else _none(key)
    )
    said = StringIO()

    call_command(
        "playbook", "simulate", "--playbook", "lean", "--signed", "2026-03-02", "--json", stdout=said
    )

    (touch,) = json.loads(said.getvalue())
    assert (touch["rule_key"], touch["assignee"]) == ("contract_call", "adviser")
    assert not Firm.objects.filter(code="simulated").exists()
    with pytest.raises(CommandError):
        call_command("playbook", "simulate", "--playbook", "heavy", "--signed", "2026-03-02")


def _none(key: str) -> Any:
    raise LookupError(key)
