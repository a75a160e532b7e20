"""What keeps a rule from saying too much: stops, caps, merged calls; and what it does when the first way fails."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from crm.models import Customer
from notifications import shipped as words
from notifications.models import CallTask, Message
from notifications.sending import dispatch
from tenancy.models import Firm
from tenancy.scoping import firm_scope
from tests.factories.crm import make_customer, make_enquiry, make_visit
from tests.factories.tenancy import make_firm
from tests.threads import run_together
from tests.workflow.rules import a_spec, put_in_force
from tests.workflow.sites import at, make_site, make_warranty, move_site, touchpoints
from workflow import delivery, escalations, playbooks
from workflow.events import publish
from workflow.models import FirmClosure, Playbook, StaffTask, Touchpoint
from workflow.planner import plan
from workflow.rulebook import BadRule
from workflow.shipped import Part, put_together
from workflow.touchpoints import why

pytestmark = pytest.mark.usefixtures("november")


@pytest.fixture
def november() -> Any:
    with time_machine.travel(at("2026-11-19 08:00"), tick=False):
        yield


# --- stop --------------------------------------------------------------------------------------------------

SUSPENDED = {"fact": "suspended", "is": True}
ASK_TOMORROW = {"trigger": {"kind": "phase", "entered": "inspections"}, "delay": "1 day", "stop": SUSPENDED}


def test_what_stops_a_rule_withdraws_what_is_open_and_keeps_the_reason(firm: Firm) -> None:
    put_in_force(**ASK_TOMORROW)
    site, other = make_site(firm), make_site(firm)
    for one in (site, other):
        move_site(one, "handover", "inspections", "2026-11-19 07:00")
    assert plan()["tried"] == 2

    move_site(site, "inspections", "suspended", "2026-11-19 07:30")
    assert plan()["tried"] == 0

    points = {one.subject_id: one for one in touchpoints("tried")}
    assert (points[site.pk].state, points[other.pk].state) == ("superseded", "planned")
    assert "已符合停止条件（停工中），安排撤回。" in why(points[site.pk])[-1]
    assert {task.subject_id: task.state for task in StaffTask.objects.all()} == {
        site.pk: "cancelled",
        other.pk: "open",
    }


def test_nothing_new_is_planned_while_it_is_stopped_and_it_goes_on_afterwards(firm: Firm) -> None:
    put_in_force(**ASK_TOMORROW)
    site = make_site(firm)
    move_site(site, "handover", "inspections", "2026-11-19 07:00")
    move_site(site, "inspections", "suspended", "2026-11-19 07:10")
    assert plan()["tried"] == 0

    move_site(site, "suspended", "inspections", "2026-11-19 07:20")

    assert plan()["tried"] == 2, "entered twice, and both asked for now"
    assert plan()["tried"] == 0


def test_a_stopped_weekly_round_does_not_come_back_by_itself(firm: Firm) -> None:
    put_in_force(trigger={"kind": "weekly", "weekday": 4}, stop=SUSPENDED)
    site = make_site(firm)
    assert plan()["tried"] == 1
    move_site(site, "inspections", "suspended", "2026-11-19 07:59")

    assert [plan()["tried"] for _ in range(3)] == [0, 0, 0]
    assert [one.state for one in touchpoints("tried")] == ["superseded"]


def test_a_visitor_who_signs_elsewhere_in_the_house_hears_no_more_at_once(firm: Firm) -> None:
    from crm.actions import close_enquiry
    from crm.events import EnquiryClosed

    put_in_force(
        subject="visit", trigger={"kind": "date", "fact": "left_at"},
        stop={"fact": "has_open_enquiry", "is": False},
    )  # fmt: skip
    customer = make_customer()
    enquiry = make_enquiry(customer)
    make_visit(customer, came_at=at("2026-11-19 06:00"), left_at=at("2026-11-19 07:00"))
    assert plan()["tried"] == 1

    close_enquiry(enquiry, by=None, outcome="chose_other")
    publish(EnquiryClosed(enquiry_id=str(enquiry.pk), customer_id=str(customer.pk), outcome="chose_other"))
    delivery.deliver_here()

    assert [one.state for one in touchpoints("tried")] == ["superseded"]


# --- caps --------------------------------------------------------------------------------------------------


def care(key: str, fact: str, **more: Any) -> dict[str, Any]:
    return {
        "key": key, "trigger": {"kind": "date", "fact": fact}, "action": {"kind": "task", "purpose": "care"},
        "max": {"count": 1, "per": "7 days"}, **more,
    }  # fmt: skip


def test_the_later_of_two_touches_is_skipped_and_says_why(firm: Firm) -> None:
    put_in_force(care("tried", "signed_on"), care("second", "started_on"))
    make_site(firm, signed_on=date(2026, 11, 19), started_on=date(2026, 11, 24))

    assert plan()["tried"] == 1
    assert plan(date(2026, 11, 24))["second"] == 0

    (skipped,) = touchpoints("second")
    assert skipped.state == "skipped"
    assert why(skipped)[-1] == "同一客户7 天内最多 1 次，这一次不再安排。"
    assert StaffTask.objects.count() == 1
    assert plan(date(2026, 11, 24))["second"] == 0, "it stays skipped"


def test_a_week_later_and_another_purpose_are_free(firm: Firm) -> None:
    other = care("other", "started_on", action={"kind": "task", "purpose": "service"})
    put_in_force(care("tried", "signed_on"), care("second", "started_on"), other)
    make_site(firm, signed_on=date(2026, 11, 19), started_on=date(2026, 11, 26))
    plan()

    made = plan(date(2026, 11, 26))

    assert (made["second"], made["other"]) == (1, 1)


def test_two_projects_of_one_customer_share_the_cap(firm: Firm) -> None:
    put_in_force(care("tried", "signed_on"))
    first = make_site(firm, signed_on=date(2026, 11, 19))
    second = make_site(firm, signed_on=date(2026, 11, 19))
    type(second)._base_manager.filter(pk=second.pk).update(customer=first.customer)

    assert plan()["tried"] == 1
    assert sorted(one.state for one in touchpoints("tried")) == ["planned", "skipped"]


@pytest.mark.parametrize("seed", range(3))
def test_caps_hold_in_every_stretch_of_time(firm: Firm, seed: int) -> None:
    """Days in any order: no seven days ever hold more than the cap, and nothing is skipped that had room."""
    random = Random(seed)
    count = random.choice([1, 2])
    put_in_force(care("tried", "signed_on", max={"count": count, "per": "7 days"}))
    customer = make_customer()
    offsets = [random.randint(0, 30) for _ in range(8)]
    for offset in offsets:
        site = make_site(firm, signed_on=date(2026, 11, 19) + timedelta(days=offset))
        type(site)._base_manager.filter(pk=site.pk).update(customer=customer)
    for offset in sorted(set(offsets)):
        plan(date(2026, 11, 19) + timedelta(days=offset))

    kept: list[int] = []
    for offset in sorted(offsets):
        if sum(1 for one in kept if one > offset - 7) < count:
            kept.append(offset)
    planned = [
        (timezone.localtime(one.due_from).date() - date(2026, 11, 19)).days
        for one in touchpoints("tried") if one.state == "planned"
    ]  # fmt: skip
    assert planned == kept
    assert Touchpoint.objects.filter(state="skipped").count() == len(offsets) - len(kept)


@pytest.mark.django_db(transaction=True)
def test_ten_planners_together_keep_within_the_cap() -> None:
    firm = make_firm()
    with firm_scope(firm.pk):
        put_in_force(care("tried", "signed_on"), care("second", "started_on"))
        for _ in range(3):
            make_site(firm, signed_on=date(2026, 11, 19), started_on=date(2026, 11, 19))

    results = run_together(10, lambda: sum(plan(date(2026, 11, 19)).values()), firm)

    assert sum(results) == 3
    with firm_scope(firm.pk):
        assert sorted(Touchpoint.objects.values_list("state", flat=True)) == ["planned"] * 3 + ["skipped"] * 3


# --- one call for one person -------------------------------------------------------------------------------


def test_calls_of_one_day_to_one_customer_become_one_in_sections(firm: Firm) -> None:
    call = {"kind": "call", "merge": "customer"}
    put_in_force(
        care("tried", "signed_on", action=call, max={}), care("second", "started_on", action=call, max={})
    )
    first = make_site(firm, signed_on=date(2026, 11, 19))
    second = make_site(firm, started_on=date(2026, 11, 19))
    type(second)._base_manager.filter(pk=second.pk).update(customer=first.customer)

    plan()

    assert Touchpoint.objects.count() == 2
    (call_task,) = CallTask.objects.all()
    assert call_task.reasons.count() == 2


# --- another way -------------------------------------------------------------------------------------------

TEXT = {
    "trigger": {"kind": "date", "fact": "signed_on"},
    "action": {"kind": "sms"},
    "words": {"template": "handover_day"},
    "fallback": {"kind": "call", "after": "1 day"},
}  # fmt: skip


def send(firm: Firm) -> None:
    with time_machine.travel(at("2026-11-19 10:00"), tick=False):
        dispatch.run(firm.pk)
        delivery.deliver_here()
        delivery.deliver_here()


def test_a_text_that_cannot_arrive_becomes_a_call(firm: Firm) -> None:
    words.install(firm)
    put_in_force(**TEXT)
    site = make_site(firm, signed_on=date(2026, 11, 19))
    site.customer.contact_points.all().delete()
    plan()
    message = Message.objects.get()
    with time_machine.travel(at("2026-11-19 10:00"), tick=False):
        from notifications.events import MessageEnded
        from workflow.moves import move

        move(message.fail, by=None, code="not_sendable", why="客户没有可用的手机号", at=timezone.now())
        for _twice in range(2):
            publish(MessageEnded(message_id=str(message.pk), status=message.status))
            delivery.deliver_here()

    (point,) = touchpoints("tried")
    assert (point.state, point.channel, point.due_at) == ("planned", "call", at("2026-11-20 20:00"))
    assert why(point)[-1] == "短信没有成功（客户没有可用的手机号），改为电话回访。"
    assert CallTask.objects.get().due_at == at("2026-11-20 20:00")


def test_a_text_without_words_goes_the_other_way_at_once(firm: Firm) -> None:
    put_in_force(
        **{**TEXT, "words": {"template": "nobody_wrote_it"}, "fallback": {"kind": "task", "role": "cs_agent"}}
    )
    make_site(firm, signed_on=date(2026, 11, 19))

    plan()

    (task,) = StaffTask.objects.all()
    assert (task.kind, task.role, task.due_at) == ("rule", "cs_agent", at("2026-11-19 20:00"))
    assert not Message.objects.exists()


def test_a_moved_occasion_takes_the_other_way_back_too(firm: Firm) -> None:
    put_in_force(
        **{**TEXT, "words": {"template": "nobody_wrote_it"}, "fallback": {"kind": "task", "role": "cs_agent"}}
    )
    site = make_site(firm, signed_on=date(2026, 11, 19))
    plan()
    type(site)._base_manager.filter(pk=site.pk).update(signed_on=date(2026, 11, 25))

    plan()

    assert StaffTask.objects.get().state == "cancelled"


def test_without_another_way_the_plan_of_a_failed_text_is_over(firm: Firm) -> None:
    words.install(firm)
    put_in_force(**{key: value for key, value in TEXT.items() if key != "fallback"})
    make_site(firm, signed_on=date(2026, 11, 19))
    plan()
    from notifications.events import MessageEnded

    publish(MessageEnded(message_id=str(Message.objects.get().pk), status="failed"))
    delivery.deliver_here()

    assert Touchpoint.objects.get().state == "done"
    assert not CallTask.objects.exists()


# --- who hears of it ---------------------------------------------------------------------------------------


def test_a_ladder_tells_one_after_the_other_each_once(firm: Firm) -> None:
    put_in_force(
        trigger={"kind": "date", "fact": "signed_on"},
        escalation=[{"after": "1 hour", "to": "cs_manager"}, {"after": "1 day", "to": "firm_admin"}],
    )  # fmt: skip
    make_site(firm, signed_on=date(2026, 11, 19))
    plan()

    told = [escalations.escalate(at(f"2026-11-{moment}")) for moment in ("19 20:59", "19 21:00", "20 19:59", "20 20:00", "21 20:00")]  # fmt: skip

    assert told == [0, 1, 0, 1, 0]
    assert list(StaffTask.objects.exclude(role="cs_agent").order_by("role").values_list("role", flat=True)) == ["cs_manager", "firm_admin"]  # fmt: skip


@pytest.mark.parametrize(
    ("action", "kind", "detail"),
    [
        ({"kind": "notice"}, "notice", ""),
        ({"kind": "letter", "document": "开工温馨提示"}, "letter", "开工温馨提示"),
        ({"kind": "gift", "what": "绿植"}, "gift", "绿植"),
        ({"kind": "visit"}, "visit", ""),
    ],
)
def test_each_kind_of_work_is_a_task_of_its_own_kind(
    firm: Firm, action: dict[str, Any], kind: str, detail: str
) -> None:
    put_in_force(trigger={"kind": "date", "fact": "signed_on"}, action=action, audience="finance")
    make_site(firm, signed_on=date(2026, 11, 19))

    plan()

    task = StaffTask.objects.get()
    assert (task.kind, task.detail, task.role) == (kind, detail, "finance")
    assert detail in a_spec(action=action).sentence()


# --- a calendar that changes -------------------------------------------------------------------------------


def test_a_day_off_declared_after_planning_moves_the_open_round(firm: Firm) -> None:
    put_in_force(trigger={"kind": "weekly", "weekday": 6}, action={"kind": "call", "lane": "saturday"})
    make_site(firm)
    saturday = date(2026, 11, 21)
    plan(saturday)
    FirmClosure.objects.create(date=saturday, is_working=False, name="年会")

    assert plan(saturday)["tried"] == 1
    assert plan(saturday)["tried"] == 0

    before, after = touchpoints("tried")
    assert (before.state, before.due_from) == ("superseded", at("2026-11-21 09:00"))
    assert (after.state, after.due_from) == ("planned", at("2026-11-23 09:00"))
    assert sorted(CallTask.objects.values_list("status", flat=True)) == ["cancelled", "due"]


def test_a_round_that_is_skipped_on_holidays_goes_away_with_its_day(firm: Firm) -> None:
    put_in_force(trigger={"kind": "weekly", "weekday": 6, "holiday": "skip"})
    make_site(firm)
    plan(date(2026, 11, 21))
    FirmClosure.objects.create(date=date(2026, 11, 21), is_working=False, name="年会")

    assert plan(date(2026, 11, 21))["tried"] == 0
    assert [one.state for one in touchpoints("tried")] == ["superseded"]


def test_working_days_counted_anew_move_what_was_planned_ahead(firm: Firm) -> None:
    put_in_force(delay="3 working_days")
    site = make_site(firm)
    move_site(site, "handover", "inspections", "2026-11-19 07:00")
    plan()
    FirmClosure.objects.create(date=date(2026, 11, 20), is_working=False, name="停电")

    plan()

    assert [(one.state, timezone.localtime(one.due_from).day) for one in touchpoints("tried")] == [
        ("superseded", 23),
        ("planned", 24),
    ]


# --- playbooks of several files ----------------------------------------------------------------------------


def part(key: str, *keys: str, **head: Any) -> Part:
    return Part(key, f"{key}.toml", tuple(a_spec(key=one) for one in keys), **head)


def test_parts_of_one_playbook_come_together_and_may_be_included() -> None:
    small, big = put_together(
        [part("big", "a", title="大", position=2), part("big", "b"), part("small", title="小", position=1, include=("b",))]
    )  # fmt: skip

    assert [rule.key for rule in big.rules] == ["a", "b"]
    assert [rule.key for rule in small.rules] == ["b"]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (lambda: [part("big", "a", title="大"), part("big", "a")], "出现了两次"),
        (lambda: [part("big", "a")], "现在是 0 次"),
        (lambda: [part("big", "a", title="大"), part("big", title="巨")], "现在是 2 次"),
        (lambda: [part("big", title="大", include=("a",))], "没有“a”这条规则"),
    ],
)
def test_parts_that_do_not_fit_are_refused(parts: Any, said: str) -> None:
    with pytest.raises(BadRule, match=said):
        put_together(parts())


def test_a_rule_in_force_is_left_out_of_the_next_playbook(firm: Firm) -> None:
    playbooks.install(firm)
    lean = {rule.key for rule in playbooks.shipped()[0].rules}
    every = {book.key: {rule.key for rule in book.rules} for book in playbooks.shipped()}
    key = next(name for name, keys in every.items() if name != "lean" and keys & every["lean"])

    left = {one.spec.key for one in playbooks.left_out(key)}
    book = playbooks.adopt(key)

    assert left == every[key] & every["lean"]
    assert {rule.rule_key for rule in book.versions.get().rules.all()} == every[key] - every["lean"]
    assert "不再重复" in str(playbooks.LeftOut(a_spec(), "精简标准"))
    assert lean
    assert Playbook.objects.get(key=key).summary


def test_no_shipped_rule_waits_for_what_is_there() -> None:
    from workflow import awaiting, shipped

    late = [
        spec.key
        for spec in shipped.every_rule().values()
        if spec.awaits and not awaiting.missing(spec.awaits)
    ]

    assert late == [], "their names exist now: remove `awaits`"


def test_a_warranty_rule_still_merges_by_project(firm: Firm) -> None:
    put_in_force(
        subject="warranty",
        trigger={"kind": "date", "fact": "ends_on"},
        action={"kind": "call", "merge": "project"},
    )
    site = make_site(firm, "warranty")
    for category in ("structure", "water_electric"):
        make_warranty(site, date(2026, 11, 19), category)

    plan()

    assert CallTask.objects.count() == 1
    assert Customer.objects.count() == 1
