"""A state changes by a transition, recorded once, or not at all."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from core.errors import Refusal, Stale
from tenancy.models import Firm, Member, Role
from tenancy.scoping import firm_scope
from tests.factories.tenancy import make_firm, make_member
from tests.factories.workflow import make_task
from tests.threads import refusals, run_together
from workflow import moves
from workflow.models import DirectStateChange, StaffTask, Step
from workflow.moves import Guard, move, record_origin
from workflow.staff_tasks import finish_task

DONE, OPEN = StaffTask.State.DONE, StaffTask.State.OPEN


def test_finishing_a_task_moves_it_and_records_who_did_it(agent: Member) -> None:
    task = make_task(assignee=agent, branch=None)

    done = finish_task(task, by=agent, result="业主已收到保修卡")

    assert (done.state, done.done_by, done.result) == (DONE, agent, "业主已收到保修卡")
    step = Step.objects.get(subject_kind="staff_task", subject_id=task.pk)
    assert (step.source, step.target, step.by, step.note, step.kind) == (
        OPEN,
        DONE,
        agent,
        "业主已收到保修卡",
        "move",
    )


def test_a_step_cannot_be_rewritten_by_the_application(agent: Member) -> None:
    finish_task(make_task(assignee=agent), by=agent)

    with pytest.raises(Exception, match="permission denied"):
        Step.objects.update(note="从未发生")


def test_somebody_elses_task_is_refused_and_nothing_moves(agent: Member, designer: Member) -> None:
    task = make_task(assignee=agent)

    with pytest.raises(Refusal):
        finish_task(task, by=designer)

    task.refresh_from_db()
    assert (task.state, Step.objects.count()) == (OPEN, 0)


def test_a_finished_task_is_not_finished_again(agent: Member) -> None:
    task = finish_task(make_task(assignee=agent), by=agent)

    with pytest.raises(Refusal, match="已完成"):
        finish_task(task, by=agent)

    assert Step.objects.count() == 1


def test_a_row_read_before_somebody_else_moved_it_is_stale(agent: Member) -> None:
    task = make_task(assignee=agent)
    seen_earlier = StaffTask.objects.get(pk=task.pk)
    finish_task(task, by=agent)

    with pytest.raises(Stale):
        move(seen_earlier.cancel, by=agent)


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_at_once_finish_a_task_once() -> None:
    firm = make_firm()
    member = make_member(Role.CS_AGENT, firm=firm)
    with firm_scope(firm.pk):
        task = make_task(assignee=member)

    results = run_together(10, lambda: finish_task(task, by=member), firm)

    assert len(refusals(results)) == 9
    with firm_scope(firm.pk):
        assert Step.objects.filter(subject_id=task.pk).count() == 1


def test_the_state_field_cannot_be_assigned(firm: Firm) -> None:
    task = make_task()

    with pytest.raises(AttributeError):
        task.state = DONE


@pytest.mark.parametrize(
    "write",
    [
        lambda task: StaffTask.objects.filter(pk=task.pk).update(state=DONE),
        lambda task: StaffTask.objects.bulk_update([task], ["state"]),
        lambda task: StaffTask._base_manager.filter(pk=task.pk).update(state=DONE),
    ],
    ids=["update", "bulk_update", "base manager"],
)
def test_a_state_cannot_be_written_over_many_rows(firm: Firm, write: Any) -> None:
    task = make_task()

    with pytest.raises(DirectStateChange):
        write(task)

    assert StaffTask.objects.get(pk=task.pk).state == OPEN


def test_a_state_smuggled_past_the_descriptor_is_not_saved(firm: Firm) -> None:
    task = make_task()
    task.__dict__["state"] = StaffTask.State.CANCELLED

    with pytest.raises(DirectStateChange):
        task.save()


def test_a_new_object_with_an_old_key_does_not_overwrite(firm: Firm) -> None:
    task = make_task()

    with pytest.raises(IntegrityError):
        StaffTask(pk=task.pk, firm=firm, title="改头换面", state=StaffTask.State.CANCELLED).save()


def test_refreshing_reads_the_state_and_keeps_it_protected(agent: Member) -> None:
    task = make_task(assignee=agent)
    finish_task(task, by=agent)

    task.refresh_from_db()

    assert task.state == DONE
    with pytest.raises(AttributeError):
        task.state = OPEN


def test_refreshing_a_vanished_row_changes_nothing(firm: Firm) -> None:
    task = make_task()
    task.title = "还没保存"
    key, task.pk = task.pk, uuid4()

    with pytest.raises(StaffTask.DoesNotExist):
        task.refresh_from_db()

    assert (task.title, task.state) == ("还没保存", OPEN)
    assert StaffTask.objects.filter(pk=key).exists()


def test_refreshing_one_field_leaves_the_others(firm: Firm) -> None:
    task = make_task()
    StaffTask.objects.filter(pk=task.pk).update(title="新题目", detail="新说明")

    task.refresh_from_db(fields=["title"])

    assert (task.title, task.detail) == ("新题目", "")


def test_a_stateful_row_can_be_validated(firm: Firm) -> None:
    task = make_task()
    task.full_clean(exclude=["assignee", "branch", "touchpoint", "done_by", "created_by", "subject_id", "role",
                             "customer_id", "project_id", "due_at", "done_at"])  # fmt: skip

    assert task.state == OPEN


def test_a_deferred_state_is_loaded_when_asked(firm: Firm) -> None:
    make_task()

    assert StaffTask.objects.only("title").get().state == OPEN


MUST = Guard("signed", "请先取得业主签字", "must")
SHOULD = Guard("called", "请先打开工回访", "should", pass_role=Role.CS_MANAGER)


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "unmet_guards", lambda _transition: [MUST, SHOULD])


def passed(guard: Guard, **how: Any) -> Guard:
    return Guard(guard.code, guard.sentence, guard.strength, guard.pass_role, **how)


@pytest.mark.usefixtures("guarded")
def test_all_unmet_guards_are_told_at_once(manager: Member) -> None:
    task = make_task()

    with pytest.raises(Refusal) as refused:
        move(task.cancel, by=manager)

    assert refused.value.sentences == ["请先取得业主签字", "请先打开工回访"]
    assert Step.objects.count() == 0


@pytest.mark.usefixtures("guarded")
def test_a_must_is_passed_only_by_a_dated_statement(manager: Member) -> None:
    task = make_task()

    with pytest.raises(Refusal, match="不能跳过"):
        move(
            task.cancel, by=manager, waived=[passed(MUST, reason="赶时间"), passed(SHOULD, reason="业主出国")]
        )

    stated = passed(MUST, statement={"on": "2026-11-20", "text": "纸质签字已存档"})
    step = move(task.cancel, by=manager, waived=[stated, passed(SHOULD, reason="业主出国")])
    assert [(one["code"], one["strength"]) for one in step.unmet] == [
        ("signed", "must"),
        ("called", "should"),
    ]
    assert step.unmet[1]["reason"] == "业主出国"


@pytest.mark.usefixtures("guarded")
def test_a_should_needs_a_reason_and_the_role_named_on_it(agent: Member, manager: Member) -> None:
    task = make_task(assignee=agent)
    stated = passed(MUST, statement={"on": "2026-11-20"})

    with pytest.raises(Refusal, match="理由"):
        move(task.cancel, by=manager, waived=[stated, SHOULD])
    with pytest.raises(Refusal, match="客服经理"):
        move(task.cancel, by=agent, waived=[stated, passed(SHOULD, reason="业主出国")])

    assert Step.objects.count() == 0


def test_imported_rows_get_their_first_step_in_one_insert(firm: Firm, django_assert_num_queries: Any) -> None:
    tasks = [make_task() for _ in range(3)]

    with django_assert_num_queries(1):
        record_origin(tasks, by=None, state_field="state", kind="imported")

    assert set(Step.objects.values_list("kind", "source", "target")) == {("imported", "", OPEN)}


def test_the_firm_next_door_cannot_finish_it(firm: Firm, other_firm: Firm, agent: Member) -> None:
    task = make_task(assignee=agent)

    with firm_scope(other_firm.pk), pytest.raises(StaffTask.DoesNotExist):
        StaffTask.objects.lock(task)
