"""Promises: when they are due and why; warned and breached once each, paused without losing a second."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from tenancy.models import Firm
from tenancy.scoping import firm_scope
from tests.factories.tenancy import make_firm
from tests.factories.workflow import make_clock
from tests.threads import run_together
from tests.workflow.sites import at
from workflow import clocks, due, tasks
from workflow.models import Clock, Due, OutboxEvent

ABOUT = ("project", uuid4())


@pytest.fixture
def thursday() -> Any:
    with time_machine.travel(at("2026-11-19 10:00"), tick=False):
        yield


@pytest.mark.usefixtures("thursday")
def test_a_draft_is_due_on_the_fifth_working_day_and_says_why(firm: Firm) -> None:
    clock = clocks.start(*ABOUT, "design_draft", kind="working_days", amount=5, warn_at=3)

    # Saturday is a day on which customer service works: Fri, Sat, Mon, Tue, Wed.
    assert (clock.due_at, clock.warn_at) == (at("2026-11-25 18:00"), at("2026-11-23 18:00"))
    assert clock.explanation[0].startswith("从11月19日 10:00起算")
    assert any("第 5 个工作日" in line for line in clock.explanation)
    assert any("周末，不计" in line for line in clock.explanation)


@pytest.mark.usefixtures("thursday")
def test_starting_a_promise_twice_keeps_the_first_clock(firm: Firm) -> None:
    first = clocks.start(*ABOUT, "answer", amount=timedelta(hours=2))
    again = clocks.start(*ABOUT, "answer", amount=timedelta(hours=9))

    assert again.pk == first.pk
    assert Clock.objects.get().due_at == at("2026-11-19 12:00")


def test_a_stopped_promise_can_be_given_anew(firm: Firm) -> None:
    first = make_clock("answer", subject_id=ABOUT[1])
    assert clocks.stop(*ABOUT, "answer") == 1

    assert make_clock("answer", subject_id=ABOUT[1]).pk != first.pk


@pytest.mark.usefixtures("thursday")
def test_an_overdue_clock_is_told_once(firm: Firm) -> None:
    clock = make_clock(amount=timedelta(hours=4), warn_at=timedelta(hours=3))

    assert clocks.flag_overdue(at("2026-11-19 12:59")) == 0
    assert clocks.flag_overdue(at("2026-11-19 13:00")) == 1
    assert clocks.flag_overdue(at("2026-11-19 14:00")) == 1
    assert clocks.flag_overdue(at("2026-11-19 15:00")) == 0

    clock.refresh_from_db()
    assert (clock.warned_at, clock.breached_at) == (at("2026-11-19 13:00"), at("2026-11-19 14:00"))
    assert list(OutboxEvent.objects.order_by("id").values_list("name", flat=True)) == [
        "workflow.ClockWarned",
        "workflow.ClockBreached",
    ]


def test_a_stopped_or_paused_clock_is_never_late(firm: Firm) -> None:
    stopped, paused = make_clock("a"), make_clock("b")
    clocks.stop_all(stopped.subject_kind, stopped.subject_id)
    clocks.pause(paused.subject_kind, paused.subject_id, "b")

    assert clocks.flag_overdue(timezone.now() + timedelta(days=9)) == 0


@pytest.mark.usefixtures("thursday")
def test_a_pause_moves_the_deadline_by_its_own_length_and_is_explained(firm: Firm) -> None:
    clocks.start(*ABOUT, "arrive", amount=timedelta(hours=24))
    clocks.pause(*ABOUT, "arrive", at=at("2026-11-19 15:00"))
    clock = clocks.resume(*ABOUT, "arrive", at=at("2026-11-20 09:30"))

    assert clock is not None
    assert clock.due_at == at("2026-11-20 10:00") + timedelta(hours=18, minutes=30)
    assert "11月19日 15:00至11月20日 09:30暂停，不计" in clock.explanation


@pytest.mark.usefixtures("thursday")
def test_pausing_twice_or_resuming_what_runs_changes_nothing(firm: Firm) -> None:
    clock = clocks.start(*ABOUT, "arrive", amount=timedelta(hours=24))
    assert clocks.resume(*ABOUT, "arrive") is not None
    clocks.pause(*ABOUT, "arrive", at=at("2026-11-19 11:00"))
    clocks.pause(*ABOUT, "arrive", at=at("2026-11-19 12:00"))
    clocks.resume(*ABOUT, "arrive", at=at("2026-11-19 13:00"))

    clock.refresh_from_db()
    assert (clock.due_at, len(clock.pauses)) == (at("2026-11-20 12:00"), 1)


@pytest.mark.usefixtures("thursday")
def test_a_pause_after_the_deadline_does_not_excuse_it(firm: Firm) -> None:
    clock = clocks.start(*ABOUT, "arrive", amount=timedelta(hours=1))
    clocks.pause(*ABOUT, "arrive", at=at("2026-11-19 12:00"))
    clocks.resume(*ABOUT, "arrive", at=at("2026-11-21 12:00"))

    clock.refresh_from_db()
    assert clock.due_at == at("2026-11-19 11:00")
    assert clocks.flag_overdue(at("2026-11-21 12:00")) == 1


def test_a_deadline_beyond_the_published_calendar_says_it_is_provisional(firm: Firm) -> None:
    clock = make_clock(kind="working_days", amount=5, started_at=at("2027-01-04 09:00"))

    assert "途经的年份尚未公布放假安排，日期为暂定" in clock.explanation


def test_the_firm_next_door_does_not_see_or_stop_it(firm: Firm, other_firm: Firm) -> None:
    clock = make_clock("answer")

    with firm_scope(other_firm.pk):
        assert clocks.stop(clock.subject_kind, clock.subject_id, "answer") == 0
        assert clocks.flag_overdue(timezone.now() + timedelta(days=9)) == 0


@pytest.mark.django_db(transaction=True)
def test_ten_sweepers_at_once_flag_each_clock_once() -> None:
    firm = make_firm()
    with firm_scope(firm.pk):
        for _ in range(6):
            make_clock()

    results = run_together(10, lambda: clocks.flag_overdue(timezone.now() + timedelta(hours=5)), firm)

    assert sum(results) == 6
    with firm_scope(firm.pk):
        assert OutboxEvent.objects.filter(name="workflow.ClockBreached").count() == 6


@pytest.mark.django_db(transaction=True)
def test_ten_starts_at_once_leave_one_clock() -> None:
    firm = make_firm()

    results = run_together(10, lambda: make_clock("answer", subject_id=ABOUT[1]).pk, firm)

    assert len(set(results)) == 1
    with firm_scope(firm.pk):
        assert Clock.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_sweeper_visits_only_firms_with_something_due() -> None:
    busy, idle = make_firm(), make_firm()
    with firm_scope(busy.pk):
        make_clock(amount=timedelta(hours=1))
    with firm_scope(idle.pk):
        make_clock(amount=timedelta(days=9))

    soon = timezone.now() + timedelta(hours=2)
    assert [firm_id for firm_id, _notes in due.firms(Due.Queue.CLOCKS, soon)] == [busy.pk]
    with time_machine.travel(soon, tick=False):
        tasks.watch_clocks()
        assert not list(due.firms(Due.Queue.CLOCKS, soon))
    with firm_scope(busy.pk):
        assert Clock.objects.get().breached_at is not None
