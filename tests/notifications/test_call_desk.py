"""Taking calls from the queue and writing down what came of them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import Refusal
from notifications.actions import (
    cancel_call,
    extend_lease,
    open_call_task,
    record_outcome,
    release,
    save_draft,
    take,
    take_next,
    undo_outcome,
)
from notifications.desk import DeskRules
from notifications.models import CallAttempt, CallDraft, CallTask, Satisfaction
from tenancy.models import FirmSetting, Role, uuid7
from tenancy.scoping import firm_scope
from tests.factories.notifications import make_attempt, make_call, make_satisfaction
from tests.factories.tenancy import make_member
from tests.threads import run_together
from workflow.models import Clock, OutboxEvent, StaffTask, Step

SATURDAY = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # 10:00 in Xi'an
Status = CallTask.Status


@pytest.fixture
def saturday():
    with time_machine.travel(SATURDAY, tick=False) as traveller:
        yield traveller


def events(name):
    return [row.payload for row in OutboxEvent.objects.filter(name=f"notifications.{name}")]


# --- opening and taking -----------------------------------------------------------------------------------


def test_a_call_opened_by_hand_stands_in_the_queue_with_its_week(saturday, agent, branch):
    task = open_call_task(
        by=agent,
        subject_kind="customer",
        subject_id=uuid7(),
        title="云栖花园 3-2-1502",
        reason="客户要求回电",
        due_at=SATURDAY + timedelta(hours=2),
        branch=branch,
    )

    assert (task.status, task.lane, task.week, task.made_by) == (Status.DUE, "manual", "2026-W47", agent)
    assert take_next(agent).pk == task.pk


def test_a_second_call_with_the_same_merge_key_brings_the_first_forward(saturday, agent, branch):
    subject = uuid7()
    given = {
        "by": agent,
        "subject_kind": "customer",
        "subject_id": subject,
        "title": "a",
        "reason": "b",
        "branch": branch,
    }
    first = open_call_task(**given, due_at=SATURDAY + timedelta(hours=9), merge_key=f"customer/{subject}")

    second = open_call_task(**given, due_at=SATURDAY + timedelta(hours=1), merge_key=f"customer/{subject}")

    assert second.pk == first.pk
    assert CallTask.objects.get().due_at == SATURDAY + timedelta(hours=1)


def test_the_most_urgent_call_comes_first_and_is_held_for_ten_minutes(saturday, agent, branch):
    make_call(branch=branch, due_at=SATURDAY + timedelta(hours=5))
    urgent = make_call(branch=branch, due_at=SATURDAY + timedelta(hours=1))

    task = take_next(agent)

    assert task.pk == urgent.pk
    assert (task.status, task.lease_by_id, task.lease_until) == (
        Status.IN_CALL,
        agent.pk,
        SATURDAY + timedelta(minutes=10),
    )
    step = Step.objects.get(subject_id=task.pk)
    assert (step.subject_kind, step.source, step.target, step.by) == ("call_task", "due", "in_call", agent)


def test_a_call_promised_for_later_is_not_taken_yet(saturday, agent, branch):
    make_call(branch=branch, not_before=SATURDAY + timedelta(minutes=1))

    assert take_next(agent) is None


def test_a_lane_gives_only_its_own_calls(saturday, agent, branch):
    make_call(branch=branch, due_at=SATURDAY)
    node = make_call(branch=branch, lane="node")

    assert take_next(agent, lane="node").pk == node.pk


def test_a_colleagues_call_and_another_branch_are_not_given_out(
    saturday, agent, branch, other_branch, make_member
):
    make_call(branch=branch, assignee=make_member(Role.CS_AGENT, branch=branch))
    make_call(branch=other_branch)

    assert take_next(agent) is None


def test_a_call_somebody_is_on_is_refused_with_their_name(saturday, agent, branch, make_member):
    colleague = make_member(Role.CS_AGENT, branch=branch, name="方媛")
    task = take(make_call(branch=branch), by=colleague)

    with pytest.raises(Refusal, match="方媛正在通话"):
        take(task, by=agent)

    task.refresh_from_db()
    assert task.lease_by_id == colleague.pk


def test_a_lease_that_ran_out_gives_the_call_back_by_itself(saturday, agent, branch, make_member):
    task = take(make_call(branch=branch), by=make_member(Role.CS_AGENT, branch=branch))
    assert take_next(agent) is None

    saturday.shift(timedelta(minutes=10))

    assert take_next(agent).pk == task.pk


def test_typing_keeps_the_call_ours(saturday, agent, branch):
    task = take(make_call(branch=branch), by=agent)
    saturday.shift(timedelta(minutes=9))

    extend_lease(task, by=agent)

    task.refresh_from_db()
    assert task.lease_until == SATURDAY + timedelta(minutes=19)


def test_a_skipped_call_goes_back_with_its_reason(saturday, agent, branch):
    task = release(take(make_call(branch=branch), by=agent), by=agent, note="客户在开会")

    assert (task.status, task.lease_by_id) == (Status.DUE, None)
    assert Step.objects.filter(target="due").get().note == "客户在开会"


def test_a_cancelled_call_leaves_the_queue(saturday, manager, branch):
    task = cancel_call(make_call(branch=branch), by=manager, note="项目退单")

    assert (task.status, task.ended_at) == (Status.CANCELLED, SATURDAY)
    assert take_next(manager) is None


def test_a_designer_may_not_take_calls_of_the_desk(saturday, designer, branch):
    task = make_call(branch=branch)

    with pytest.raises(Refusal, match="不归您的岗位"):
        take(task, by=designer)

    assert take_next(designer) is None


@pytest.mark.django_db(transaction=True)
def test_eight_agents_who_press_at_once_get_eight_different_calls(firm):
    with firm_scope(firm.pk):
        agents = [make_member(Role.CS_AGENT, firm=firm) for _ in range(8)]
        for _ in range(8):
            make_call()
    waiting = list(agents)

    taken = run_together(8, lambda: take_next(waiting.pop()), firm)

    assert len({task.pk for task in taken}) == 8


# --- outcomes ---------------------------------------------------------------------------------------------


def test_a_reached_call_keeps_answers_scores_and_tells(saturday, agent, branch):
    task = take(make_call(branch=branch, script="saturday"), by=agent)
    save_draft(task, by=agent, given={"note": "…"})

    attempt = record_outcome(
        task,
        by=agent,
        outcome="reached",
        answers={"overall": "5", "quality": "4", "visited": "yes"},
        note="整体满意",
        phone="+8613800138000",
        dialled_at=SATURDAY,
    )

    task.refresh_from_db()
    assert (task.status, task.attempts, task.ended_at, task.lease_by_id) == (Status.DONE, 1, SATURDAY, None)
    assert attempt.answers == {"overall": 5, "quality": 4, "visited": "yes"}
    assert {(s.aspect, s.score) for s in Satisfaction.objects.all()} == {("overall", 5), ("quality", 4)}
    assert events("CallFinished")[0]["outcome"] == "reached"
    assert events("LowSatisfaction") == []


def test_two_points_alarm_and_three_do_not(saturday, agent, branch):
    task = take(make_call(branch=branch, script="saturday"), by=agent)

    record_outcome(task, by=agent, outcome="reached", answers={"overall": 3, "quality": 2})

    assert [(e["aspect"], e["score"]) for e in events("LowSatisfaction")] == [("quality", 2)]


def test_an_issue_becomes_a_task_with_a_running_promise(saturday, agent, branch):
    task = take(make_call(branch=branch, script="saturday", title="云栖花园 3-2-1502"), by=agent)

    record_outcome(task, by=agent, outcome="reached", issues=["卫生和成品保护"], note="地面没铺保护膜")

    told = StaffTask.objects.get()
    assert (told.role, told.title) == ("project_manager", "客户反映卫生和成品保护：云栖花园 3-2-1502")
    assert (told.detail, told.due_at) == ("地面没铺保护膜", SATURDAY + timedelta(hours=24))
    assert Clock.objects.get(subject_kind="staff_task", subject_id=told.pk).due_at == told.due_at


def test_words_about_people_go_to_the_manager_only(saturday, agent, branch):
    task = take(make_call(branch=branch, script="saturday"), by=agent)

    record_outcome(task, by=agent, outcome="reached", issues=["水电", "人员态度"], note="师傅骂人")

    details = {t.role: t.detail for t in StaffTask.objects.all()}
    assert details == {"project_manager": "详情请问客服。", "cs_manager": "师傅骂人"}


def test_a_treat_reported_is_told_at_once(saturday, agent, branch):
    task = take(make_call(branch=branch, script="saturday"), by=agent)

    record_outcome(task, by=agent, outcome="reached", answers={"treats": "yes"})

    assert len(events("IntegrityReported")) == 1


def test_nobody_answers_three_times_today_then_tomorrow_and_after_six_times_never(saturday, agent, branch):
    task = make_call(branch=branch)
    tried = []
    for _ in range(6):
        record_outcome(task, by=agent, outcome="no_answer")
        task.refresh_from_db()
        tried.append((timezone.localtime(task.not_before).strftime("%d %H:%M"), task.status))
        saturday.move_to(task.not_before)

    assert tried == [
        ("21 14:00", Status.DUE),
        ("21 16:00", Status.DUE),
        ("22 09:00", Status.DUE),
        ("22 11:00", Status.DUE),
        ("22 14:00", Status.DUE),
        ("22 14:00", Status.UNREACHABLE),
    ]


def test_the_firm_decides_how_often(saturday, agent, branch):
    FirmSetting.objects.create(key="calls.tries_in_total", value=1)

    task = make_call(branch=branch)
    record_outcome(task, by=agent, outcome="busy")

    task.refresh_from_db()
    assert task.status == Status.UNREACHABLE


def test_a_wrong_number_ends_the_call_and_is_told(saturday, agent, branch):
    customer = uuid7()
    task = make_call(branch=branch, customer_id=customer)

    attempt = record_outcome(task, by=agent, outcome="wrong_number", phone="+8613800138000")

    task.refresh_from_db()
    assert task.status == Status.UNREACHABLE
    assert events("WrongNumber") == [
        {"task_id": str(task.pk), "attempt_id": str(attempt.pk), "customer_id": str(customer)}
    ]
    assert "13800138000" not in str(events("WrongNumber"))


def test_another_time_moves_the_promise_and_three_times_reach_the_manager(saturday, agent, branch):
    task = make_call(branch=branch)
    for hours in (1, 2, 30):
        record_outcome(task, by=agent, outcome="rescheduled", again_at=SATURDAY + timedelta(hours=hours))

    task.refresh_from_db()
    assert (task.status, task.postponed) == (Status.RESCHEDULED, 3)
    assert task.not_before == task.due_at == SATURDAY + timedelta(hours=30)
    assert StaffTask.objects.get().role == "cs_manager"


def test_a_refused_call_was_reached_and_is_done(saturday, agent, branch):
    task = make_call(branch=branch)

    attempt = record_outcome(task, by=agent, outcome="reached", is_refused=True)

    task.refresh_from_db()
    assert (task.status, attempt.is_refused) == (Status.DONE, True)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"outcome": "perhaps"}, "请选择通话结果"),
        ({"outcome": "rescheduled"}, "请选择改约的时间"),
        ({"outcome": "rescheduled", "again_at": SATURDAY}, "晚于现在"),
        ({"outcome": "busy", "is_refused": True}, "接通以后"),
        ({"outcome": "reached", "answers": {"overall": "6"}}, "1 到 5 分"),
        ({"outcome": "reached", "answers": {"visited": "maybe"}}, "请选是、否"),
        ({"outcome": "reached", "answers": {"nonsense": "1"}}, "问卷里没有这个问题"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(saturday, agent, branch, said, sentence):
    task = take(make_call(branch=branch, script="saturday"), by=agent)

    with pytest.raises(Refusal, match=sentence):
        record_outcome(task, by=agent, **said)


def test_an_outcome_of_somebody_elses_call_is_refused_and_nothing_moved(saturday, agent, branch, make_member):
    task = take(make_call(branch=branch), by=make_member(Role.CS_AGENT, branch=branch))

    with pytest.raises(Refusal, match="正在通话"):
        record_outcome(task, by=agent, outcome="reached")

    task.refresh_from_db()
    assert (task.status, CallAttempt.objects.count(), OutboxEvent.objects.count()) == (Status.IN_CALL, 0, 0)


def test_an_ended_call_takes_no_second_outcome(saturday, agent, branch):
    task = make_call(branch=branch)
    record_outcome(task, by=agent, outcome="reached")

    with pytest.raises(Refusal, match="已经结束"):
        record_outcome(task, by=agent, outcome="reached")

    assert CallAttempt.objects.count() == 1


def test_save_and_next_costs_at_most_thirteen_statements(saturday, agent, branch):
    task = take(make_call(branch=branch, script="saturday"), by=agent)
    make_call(branch=branch)
    save_draft(task, by=agent, given={"answers": {"overall": "4"}})

    with CaptureQueriesContext(connection) as spent:
        rules = DeskRules.of_firm()
        record_outcome(
            task, by=agent, rules=rules, outcome="reached", answers={"overall": 4, "quality": 5}, note="好"
        )
        take_next(agent, rules=rules)

    assert len(spent) <= 13, [q["sql"][:90] for q in spent]


# --- undo -------------------------------------------------------------------------------------------------


def test_a_slip_is_taken_back_with_everything_typed(saturday, agent, branch):
    task = take(make_call(branch=branch, script="saturday"), by=agent)
    attempt = record_outcome(
        task, by=agent, outcome="reached", answers={"overall": 2}, issues=["水电"], note="插座高了"
    )
    saturday.shift(timedelta(minutes=9))

    undo_outcome(attempt, by=agent)

    task.refresh_from_db()
    assert (task.status, task.lease_by_id, task.attempts, task.ended_at) == (
        Status.IN_CALL,
        agent.pk,
        0,
        None,
    )
    assert list(Satisfaction.objects.standing()) == []
    assert StaffTask.objects.get().state == "cancelled"
    assert CallDraft.objects.get().given == {
        "answers": {"overall": 2},
        "issues": ["水电"],
        "note": "插座高了",
    }
    assert Step.objects.filter(kind="back").count() == 1


def test_after_ten_minutes_it_stands(saturday, agent, branch):
    attempt = record_outcome(make_call(branch=branch), by=agent, outcome="reached")
    saturday.shift(timedelta(minutes=10, seconds=1))

    with pytest.raises(Refusal, match="不能撤销"):
        undo_outcome(attempt, by=agent)

    assert CallTask.objects.get().status == Status.DONE


def test_only_ones_own_and_only_once(saturday, agent, manager, branch):
    attempt = record_outcome(make_call(branch=branch), by=agent, outcome="no_answer")

    with pytest.raises(Refusal, match="自己"):
        undo_outcome(attempt, by=manager)
    undo_outcome(attempt, by=agent)
    with pytest.raises(Refusal, match="已经撤销"):
        undo_outcome(attempt, by=agent)


def test_a_postponed_promise_comes_back_as_it_was(saturday, agent, branch):
    task = make_call(branch=branch)
    due = task.due_at
    attempt = record_outcome(task, by=agent, outcome="rescheduled", again_at=SATURDAY + timedelta(days=3))

    undo_outcome(attempt, by=agent)

    task.refresh_from_db()
    assert (task.due_at, task.postponed) == (due, 0)


# --- who reads what ---------------------------------------------------------------------------------------


def test_rated_people_never_read_answers_about_themselves(agent, designer, branch, make_member):
    both = make_member(Role.DESIGNER, Role.CS_AGENT, branch=branch)
    attempt = make_attempt(make_call(branch=branch), by=agent, branch=branch)
    make_satisfaction(attempt, score=1, aspect="designer", member=both)

    assert list(CallAttempt.objects.visible_to(designer)) == []
    assert list(CallAttempt.objects.visible_to(both)) == []
    assert list(Satisfaction.objects.visible_to(both)) == []
    assert list(CallAttempt.objects.visible_to(agent)) == [attempt]


def test_calls_of_the_firm_next_door_do_not_exist(firm, other_firm, agent, branch):
    with firm_scope(other_firm.pk):
        make_call()

    assert not CallTask.objects.exists()
