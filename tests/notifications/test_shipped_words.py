"""The words every firm starts from: whole, speakable, fit for a carrier, and installed without touching a firm's own."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications import segments, shipped, wording
from notifications.actions import take
from notifications.actions.issues import SLOT_ROLES
from notifications.models import Lane, Purpose, Script, ScriptVersion, Template, TemplateVersion
from projects.querysets import SLOTS
from tenancy.models import Branch, Firm, Member, Role
from tests.factories.notifications import make_call
from tests.factories.tenancy import make_member
from tests.workflow.sites import make_appointment, make_site, make_warranty
from workspace.call_desk import script as desk

SCRIPTS, TEMPLATES = shipped.scripts(), shipped.templates()
LATER_SLOTS = {"金额"}
"""Come with the instalment, which finance names; scripts with them are used by waiting rules alone."""
RECIPIENTS = {*Role.values, *SLOT_ROLES, *SLOTS}
GOOD = {"rate": {""}, "text": {""}, "yes_no": {"yes", "no"}, "integrity": {"no"}}
"""Which answers may be hoped for."""
SIGNATURE = "示例装饰集团客服中心"
OPT_OUT = "拒收请回复R"
REFUSED_BY_CARRIERS = (
    "装修", "家装", "建材", "家私", "到店", "优惠", "折扣", "打折", "积分", "兑换", "问卷", "催款", "欠款", "抽奖",
    "红包", "免费", "促销", "转发", "链接", "微信",
)  # fmt: skip


def by_key(words: Any) -> str:
    return str(words["key"])


def longest(template: dict[str, Any]) -> str:
    """The body with every variable as long as it may be."""
    return wording.fill(template["body"], {v["name"]: "字" * v["max_length"] for v in template["variables"]})


# --- scripts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", SCRIPTS, ids=by_key)
def test_a_script_is_whole(script: dict[str, Any]) -> None:
    assert script["lane"] in Lane.values
    assert script["opening"].strip()
    assert script["closing"].strip()
    assert len(script["conduct"]) >= 2
    assert script["questions"]
    assert script["issues"]
    assert len(script["title"]) <= 60
    assert len(script["opening"]) <= 160, "nobody speaks that long without a breath"


@pytest.mark.parametrize("script", SCRIPTS, ids=by_key)
def test_a_script_asks_what_the_desk_can_read_back(script: dict[str, Any]) -> None:
    codes = [asked["code"] for asked in script["questions"]]
    rated = [asked["about"] for asked in script["questions"] if asked["kind"] == "rate"]

    assert len(set(codes)) == len(codes)
    assert len(set(rated)) == len(rated), "two rates about one thing would overwrite each other"
    for asked in script["questions"]:
        assert asked.get("good", "") in GOOD[asked["kind"]], asked["code"]


@pytest.mark.parametrize("script", SCRIPTS, ids=by_key)
def test_every_issue_has_somebody_who_takes_it(script: dict[str, Any]) -> None:
    assert {issue["to"] for issue in script["issues"]} <= RECIPIENTS
    assert all(len(issue["label"]) <= 30 for issue in script["issues"])


def test_the_desk_can_fill_every_slot_of_every_script(firm: Firm, agent: Member) -> None:
    people = {
        slot: make_member(Role.DESIGNER, firm=firm, name="沈岚", phone="+8613800138000") for slot in SLOTS
    }
    project = make_site(firm, node="we_accepted", room="3-2-1502", **people)
    project.branch.hotline = "029-88886666"
    subjects = [
        ("appointment", make_appointment(project, "2026-11-21 10:00", kind="inspection").pk),
        ("warranty", make_warranty(project, date(2026, 12, 21)).pk),
    ]

    filled = set(LATER_SLOTS)
    for kind, pk in subjects:
        call = make_call(
            subject_kind=kind, subject_id=pk, project_id=project.pk, customer_id=project.customer_id
        )
        words = desk.values(call, member=agent, firm=firm, customer=project.customer, project=project)
        filled |= {slot for slot, said in words.items() if said}

    for script in SCRIPTS:
        assert set(wording.slots(script["opening"] + script["closing"])) <= filled, script["key"]


def test_the_call_screen_shows_how_to_behave_beside_the_words(
    branch: Branch, agent: Member, sign_in: Any
) -> None:
    task = take(make_call(branch=branch, script="complaint_take"), by=agent)

    page = sign_in(agent).get(reverse("workspace:call", args=[task.pk])).content.decode()

    assert "通话要点" in page
    assert "不当场解释，不反驳" in page


# --- texts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", TEMPLATES, ids=by_key)
def test_a_text_names_its_variables_and_no_others(template: dict[str, Any]) -> None:
    assert template["purpose"] in Purpose.values
    assert {v["name"] for v in template["variables"]} == set(wording.slots(template["body"]))
    for variable in template["variables"]:
        assert variable["type"] in ("text", "date", "time")
        assert 0 < variable["max_length"] <= 20
        assert variable["fact"]


@pytest.mark.parametrize("template", TEMPLATES, ids=by_key)
def test_a_text_is_short_and_nothing_a_carrier_refuses(template: dict[str, Any]) -> None:
    body = template["body"]
    whole = segments.signed(longest(template), SIGNATURE)
    if template["purpose"] == Purpose.MARKETING:
        whole += OPT_OUT

    assert segments.count(whole) <= 2
    assert segments.faults(body) == []
    assert [word for word in REFUSED_BY_CARRIERS if word in body] == []
    assert not re.search(r"\d{5,}|[A-Za-z]{3,}", body), "a number or an address of a page"


def test_nobody_is_congratulated_on_a_day_of_mourning() -> None:
    assert "qingming" not in {words["key"].removeprefix("holiday_") for words in TEMPLATES}
    dragon_boat = next(words for words in TEMPLATES if words["key"] == "holiday_dragon_boat")
    assert "安康" in dragon_boat["body"]
    assert "快乐" not in dragon_boat["body"]


# --- installing -------------------------------------------------------------------------------------------


def test_every_word_has_a_name_of_its_own() -> None:
    for words in (SCRIPTS, TEMPLATES):
        keys = [one["key"] for one in words]
        assert len(set(keys)) == len(keys)
        assert max(map(len, keys)) <= 40


def test_installing_gives_a_firm_everything_in_a_handful_of_queries_and_again_nothing(firm: Firm) -> None:
    Script.objects.all().delete()
    Template.objects.all().delete()
    with CaptureQueriesContext(connection) as asked:
        shipped.install(firm)

    assert (Script.objects.count(), ScriptVersion.objects.count()) == (len(SCRIPTS), len(SCRIPTS))
    assert (Template.objects.count(), TemplateVersion.objects.count()) == (len(TEMPLATES), len(TEMPLATES))
    assert len(asked) <= 20

    shipped.install(firm)

    assert ScriptVersion.objects.count() == len(SCRIPTS)


def test_a_newer_wording_reaches_those_who_changed_nothing(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped.install(firm)
    ScriptVersion.objects.filter(script__key="saturday").update(shipped=0, opening="自家的开场白")
    newer = tuple({**words, "version": 9, "closing": "新的结束语"} for words in SCRIPTS)
    monkeypatch.setattr(shipped, "scripts", lambda: newer)

    shipped.install(firm)

    general, saturday = (Script.objects.get(key=key) for key in ("general", "saturday"))
    assert (general.number, saturday.number) == (2, 1)
    assert general.versions.get(number=2).closing == "新的结束语"
    assert general.versions.get(number=1).closing != "新的结束语"
    assert saturday.versions.get().opening == "自家的开场白"


def test_a_higher_version_with_the_same_words_changes_nothing(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped.install(firm)
    same = tuple({**words, "version": 9} for words in TEMPLATES)
    monkeypatch.setattr(shipped, "templates", lambda: same)

    shipped.install(firm)

    assert TemplateVersion.objects.count() == len(TEMPLATES)


def test_the_firm_next_door_gets_nothing(firm: Firm, other_firm: Firm) -> None:
    shipped.install(firm)

    with pytest.raises(ValueError, match="own scope"):
        shipped.install(other_firm)
