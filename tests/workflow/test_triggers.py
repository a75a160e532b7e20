"""Each trigger on its table, and each against the slow reference: the right days, all of them, once."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from core.lunar import Birthday
from crm.models import Customer
from notifications.models import CallTask
from tenancy.models import Branch, Firm, Member, Role
from tests.factories.crm import make_customer
from tests.factories.tenancy import make_firm, make_member as a_member
from tests.threads import run_together
from tests.workflow import reference
from tests.workflow.rules import a_spec, anchors_of, put_in_force
from tests.workflow.sites import a_branch, at, make_site, make_warranty, touchpoints
from workflow import calendars
from workflow.models import FirmClosure, StaffTask, Touchpoint
from workflow.planner import plan
from workflow.rulebook import BadRule
from workflow.staff_tasks import finish_task
from workflow.touchpoints import why
from workflow.triggers.calendar import HOLIDAY_NAMES

NOVEMBER = at("2026-11-19 15:00")
GREETING = {
    "subject": "customer",
    "trigger": {"kind": "birthday"},
    "action": {"kind": "call", "lane": "care"},
}

pytestmark = pytest.mark.usefixtures("november")


@pytest.fixture
def november() -> Any:
    with time_machine.travel(NOVEMBER, tick=False):
        yield


def found_days(spec: Any, first: date, last: date) -> list[date]:
    since, until = calendars.midnight(first) - timedelta(seconds=1), calendars.midnight(last)
    return [timezone.localtime(anchor).date() for _subject, anchor, _name in anchors_of(spec, since, until)]


def a_customer(**birthday: Any) -> Customer:
    customer = make_customer(f"寿星{Customer.objects.count()}")
    Customer.objects.filter(pk=customer.pk).update(
        **{f"birthday_{name}": value for name, value in birthday.items()}
    )
    return customer


# --- birthdays ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "celebrated"),
    [
        ({"calendar": "solar", "month": 11, "day": 20}, date(2026, 11, 20)),
        ({"calendar": "solar", "month": 2, "day": 29}, date(2027, 2, 28)),
        ({"calendar": "solar", "month": 2, "day": 29}, date(2028, 2, 29)),
        ({"calendar": "lunar", "month": 8, "day": 15}, date(2026, 9, 25)),
        ({"calendar": "lunar", "month": 1, "day": 1}, date(2027, 2, 6)),
        ({"calendar": "lunar", "month": 6, "day": 15, "leap": True}, date(2025, 7, 9)),
    ],
)
def test_a_birthday_is_kept_on_its_day(firm: Firm, born: dict[str, Any], celebrated: date) -> None:
    a_customer(**born)
    spec = a_spec(**GREETING)

    assert found_days(spec, celebrated, celebrated) == [celebrated]
    assert found_days(spec, celebrated - timedelta(days=60), celebrated - timedelta(days=1)) == []


@pytest.mark.parametrize("seed", range(3))
def test_birthdays_agree_with_walking_through_the_years(firm: Firm, seed: int) -> None:
    random = Random(seed)
    first, last = date(2024 + seed, 1, 1), date(2025 + seed, 12, 31)
    born = Birthday(
        calendar="lunar" if seed else "solar", month=random.randint(1, 12), day=random.choice([1, 15, 28, 30 if seed else 28]),
        leap=bool(seed == 2),
    )  # fmt: skip
    a_customer(calendar=born.calendar, month=born.month, day=born.day, leap=born.leap)

    assert found_days(a_spec(**GREETING), first, last) == reference.birthdays(born, first, last)


def test_a_birthday_is_planned_on_the_day_once_and_follows_a_corrected_date(firm: Firm) -> None:
    put_in_force(**GREETING)
    customer = a_customer(calendar="solar", month=11, day=19)

    assert plan()["tried"] == 1
    assert plan()["tried"] == 0
    assert "客户生日：2026年11月19日，当天安排。" in why(Touchpoint.objects.get())

    Customer.objects.filter(pk=customer.pk).update(birthday_day=21)
    assert plan()["tried"] == 0
    assert plan(date(2026, 11, 21))["tried"] == 1
    assert [one.state for one in touchpoints("tried")] == ["superseded", "planned"]


@pytest.mark.django_db(transaction=True)
def test_ten_planners_congratulate_once() -> None:
    from tenancy.scoping import firm_scope

    firm = make_firm()
    with firm_scope(firm.pk):
        put_in_force(**GREETING)
        for _ in range(4):
            a_customer(calendar="solar", month=11, day=19)

    results = run_together(10, lambda: plan(date(2026, 11, 19), by_hand=True)["tried"], firm)

    assert sum(results) == 4
    with firm_scope(firm.pk):
        assert Touchpoint.objects.count() == CallTask.objects.count() == 4


# --- festivals, month ends, days ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(HOLIDAY_NAMES))
def test_festivals_agree_with_walking_through_the_years(firm: Firm, name: str) -> None:
    a_branch(firm)
    first, last = date(2026, 1, 1), date(2027, 12, 31)
    spec = a_spec(subject="branch", trigger={"kind": "holiday", "name": name})

    assert found_days(spec, first, last) == reference.holidays(name, first, last)


def test_a_card_is_prepared_two_weeks_before_the_spring_festival(firm: Firm) -> None:
    put_in_force(
        subject="branch", trigger={"kind": "holiday", "name": "spring_festival"}, delay="-14 days",
        action={"kind": "letter", "document": "贺年卡", "role": "cs_agent"},
    )  # fmt: skip
    branch = a_branch(firm)

    assert plan(date(2027, 1, 22))["tried"] == 0
    assert plan(date(2027, 1, 23))["tried"] == 1

    task = StaffTask.objects.get()
    assert (task.kind, task.detail, task.role, task.branch_id) == ("letter", "贺年卡", "cs_agent", branch.pk)
    assert why(Touchpoint.objects.get())[1] == "春节：2027年2月6日，前 14 天安排。"


def test_month_ends_agree_with_the_reference(firm: Firm) -> None:
    a_branch(firm)
    first, last = date(2027, 12, 1), date(2028, 4, 30)
    spec = a_spec(subject="branch", trigger={"kind": "month_end"})

    assert found_days(spec, first, last) == reference.month_ends(first, last)


def test_a_daily_log_is_asked_on_working_days_of_everybody(firm: Firm) -> None:
    log = {"kind": "daily", "working_days": True}
    put_in_force(
        subject="member", trigger=log, performer="member", audience="staff", action={"kind": "task"},
        condition={"fact": "role", "is": "cs_agent"}, window={"from": "17:00", "until": "18:00"},
    )  # fmt: skip
    writer = a_member(Role.CS_AGENT, firm=firm, branch=a_branch(firm))
    a_member(Role.DESIGNER, firm=firm)
    FirmClosure.objects.create(date=date(2026, 11, 20), is_working=False, name="盘点")

    made = [plan(date(2026, 11, day))["tried"] for day in (19, 20, 21, 22, 23)]

    assert made == [1, 0, 1, 0, 1], "the closure and Sunday are free, Saturday is worked"
    assert {task.assignee_id for task in StaffTask.objects.all()} == {writer.pk}


def test_a_day_off_declared_late_takes_the_open_log_of_that_day_away(firm: Firm) -> None:
    put_in_force(subject="branch", trigger={"kind": "daily", "working_days": True})
    a_branch(firm)
    plan(date(2026, 11, 20))
    FirmClosure.objects.create(date=date(2026, 11, 20), is_working=False, name="停电")

    plan(date(2026, 11, 20))

    assert [one.state for one in touchpoints("tried")] == ["superseded"]
    assert StaffTask.objects.get().state == "cancelled"


# --- dates again and again ---------------------------------------------------------------------------------

YEARLY = {"kind": "date", "fact": "ends_on", "repeat": "12 months"}


@pytest.mark.parametrize("seed", range(4))
def test_repeated_dates_agree_with_the_reference(firm: Firm, seed: int) -> None:
    random = Random(seed)
    months = random.choice([1, 3, 6, 12])
    start = date(2024, 1, 31) + timedelta(days=random.randint(0, 365))
    make_warranty(make_site(firm, "warranty"), start)
    first, last = date(2024, 1, 1), date(2047, 1, 1)
    spec = a_spec(subject="warranty", trigger={**YEARLY, "repeat": f"{months} months"})

    assert found_days(spec, first, last) == reference.repeats(start, months, first, last)


def test_after_a_term_the_owner_is_called_every_year(firm: Firm) -> None:
    put_in_force(subject="warranty", trigger=YEARLY, delay="1 month", action={"kind": "call"})
    make_warranty(make_site(firm, "warranty"), date(2026, 10, 19))

    made = [plan(day)["tried"] for day in (date(2026, 11, 19), date(2027, 11, 18), date(2027, 11, 19))]

    assert made == [1, 0, 1]
    assert [one.occasion for one in touchpoints("tried")] == ["2026-10-19", "2026-10-19/1"]
    assert "此后每 12 个月" in why(touchpoints("tried")[1])[1]


def test_a_repeated_moment_keeps_its_hour(firm: Firm) -> None:
    a_spec(subject="customer", trigger={"kind": "date", "fact": "last_contact_at", "repeat": "6 months"})
    customer = make_customer()
    Customer.objects.filter(pk=customer.pk).update(last_contact_at=at("2026-03-31 09:30"))
    spec = a_spec(
        subject="customer", trigger={"kind": "date", "fact": "last_contact_at", "repeat": "6 months"}
    )

    moments = [
        timezone.localtime(one[1]) for one in anchors_of(spec, at("2026-01-01 00:00"), at("2027-04-01 00:00"))
    ]

    assert moments == [at("2026-03-31 09:30"), at("2026-09-30 09:30"), at("2027-03-31 09:30")]


# --- one of each group -------------------------------------------------------------------------------------

SPOT = {
    "trigger": {"kind": "weekly", "weekday": 5, "pick": {"one_per": "branch_id", "longest_since": "last_visited_at"}},
    "condition": {"fact": "phase", "is": "inspections"},
    "action": {"kind": "visit", "role": "engineering_manager"},
}  # fmt: skip


def test_one_site_of_each_branch_is_picked_the_longest_unvisited_first(
    firm: Firm, branch: Branch, manager: Member
) -> None:
    put_in_force(**SPOT)
    sites = [make_site(firm, branch=branch) for _ in range(3)]
    other = make_site(firm, branch=Branch.objects.create(code="zz", name="新城"))
    visited: list[Any] = []
    for week in range(3):
        friday = date(2026, 11, 20) + timedelta(weeks=week)
        assert plan(friday)["tried"] == 2
        assert plan(calendars.midnight(friday) + timedelta(hours=9))["tried"] == 0
        (task,) = StaffTask.objects.open().filter(branch=branch)
        with time_machine.travel(calendars.midnight(friday) + timedelta(hours=12), tick=False):
            for one in StaffTask.objects.open():
                finish_task(one, by=manager)
        visited.append(task.project_id)

    assert set(visited) == {site.pk for site in sites}, "everybody's turn comes before anybody's second"
    assert StaffTask.objects.filter(project_id=other.pk, kind="visit").count() == 3


def test_who_is_drawn_does_not_depend_on_when_one_looks(firm: Firm, branch: Branch) -> None:
    put_in_force(**SPOT)
    for _ in range(5):
        make_site(firm, branch=branch)
    plan(date(2026, 11, 20))
    first = touchpoints("tried")[0].subject_id
    Touchpoint.objects.all().update(state="superseded")

    plan(at("2026-11-20 11:00"))

    assert {one.subject_id for one in touchpoints("tried")} == {first}


# --- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"trigger": {"kind": "birthday"}}, "birthday_calendar"),
        ({"trigger": {"kind": "holiday", "name": "valentine"}}, "没有“valentine”这个节日"),
        ({"trigger": {"kind": "daily", "working_days": "yes"}}, "true 或 false"),
        ({"trigger": {"kind": "date", "fact": "signed_on", "repeat": "2 hours"}}, "repeat"),
        ({"trigger": {"kind": "date", "fact": "signed_on", "repeat": "0 months"}}, "repeat"),
        ({"trigger": {"kind": "date"}}, "fact"),
        ({"trigger": {"kind": "weekly", "weekday": 5, "pick": {"one_per": "mode"}}}, "one_per"),
        ({"trigger": {"kind": "weekly", "weekday": 5, "pick": {}}}, "one_per"),
        ({"stop": {"fact": "shoe_size", "is": 42}}, "shoe_size"),
        ({"max": {"count": 0, "per": "7 days"}}, "max"),
        ({"max": {"count": 1, "per": "-7 days"}}, "大于零"),
        ({"max": {"count": 1, "per": "2 working_days"}}, "per"),
        ({"fallback": {"kind": "pigeon"}}, "fallback"),
        ({"escalation": [{"after": "2 days", "to": "cs_manager"}, {"after": "1 day", "to": "firm_admin"}]}, "一级比一级晚"),
        ({"escalation": [{"after": "2 days"}]}, "after 和 to"),
        ({"action": {"kind": "call", "merge": "street"}}, "merge"),
        ({"action": {"kind": "task", "role": "mayor"}}, "岗位"),
        ({"seeds": "C-02"}, "seeds"),
        ({"heads": {"weather": "晴"}}, "weather"),
        ({"awaits": "subject:spaceship", "condition": {"fact": "x", "like": 1}}, "比较"),
        ({"awaits": "subject:spaceship", "trigger": {"kind": "date", "colour": "x"}}, "colour"),
    ],
)  # fmt: skip
def test_what_the_vocabulary_does_not_have_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRule, match="tried") as refused:
        a_spec(**changes)

    assert said in str(refused.value)


def test_a_rule_that_waits_may_speak_of_what_does_not_exist_yet() -> None:
    spec = a_spec(
        awaits=["subject:spaceship", "space.Landed"], subject="spaceship", performer="pilot",
        trigger={"kind": "event", "name": "space.Landed"}, condition={"fact": "fuel", "at_most": 3},
    )  # fmt: skip

    assert spec.is_waiting
