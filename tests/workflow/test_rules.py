"""Rules as data: what is shipped reads, what is wrong is refused with a sentence, and every trigger fires once."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tenancy.models import Firm, Member
from tests.factories.workflow import make_playbooks, make_touchpoint
from tests.workflow.sites import at, make_appointment, make_site, make_warranty, move_site
from workflow import delivery, escalations, playbooks, registry
from workflow.actions import begin_draft
from workflow.conditions import BadCondition, check_condition, compile_condition, condition_words
from workflow.events import publish
from workflow.models import Due, OutboxEvent, Playbook, PlaybookVersion, Rule, StaffTask, Touchpoint
from workflow.planner import plan
from workflow.rulebook import BadRule, RuleSpec
from workflow.spans import BadSpan, Span, Window, place
from workflow.staff_tasks import finish_task
from workflow.touchpoints import why
from workflow.working_time import Calendar

SHIPPED = list({rule.key: rule for playbook in playbooks.shipped() for rule in playbook.rules}.values())
A_RULE = {
    "key": "after_handover",
    "name": "开工核对",
    "subject": "project",
    "trigger": {"kind": "phase", "entered": "inspections"},
    "action": {"kind": "task", "role": "cs_agent"},
    "audience": "owner",
}


def a_rule(**changes: Any) -> dict[str, Any]:
    return {**A_RULE, **changes}


# --- what is shipped ---------------------------------------------------------------------------------------


def test_the_three_shipped_rules_are_there() -> None:
    assert {"saturday_call", "handover_sms", "warranty_minus1m"} <= {rule.key for rule in SHIPPED}


@pytest.mark.parametrize("spec", SHIPPED, ids=lambda spec: spec.key)
def test_every_shipped_rule_reads_as_one_sentence(spec: RuleSpec) -> None:
    sentence = spec.sentence()

    assert sentence.startswith("当 ")
    assert "None" not in sentence
    assert "{" not in sentence


def test_the_saturday_rule_says_what_it_does() -> None:
    spec = next(rule for rule in SHIPPED if rule.key == "saturday_call")

    assert spec.sentence() == (
        "当 每周六 且 阶段是施工验收或竣工，给 业主 安排 电话回访「周六在施回访」，由 家装顾问 在 当天 20:00 前完成"
    )


@pytest.mark.parametrize("kind", sorted(registry.subjects()))
def test_every_fact_of_every_subject_can_be_asked(firm: Firm, kind: str) -> None:
    subject = registry.get(kind)

    assert list(subject.annotated(subject.by_name, timezone.now()).values()) == []


def test_installing_twice_keeps_what_the_firm_changed(firm: Firm) -> None:
    make_playbooks(firm)
    Rule.objects.filter(rule_key="saturday_call").update(name="周六问候")

    make_playbooks(firm)

    assert [book.key for book in Playbook.objects.all()] == ["lean"]
    assert PlaybookVersion.objects.count() == 1
    assert Rule.objects.get(rule_key="saturday_call").name == "周六问候"


def test_a_rule_survives_being_stored(firm: Firm) -> None:
    for playbook in playbooks.shipped():
        playbooks.adopt(playbook.key)

    stored = {rule.rule_key: RuleSpec.from_row(rule) for rule in Rule.objects.all()}

    assert stored == {spec.key: spec for spec in SHIPPED}


def test_publishing_a_new_version_retires_the_one_before(firm: Firm, manager: Member) -> None:
    make_playbooks(firm)
    book = Playbook.objects.get(key="lean")

    playbooks.publish_rules(book, [RuleSpec.from_data(a_rule())], by=manager)

    states = list(book.versions.order_by("number").values_list("state", flat=True))
    assert states == ["retired", "published"]
    assert [rule.rule_key for rule in Rule.objects.in_force() if rule.version.playbook_id == book.pk] == [
        "after_handover"
    ]


def test_publishing_past_a_draft_leaves_the_draft_and_one_version_in_force(
    firm: Firm, manager: Member
) -> None:
    make_playbooks(firm)
    book = Playbook.objects.get(key="lean")
    begin_draft(book, by=manager)

    playbooks.publish_rules(book, [RuleSpec.from_data(a_rule())], by=None)

    states = list(book.versions.order_by("number").values_list("state", flat=True))
    assert states == ["retired", "draft", "published"]


# --- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"trigger": {"kind": "full_moon"}}, "不在可用之列"),
        ({"trigger": {"kind": "month_end", "day": 30}}, "不认识“day”"),
        ({"trigger": {"kind": "weekly", "weekday": 9}}, "weekday"),
        ({"trigger": {"kind": "phase", "entered": "holiday"}}, "没有“holiday”这个阶段"),
        ({"trigger": {"kind": "event", "name": "projects.Nothing"}}, "没有“projects.Nothing”这个事件"),
        ({"trigger": {"kind": "date", "fact": "number"}}, "不是日期"),
        ({"trigger": {"kind": "appointment"}}, "只用于"),
        ({"subject": "spaceship"}, "spaceship"),
        ({"condition": {"fact": "shoe_size", "is": 42}}, "shoe_size"),
        ({"condition": {"fact": "phase", "is": "nowhere"}}, "没有“nowhere”这个值"),
        ({"condition": {"fact": "phase", "like": "%"}}, "不认识比较"),
        ({"condition": {"fact": "phase", "at_least": "design"}}, "不能比大小"),
        ({"condition": {"all": []}}, "至少一个条件"),
        ({"delay": "soon"}, "读不懂"),
        ({"window": {"from": "25:00"}}, "读不懂"),
        ({"action": {"kind": "pigeon"}}, "pigeon"),
        ({"audience": "neighbour"}, "neighbour"),
        ({"performer": "wizard"}, "wizard"),
        ({"escalation": {"after": "1 day", "to": "mayor"}}, "岗位"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_a_sentence(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRule) as refused:
        RuleSpec.from_data(a_rule(**changes))

    assert said in str(refused.value)
    assert "after_handover" in str(refused.value)


def test_a_file_with_a_mistake_names_itself(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text('key = "x"\ntitle = "坏的"\n[[rule]]\nkey = "y"\n', encoding="utf-8")

    with pytest.raises(BadRule, match=r"broken\.toml"):
        playbooks.read(path)


# --- conditions --------------------------------------------------------------------------------------------


def test_a_condition_becomes_lookups_and_words() -> None:
    subject = registry.get("project")
    condition = {
        "all": [
            {"fact": "mode", "in": ["full", "half"]},
            {"any": [{"fact": "is_returning", "is": True}, {"fact": "signed_on", "known": False}]},
            {"not": {"fact": "phase", "is": "lost"}},
        ]
    }
    check_condition(subject, condition)

    assert compile_condition(subject, condition) == Q(
        Q(fact_mode__in=["full", "half"]),
        Q(fact_is_returning__exact=True) | Q(fact_signed_on__isnull=True),
        ~Q(fact_phase__exact="lost"),
    )
    words = condition_words(subject, condition)
    assert "，且" in words
    assert "，或" in words


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        ({}, True),
        ({"fact": "mode", "is": "full"}, True),
        ({"fact": "mode", "not": "full"}, False),
        ({"not": "half", "fact": "mode"}, True),
        ({"fact": "mode", "not_in": ["half"]}, True),
        ({"fact": "started_on", "before": "2026-10-02"}, True),
        ({"fact": "started_on", "after": "2026-10-02"}, False),
        ({"fact": "started_on", "known": True}, True),
    ],
)
def test_conditions_find_the_right_rows(firm: Firm, condition: dict[str, Any], *, matches: bool) -> None:
    make_site(firm, started_on=date(2026, 10, 1))
    subject = registry.get("project")
    check_condition(subject, condition)

    found = subject.annotated(["mode", "started_on"], timezone.now()).filter(
        compile_condition(subject, condition)
    )

    assert found.exists() is matches


def test_a_condition_is_data_and_never_code() -> None:
    with pytest.raises((BadCondition, LookupError)):
        check_condition(registry.get("project"), {"fact": "__import__('os')", "is": "x"})


# --- lengths of time ---------------------------------------------------------------------------------------

PLAIN = Calendar()


@pytest.mark.parametrize(
    ("delay", "window", "begins", "ends"),
    [
        ("0 days", {}, "2026-11-19 09:00", "2026-11-19 20:00"),
        ("-1 day", {"from": "10:00", "until": "12:00"}, "2026-11-18 10:00", "2026-11-18 12:00"),
        ("1 month", {"days": 2}, "2026-12-19 09:00", "2026-12-21 20:00"),
        ("3 working_days", {}, "2026-11-24 09:00", "2026-11-24 20:00"),
        ("30 minutes", {}, "2026-11-19 15:30", "2026-11-19 20:00"),
        ("2 working_hours", {"within": "30 minutes"}, "2026-11-19 17:00", "2026-11-19 17:30"),
        ("0 days", {"within": "1 day"}, "2026-11-19 15:00", "2026-11-20 20:00"),
        ("0 days", {"within": "4 hours"}, "2026-11-19 15:00", "2026-11-19 19:00"),
    ],
)
def test_an_anchor_opens_a_window(delay: str, window: dict[str, Any], begins: str, ends: str) -> None:
    opened, closed, _why = place(at("2026-11-19 15:00"), Span.read(delay), Window.read(window), PLAIN)

    assert (opened, closed) == (at(begins), at(ends))


@pytest.mark.parametrize("text", ["", "day", "1 fortnight", "1.5 days", "99999 days", "1 day; drop table"])
def test_a_length_nobody_can_read_is_refused(text: str) -> None:
    with pytest.raises(BadSpan):
        Span.read(text)


# --- triggers other than the shipped ones ------------------------------------------------------------------


@pytest.fixture
def november() -> Iterator[Any]:
    with time_machine.travel(at("2026-11-19 15:00"), tick=False) as travel:
        yield travel


def put_in_force(**changes: Any) -> None:
    book = Playbook.objects.create(key="tried", title="试用")
    spec = RuleSpec.from_data(a_rule(**changes))
    playbooks.publish_rules(book, [spec], by=None, at=timezone.now() - timedelta(days=1))


@pytest.mark.usefixtures("november")
def test_entering_a_phase_makes_one_task_and_importing_into_it_none(firm: Firm) -> None:
    put_in_force(window={"within": "1 day"})
    imported, moved = make_site(firm), make_site(firm)
    Touchpoint.objects.all()
    for project in (imported, moved):
        assert project.phase == "inspections"
    move_site(moved, "handover", "inspections", "2026-11-19 14:00")
    from workflow.models import Step

    Step.objects.create(
        subject_kind="project",
        subject_id=imported.pk,
        target="inspections",
        kind="imported",
        at=timezone.now(),
    )

    assert plan()["after_handover"] == 1
    assert plan()["after_handover"] == 0

    task = StaffTask.objects.get()
    assert (task.subject_id, task.role, task.project_id) == (moved.pk, "cs_agent", moved.pk)
    assert task.due_at == at("2026-11-20 20:00")


@pytest.mark.usefixtures("november")
def test_entering_a_phase_twice_is_two_occasions(firm: Firm) -> None:
    put_in_force()
    project = make_site(firm)
    move_site(project, "handover", "inspections", "2026-11-19 10:00")
    move_site(project, "handover", "inspections", "2026-11-19 14:00")

    assert plan()["after_handover"] == 2


@pytest.mark.usefixtures("november")
def test_leaving_a_phase_can_set_a_rule_off(firm: Firm) -> None:
    put_in_force(trigger={"kind": "phase", "left": "handover"}, delay="2 working_days")
    move_site(make_site(firm), "handover", "inspections", "2026-11-19 14:00")

    plan()

    assert Touchpoint.objects.get().due_from == at("2026-11-21 09:00")


@pytest.mark.usefixtures("november")
def test_an_event_about_a_subject_is_planned_for_as_soon_as_it_is_delivered(firm: Firm) -> None:
    from projects.events import ProjectOpened

    put_in_force(trigger={"kind": "event", "name": "projects.ProjectOpened"}, window={"within": "4 hours"})
    project, other = make_site(firm), make_site(firm)
    OutboxEvent.objects.count()

    publish(ProjectOpened(project_id=str(project.pk), customer_id=str(project.customer_id), at="2026-11-19"))
    delivery.deliver_here()

    point = Touchpoint.objects.get()
    assert (point.subject_id, point.due_at) == (project.pk, at("2026-11-19 19:00"))
    assert plan()["after_handover"] == 0
    assert other.pk != point.subject_id


@pytest.mark.usefixtures("november")
def test_an_appointment_made_for_tomorrow_is_reminded_of_today(firm: Firm) -> None:
    from projects.events import AppointmentMade

    make_playbooks(firm)
    appointment = make_appointment(make_site(firm, "handover"), "2026-11-20 10:00")

    given = {"appointment_id": str(appointment.pk)}
    names = AppointmentMade.__dataclass_fields__
    given |= {
        name: value
        for name, value in {
            "project_id": str(appointment.project_id),
            "customer_id": str(appointment.customer_id),
            "kind": appointment.kind,
            "starts_at": appointment.starts_at.isoformat(),
            "at": appointment.starts_at.isoformat(),
        }.items()
        if name in names
    }
    publish(AppointmentMade(**given))
    delivery.deliver_here()

    assert Touchpoint.objects.filter(rule_key="handover_sms", subject_id=appointment.pk).count() == 1


def test_a_finished_task_finishes_its_touchpoint(firm: Firm, manager: Member) -> None:
    with time_machine.travel(at("2026-11-19 15:00"), tick=False):
        put_in_force()
        move_site(make_site(firm), "handover", "inspections", "2026-11-19 14:00")
        plan()

        finish_task(StaffTask.objects.get(), by=manager)

        assert Touchpoint.objects.get().state == "done"


@pytest.mark.usefixtures("november")
def test_what_is_not_done_in_time_is_told_once_to_whoever_must_hear_of_it(
    firm: Firm, manager: Member
) -> None:
    put_in_force(window={"within": "4 hours"}, escalation={"after": "2 hours", "to": "cs_manager"})
    done, late = make_site(firm), make_site(firm)
    for project in (done, late):
        move_site(project, "handover", "inspections", "2026-11-19 14:00")
    plan()
    finish_task(StaffTask.objects.get(subject_id=done.pk), by=manager)

    assert escalations.escalate(at("2026-11-19 19:59")) == 0
    assert escalations.escalate(at("2026-11-19 20:00")) == 1
    assert escalations.escalate(at("2026-11-19 21:00")) == 0

    told = StaffTask.objects.get(role="cs_manager")
    assert told.title.startswith("超时未完成：开工核对")
    assert told.subject_id == late.pk
    assert Due.objects.get(queue="escalations").due_at == at("2026-11-19 20:00")
    assert (
        "；超时 2 小时 告知 客服经理"
        in RuleSpec.from_data(a_rule(escalation={"after": "2 hours", "to": "cs_manager"})).sentence()
    )


# --- why, and the pages ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("november")
def test_a_warranty_call_says_why_it_is_there(firm: Firm) -> None:
    make_playbooks(firm)
    make_warranty(make_site(firm, "warranty"), date(2026, 12, 19))
    plan()

    said = " ".join(why(Touchpoint.objects.get()))

    assert "精简标准" in said
    assert "保修到期：2026年12月19日，前 1 个月安排" in said


@pytest.mark.usefixtures("november")
def test_the_page_tells_what_a_rule_did_and_will_do(firm: Firm, manager: Member, sign_in: Any) -> None:
    make_playbooks(firm)
    make_site(firm)
    make_touchpoint(due_from=at("2026-11-14 09:00"), due_at=at("2026-11-14 20:00"), state="done")

    page = sign_in(manager).get(reverse("workflow:playbooks"), {"book": "lean"}).content.decode()

    assert "近 30 天安排 1 次，完成 1 次" in page
    assert "下次 11月21日 周六，预计 1 次" in page


def test_a_designer_does_not_read_the_rules(firm: Firm, designer: Member, sign_in: Any) -> None:
    make_playbooks(firm)

    assert sign_in(designer).get(reverse("workflow:playbooks")).status_code == 403


@pytest.mark.usefixtures("november")
def test_the_touchpoint_page_shows_the_reason_and_no_ids(firm: Firm, manager: Member, sign_in: Any) -> None:
    make_playbooks(firm)
    site = make_site(firm)
    plan(date(2026, 11, 21))
    point = Touchpoint.objects.get(rule_key="saturday_call")

    page = sign_in(manager).get(point.get_absolute_url()).content.decode()

    assert "2026年11月21日零点时符合条件" in page
    assert site.number in page
    assert str(site.customer_id) not in page


def test_planning_without_rules_is_quick(firm: Firm) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert plan() == {}

    assert len(queries) <= 6
