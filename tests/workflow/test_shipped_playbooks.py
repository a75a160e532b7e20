"""What the playbooks we ship promise: every timed rule of the seeds answered, in words that exist, to the right people."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from notifications import shipped as words
from notifications.models import CallAttempt
from projects.phases import SEVEN
from tenancy.models import Firm, Member
from tests.factories.notifications import make_attempt, make_call
from tests.workflow.sites import at, make_appointment, make_site
from workflow import registry, shipped
from workflow.rulebook import RuleSpec

RULES = shipped.every_rule()
SCRIPTS = {script["key"] for script in words.scripts()}
TEMPLATES = {template["key"]: template for template in words.templates()}
FILLED_BY_THE_OUTBOX = {"hotline"}
TIMED = frozenset(
    [
        "L-07",
        "L-08",
        "L-14",
        "D-03",
        "D-06",
        "D-07",
        "D-09",
        "D-13",
        "D-14",
        "K-01",
        "K-04",
        "K-06",
        "K-08",
        "H-01",
        "H-02",
        "H-03",
        "H-13",
        "V-01",
        "V-02",
        "V-03",
        "V-04",
        "V-05",
        "V-06",
        "V-07",
        "V-08",
        "V-09",
        "V-10",
        "V-12",
        "O-01",
        "O-03",
        "O-05",
        "O-07",
        "O-08",
        "O-09",
        "O-10",
        "O-11",
        "C-01",
        "C-02",
        "C-04",
        "C-05",
        "C-06",
        "C-07",
        "C-08",
        "C-09",
        "C-10",
        "C-11",
        "C-12",
        "C-13",
        "C-14",
        "C-15",
        "C-16",
        "C-18",
        "C-26",
        "F-04",
        "F-05",
        "F-06",
        "F-07",
        "F-08",
        "F-09",
        "F-10",
        "W-01",
        "W-02",
        "W-03",
        "W-04",
        "W-05",
        "W-06",
        "W-08",
        "W-09",
        "W-11",
        "W-12",
        "W-13",
        "W-14",
        "W-16",
        "W-17",
        "P-03",
        "P-04",
        "P-05",
        "P-06",
        "P-10",
        "P-14",
        "P-15",
        "P-16",
        "P-18",
        "P-19",
        "G-01",
        "G-02",
        "G-03",
        "G-04",
        "G-05",
        "G-06",
        "G-08",
        "G-09",
        "G-10",
        "G-13",
        "B-13",
        "B-14",
        "B-15",
        "B-17",
        "B-18",
        "S-10",
    ]
)


def by_key(spec: RuleSpec) -> str:
    return spec.key


def of_channel(kind: str) -> list[RuleSpec]:
    return [spec for spec in RULES.values() if kind in (spec.channel, spec.fallback.get("kind"))]


def files() -> list[Path]:
    return [
        path for app in apps.get_app_configs() for path in sorted(Path(app.path).glob("playbooks/*.toml"))
    ]


# --- what is answered -------------------------------------------------------------------------------------


def test_the_four_playbooks_are_shipped_in_this_order() -> None:
    assert [book.key for book in shipped.shipped()] == [
        "lean",
        "pre_sale",
        "group_care",
        "seven_confirmations",
    ]
    assert all(book.title and book.summary for book in shipped.shipped())


def test_every_timed_rule_of_the_seeds_is_answered() -> None:
    assert len(TIMED) == 100
    assert TIMED - {seed for spec in RULES.values() for seed in spec.seeds} == set()


def test_a_small_firm_starts_with_few_rules() -> None:
    lean = shipped.get("lean")

    assert 12 <= len(lean.rules) + len(lean.waiting) <= 15


@pytest.mark.parametrize("spec", RULES.values(), ids=by_key)
def test_a_rule_has_a_name_people_use_and_says_what_it_answers(spec: RuleSpec) -> None:
    assert 4 <= len(spec.name) <= 40
    assert not spec.name.isascii()
    assert spec.seeds
    assert set(spec.heads) in (
        set(),
        {"task", "node", "procedure", "key_point", "standard", "limit", "documents"},
    )


def test_what_a_rule_waits_for_is_told_at_the_top_of_its_file() -> None:
    for path in files():
        text = path.read_text("utf-8")
        told = text[: text.index("\nkey = ")]
        for spec in shipped.read(path).rules:
            named = [spec.awaits] if isinstance(spec.awaits, str) else spec.awaits
            told_of = [name for name in named if not _is_explained(name, told)]
            assert told_of == [], f"{path.name}: {spec.key}"


def test_whoever_builds_what_a_rule_waits_for_finds_its_name_in_one_page() -> None:
    page = (Path(settings.BASE_DIR) / "docs/how-to/publish-what-a-rule-waits-for.md").read_text("utf-8")
    for spec in RULES.values():
        for name in [spec.awaits] if isinstance(spec.awaits, str) else spec.awaits:
            assert name.rpartition(".")[2] in page, f"{spec.key}: {name}"


def _is_explained(name: str, told: str) -> bool:
    """A fact of an awaited subject is told in the subject's own line."""
    kind, _colon, rest = name.rpartition(":")
    return name in told or (kind == "fact" and rest.split(".")[1] in told)


# --- in which words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("spec", of_channel("call"), ids=by_key)
def test_every_call_has_a_script(spec: RuleSpec) -> None:
    assert spec.words.get("script") in SCRIPTS
    assert spec.questionnaire in ("", spec.words["script"])


@pytest.mark.parametrize("spec", of_channel("sms"), ids=by_key)
def test_every_text_has_a_template_of_its_purpose_and_can_be_filled(spec: RuleSpec) -> None:
    template = TEMPLATES[spec.words["template"]]
    wanted = {variable["fact"] for variable in template["variables"]}

    assert template["purpose"] == spec.action.get("purpose", "notice")
    if not spec.is_waiting:
        assert wanted - FILLED_BY_THE_OUTBOX <= set(spec.subject.by_name)


def test_no_script_and_no_text_is_left_without_a_use() -> None:
    used = {spec.words.get("script") for spec in RULES.values()}
    by_hand = {
        "general", "after_accept", "promised_answer", "complaint_take", "walk_in_complaint", "repair_take",
    }  # fmt: skip

    assert SCRIPTS - used == by_hand
    assert set(TEMPLATES) == {spec.words.get("template") for spec in RULES.values()} - {None}


def test_a_script_with_an_amount_waits_for_the_amount() -> None:
    with_amount = {
        script["key"] for script in words.scripts() if "{金额}" in script["opening"] + script["closing"]
    }

    assert {spec.awaits[0] for spec in RULES.values() if spec.words.get("script") in with_amount} == {
        "subject:instalment"
    }


# --- to whom ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(1, 8))
def test_each_confirmation_calls_the_people_of_its_node(number: int) -> None:
    """processes.md 1.5: 1, 3, 5, 7 owner, designer and inspector; 2, 4, 6 owner and inspector."""
    asked = {key.rpartition("_")[2] for key in RULES if key.startswith(f"confirm_{number}_")}
    owner = RULES[f"confirm_{number}_owner"]

    assert asked == ({"owner", "designer", "inspector"} if number % 2 else {"owner", "inspector"})
    assert {RULES[f"confirm_{number}_{who}"].audience for who in asked} == asked
    assert (owner.words["script"] == "confirm_owner_third") is SEVEN[number - 1].third_party
    assert (f"slip_bundle_{number}" in RULES) is SEVEN[number - 1].third_party


@pytest.mark.parametrize(
    ("kind", "node", "number"),
    [("handover", "we_handover", 1), ("material", "mc_material", 4), ("inspection", "mc_accepted", 5)],
)
def test_an_appointment_for_a_node_meets_the_rules_of_that_confirmation_alone(
    firm: Firm, kind: str, node: str, number: int
) -> None:
    appointment = make_appointment(make_site(firm, node=node), "2026-11-23 10:00", kind=kind)

    met = {key for key, spec in RULES.items() if key.startswith("confirm_") and _meets(spec, appointment)}

    assert {key for key in met if "moved" not in key} == {
        key for key in RULES if key.startswith(f"confirm_{number}_")
    }


def _meets(spec: RuleSpec, row: Any) -> bool:
    from workflow.conditions import compile_condition

    rows = spec.subject.annotated(spec.fact_names(), at("2026-11-21 10:00"))
    return bool(rows.filter(compile_condition(spec.subject, spec.condition), pk=row.pk).exists())


# --- facts the rules rest on ------------------------------------------------------------------------------


def fact(kind: str, name: str, row: Any) -> Any:
    return registry.facts_of(kind, [row.pk], [name], timezone.now())[row.pk][name]


@pytest.mark.parametrize(
    ("node_set", "node", "passed"),
    [
        ("seven", "we_handover", ""),
        ("seven", "mc_material", "we_accepted"),
        ("six", "carpentry", "waterproofing"),
    ],
)
def test_the_node_passed_last_is_the_one_before_the_current(
    firm: Firm, node_set: str, node: str, passed: str
) -> None:
    assert fact("project", "passed_node", make_site(firm, node_set=node_set, node=node)) == passed


def test_three_fifths_of_the_works_is_a_day(firm: Firm) -> None:
    site = make_site(firm, started_on=date(2026, 9, 1), planned_completion_on=date(2026, 12, 10))

    assert fact("project", "three_fifths_on", site) == date(2026, 10, 31)
    assert fact("project", "three_fifths_on", make_site(firm)) is None


def test_only_calls_that_asked_how_things_are_count_for_the_coverage(firm: Firm, agent: Member) -> None:
    site = make_site(firm)
    for lane, outcome in (
        ("saturday", "reached"),
        ("node", "reached"),
        ("node", "busy"),
        ("confirmation", "reached"),
    ):
        make_attempt(make_call(project_id=site.pk, lane=lane), by=agent, outcome=outcome)
    taken_back = make_attempt(make_call(project_id=site.pk, lane="node"), by=agent)
    CallAttempt.objects.filter(pk=taken_back.pk).update(undone_at=timezone.now() + timedelta(seconds=1))

    assert fact("project", "calls_reached", site) == 2
    assert fact("project", "calls_reached", make_site(firm)) == 0
