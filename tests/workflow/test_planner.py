"""The planner: who gets which touchpoint on which occasion, once."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications import shipped
from notifications.models import CallTask, Message
from tenancy.models import Firm
from tenancy.scoping import firm_scope
from tests.factories.tenancy import make_firm
from tests.factories.workflow import make_playbooks
from tests.threads import run_together
from tests.workflow.sites import at, make_appointment, make_site, make_warranty, move_site, touchpoints
from workflow import channels, planner, playbooks, tasks
from workflow.models import Due, FirmClosure, Playbook, Rule, Step, Touchpoint
from workflow.moves import move
from workflow.planner import plan
from workflow.rulebook import RuleSpec
from workflow.touchpoints import why

SATURDAY = date(2026, 11, 21)
ROUND = "saturday_call"

pytestmark = pytest.mark.usefixtures("travel")


@pytest.fixture
def travel() -> Any:
    """Friday evening before the round."""
    with time_machine.travel(at("2026-11-20 18:00"), tick=False):
        yield


@pytest.fixture
def book(firm: Firm) -> None:
    shipped.install(firm)
    make_playbooks(firm)


# --- the Saturday round ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("book")
def test_every_site_under_construction_gets_one_call_on_saturday(firm: Firm) -> None:
    building, finishing = make_site(firm, "inspections"), make_site(firm, "completion")
    for phase in ("design", "handover", "warranty", "closed"):
        make_site(firm, phase)

    made = plan(SATURDAY)

    assert made[ROUND] == 2
    planned = touchpoints(ROUND)
    assert {one.subject_id for one in planned} == {building.pk, finishing.pk}
    one = planned[0]
    assert (one.occasion, one.channel, one.state) == ("2026-W47", "call", "planned")
    assert (one.due_from, one.due_at) == (at("2026-11-21 09:00"), at("2026-11-21 20:00"))
    site = building if one.subject_id == building.pk else finishing
    assert (one.customer_id, one.project_id, one.branch_id) == (site.customer_id, site.pk, site.branch_id)
    assert CallTask.objects.filter(lane="saturday").count() == 2


@pytest.mark.usefixtures("book")
def test_planning_again_makes_nothing(firm: Firm) -> None:
    make_site(firm)
    plan(SATURDAY)

    assert sum(plan(SATURDAY).values()) == 0
    assert sum(plan(at("2026-11-21 15:00")).values()) == 0
    assert CallTask.objects.count() == 1


@pytest.mark.usefixtures("book")
def test_each_week_is_an_occasion_of_its_own(firm: Firm) -> None:
    make_site(firm)

    weeks = [plan(SATURDAY + timedelta(weeks=n))[ROUND] for n in range(3)]

    assert weeks == [1, 1, 1]
    assert [one.occasion for one in touchpoints(ROUND)] == ["2026-W47", "2026-W48", "2026-W49"]


@pytest.mark.usefixtures("book")
def test_a_late_start_plans_the_set_of_saturday_midnight(firm: Firm) -> None:
    """Started on Monday: a site that came in on Saturday morning is out, one that was finished since is in."""
    finished = make_site(firm, "warranty", since="2026-11-22 09:00")
    move_site(finished, "handover", "inspections", "2026-11-01 10:00")
    came_too_late = make_site(firm, "inspections", since="2026-11-21 00:01")
    stood = make_site(firm, "inspections")

    made = plan(at("2026-11-23 08:00"))

    assert made[ROUND] == 2
    assert {one.subject_id for one in touchpoints(ROUND)} == {finished.pk, stood.pk}
    assert came_too_late.pk not in {one.subject_id for one in touchpoints(ROUND)}


@pytest.mark.usefixtures("book")
def test_an_imported_site_stood_there_before_its_import(firm: Firm) -> None:
    site = make_site(firm, "inspections", since="2026-11-21 14:00")
    assert plan(at("2026-11-21 15:00"))[ROUND] == 0

    other = make_site(firm, "inspections", since="2026-11-21 14:00")
    Step.objects.create(
        subject_kind="project",
        subject_id=other.pk,
        target="inspections",
        kind="imported",
        at=at("2026-11-21 13:00"),
    )
    assert plan(at("2026-11-21 15:00"))[ROUND] == 1
    assert touchpoints(ROUND)[0].subject_id == other.pk != site.pk


@pytest.mark.usefixtures("book")
def test_a_suspended_site_is_called_every_second_week_by_its_own_rule(firm: Firm) -> None:
    make_site(firm, "suspended")

    made = [plan(SATURDAY + timedelta(weeks=n)) for n in range(4)]

    assert [week[ROUND] for week in made] == [0, 0, 0, 0]
    assert sorted(week["saturday_call_suspended"] for week in made) == [0, 0, 1, 1]


@pytest.mark.usefixtures("book")
def test_a_round_on_a_holiday_moves_to_the_next_working_day_and_says_so(firm: Firm) -> None:
    """3 October 2026 lies in the National Day holiday."""
    make_site(firm, since="2026-09-01 10:00")

    plan(date(2026, 10, 3))

    one = touchpoints(ROUND)[0]
    assert one.occasion == "2026-W40"
    assert one.due_from == at("2026-10-08 09:00")
    assert any("顺延" in sentence for sentence in why(one))


@pytest.mark.usefixtures("book")
def test_a_firms_own_closure_moves_the_round_too(firm: Firm) -> None:
    FirmClosure.objects.create(date=SATURDAY, is_working=False, name="公司年会")
    make_site(firm)

    plan(SATURDAY)

    assert touchpoints(ROUND)[0].due_from == at("2026-11-22 09:00") + timedelta(days=1)


@pytest.mark.usefixtures("book")
def test_a_round_planned_ahead_follows_what_changes_before_its_day(firm: Firm) -> None:
    site, stays = make_site(firm), make_site(firm)
    plan(SATURDAY)
    move_site(site, "inspections", "suspended", "2026-11-20 20:00")

    with time_machine.travel(at("2026-11-21 07:00"), tick=False):
        plan()

    states = {one.subject_id: one.state for one in touchpoints(ROUND)}
    assert states == {site.pk: "superseded", stays.pk: "planned"}
    assert CallTask.objects.get(project_id=site.pk).status == "cancelled"


@pytest.mark.usefixtures("book")
def test_suspending_a_site_after_midnight_does_not_take_its_call_away(firm: Firm) -> None:
    site = make_site(firm)
    with time_machine.travel(at("2026-11-21 07:00"), tick=False):
        plan()
        move_site(site, "inspections", "suspended", "2026-11-21 08:00")
        plan(at("2026-11-21 12:00"))

    assert [one.state for one in touchpoints(ROUND)] == ["planned"]


def test_a_new_rule_leaves_rounds_before_its_publication_alone(firm: Firm) -> None:
    with time_machine.travel(at("2026-11-23 09:00"), tick=False):
        playbooks.install(firm)
        make_site(firm)

        assert plan()[ROUND] == 0
        assert plan(date(2026, 11, 23), by_hand=True)[ROUND] == 1


@pytest.mark.usefixtures("book")
def test_an_edited_rule_keeps_its_key_and_does_not_fire_again(firm: Firm) -> None:
    make_site(firm)
    plan(SATURDAY)
    book = Playbook.objects.get(key="lean")
    specs = [RuleSpec.from_row(rule) for rule in Rule.objects.in_force().filter(version__playbook=book)]

    version = playbooks.publish_rules(book, specs, by=None, at=at("2026-11-20 19:00"))

    assert plan(SATURDAY)[ROUND] == 0
    assert plan(SATURDAY + timedelta(weeks=1))[ROUND] == 1
    assert [one.rule.version_id == version.pk for one in touchpoints(ROUND)] == [False, True]


@pytest.mark.usefixtures("book")
def test_planning_costs_the_same_for_one_site_or_many(firm: Firm) -> None:
    def cost(week: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            plan(SATURDAY + timedelta(weeks=week))
        return len(queries)

    make_site(firm)
    one = cost(0)
    for _ in range(3):
        make_site(firm)

    assert cost(2) == one


def test_the_firm_next_door_is_left_alone(firm: Firm, other_firm: Firm) -> None:
    for each in (firm, other_firm):
        with firm_scope(each.pk):
            make_playbooks(each)
            make_site(each)

    plan(SATURDAY, firm)

    with firm_scope(other_firm.pk):
        assert not Touchpoint.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_planners_at_once_make_one_call_each() -> None:
    firm = make_firm()
    with firm_scope(firm.pk):
        make_playbooks(firm)
        Rule.objects.exclude(rule_key=ROUND).update(enabled=False)
        for _ in range(5):
            make_site(firm)

    results = run_together(10, lambda: plan(SATURDAY)[ROUND], firm)

    assert sum(results) == 5
    with firm_scope(firm.pk):
        assert Touchpoint.objects.count() == CallTask.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_the_keys_alone_keep_planners_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the advisory lock, which is economy only."""
    monkeypatch.setattr(planner, "_one_at_a_time", lambda: None)
    firm = make_firm()
    with firm_scope(firm.pk):
        make_playbooks(firm)
        Rule.objects.exclude(rule_key=ROUND).update(enabled=False)
        for _ in range(5):
            make_site(firm)

    results = run_together(10, lambda: plan(SATURDAY)[ROUND], firm)

    assert sum(results) == 5
    with firm_scope(firm.pk):
        assert Touchpoint.objects.count() == CallTask.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_planner_killed_half_way_leaves_nothing_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    firm = make_firm()
    with firm_scope(firm.pk):
        make_playbooks(firm)
        make_site(firm)

    class Killed(BaseException):
        pass

    def die(_ids: Any) -> int:
        raise Killed

    call = channels.get("call")
    with monkeypatch.context() as patch:
        patch.setitem(channels._channels, "call", channels.Channel("call", "", die))
        with pytest.raises(Killed), time_machine.travel(at("2026-11-21 00:05"), tick=False):
            tasks.plan_firms()
    assert channels.get("call") is call
    with firm_scope(firm.pk):
        assert not Touchpoint.objects.exists()
    assert Due.objects.filter(firm_id=firm.pk, queue="plan").exists()

    with time_machine.travel(at("2026-11-21 00:06"), tick=False):
        tasks.plan_firms()
        tasks.plan_firms()
    with firm_scope(firm.pk):
        assert Touchpoint.objects.count() == CallTask.objects.count() == 1
    assert Due.objects.get(firm_id=firm.pk, queue="plan").due_at == at("2026-11-22 00:01")


# --- before the handover -----------------------------------------------------------------------------------

REMINDER = "handover_sms"


@pytest.mark.usefixtures("book")
def test_the_owner_is_reminded_the_day_before_the_handover(firm: Firm) -> None:
    site = make_site(firm, "handover")
    make_appointment(site, "2026-11-24 10:00")
    make_appointment(site, "2026-11-24 14:00", kind="material")

    assert plan(date(2026, 11, 22))[REMINDER] == 0
    assert plan(date(2026, 11, 23))[REMINDER] == 1

    one = touchpoints(REMINDER)[0]
    assert (one.due_from, one.due_at) == (at("2026-11-23 09:00"), at("2026-11-23 20:00"))
    assert one.project_id == site.pk
    assert Message.objects.filter(touchpoint=one).count() == 1


@pytest.mark.usefixtures("book")
def test_the_reminder_follows_a_moved_handover_and_its_history_stays(firm: Firm) -> None:
    appointment = make_appointment(make_site(firm, "handover"), "2026-11-24 10:00")
    plan(date(2026, 11, 23))

    appointment.starts_at, appointment.ends_at = at("2026-11-26 10:00"), at("2026-11-26 11:00")
    appointment.save()
    plan(date(2026, 11, 23))
    assert [one.state for one in touchpoints(REMINDER)] == ["superseded"]

    assert plan(date(2026, 11, 25))[REMINDER] == 1
    assert [one.state for one in touchpoints(REMINDER)] == ["superseded", "planned"]


@pytest.mark.usefixtures("book")
def test_a_handover_moved_away_and_back_is_still_reminded_of(firm: Firm) -> None:
    appointment = make_appointment(make_site(firm, "handover"), "2026-11-24 10:00")
    plan(date(2026, 11, 23))
    for starts in ("2026-11-26 10:00", "2026-11-24 10:00"):
        appointment.starts_at, appointment.ends_at = at(starts), at(starts) + timedelta(hours=1)
        appointment.save()
        plan(date(2026, 11, 23))

    assert sorted(one.state for one in touchpoints(REMINDER)) == ["planned", "superseded"]
    assert sum(plan(date(2026, 11, 23)).values()) == 0


@pytest.mark.usefixtures("book")
def test_a_cancelled_handover_takes_its_reminder_along(firm: Firm) -> None:
    appointment = make_appointment(make_site(firm, "handover"), "2026-11-24 10:00")
    plan(date(2026, 11, 23))

    with time_machine.travel(at("2026-11-23 08:00"), tick=False):
        move(appointment.cancel, by=None)
        plan()

    assert [one.state for one in touchpoints(REMINDER)] == ["superseded"]
    assert Message.objects.get().status == "cancelled"


@pytest.mark.usefixtures("book")
def test_a_reminder_is_not_made_up_for_once_its_hours_are_over(firm: Firm) -> None:
    make_appointment(make_site(firm, "handover"), "2026-11-24 10:00")

    assert plan(at("2026-11-23 20:30"))[REMINDER] == 0
    assert plan(at("2026-11-24 07:00"))[REMINDER] == 0


# --- before a warranty ends --------------------------------------------------------------------------------

EXPIRY = "warranty_minus1m"


@pytest.mark.usefixtures("book")
def test_each_category_is_called_one_month_before_its_term_ends(firm: Firm) -> None:
    site = make_site(firm, "warranty")
    make_warranty(site, date(2026, 12, 25))
    make_warranty(site, date(2029, 12, 25), "waterproofing")

    assert plan(date(2026, 11, 24))[EXPIRY] == 0
    assert plan(date(2026, 11, 25))[EXPIRY] == 1
    assert plan(date(2026, 11, 26))[EXPIRY] == 0

    one = touchpoints(EXPIRY)[0]
    assert (one.occasion, one.due_from) == ("2026-12-25", at("2026-11-25 09:00"))
    assert plan(date(2029, 11, 25))[EXPIRY] == 1


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize(
    ("ends_on", "called_on"),
    [(date(2027, 3, 31), date(2027, 2, 28)), (date(2027, 3, 1), date(2027, 2, 1))],
)
def test_a_month_before_the_thirty_first_is_the_last_of_the_month(
    firm: Firm, ends_on: date, called_on: date
) -> None:
    make_warranty(make_site(firm, "warranty"), ends_on)

    plan(called_on)

    assert timezone.localtime(touchpoints(EXPIRY)[0].due_from).date() == called_on


@pytest.mark.usefixtures("book")
def test_a_planner_that_slept_a_week_still_makes_the_warranty_call(firm: Firm) -> None:
    make_warranty(make_site(firm, "warranty"), date(2026, 12, 25))

    assert plan(date(2026, 12, 3))[EXPIRY] == 1


@pytest.mark.usefixtures("book")
def test_a_term_that_ended_long_ago_is_not_called_about(firm: Firm) -> None:
    make_warranty(make_site(firm, "warranty"), date(2026, 11, 20))

    assert plan(date(2026, 11, 25))[EXPIRY] == 0
