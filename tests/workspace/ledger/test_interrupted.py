"""Killed half-way, pressed twice, two at once: nothing is lost and nothing is there twice."""

import pytest
from django.utils import timezone

from crm.models import ContactPoint, Customer
from projects.models import Project
from tenancy.models import Branch, Member
from tenancy.scoping import firm_scope
from tests.threads import run_together
from tests.workspace.ledger.builder import a_row, a_workbook
from workflow import due
from workflow.models import Due, Step
from workspace import tasks
from workspace.ledger import work, writing
from workspace.ledger.receiving import QUEUE, ask_to_rehearse, ask_to_take_in, receive_ledger
from workspace.ledger.report import counts
from workspace.ledger.shell import carry_on, take_in
from workspace.models import ImportBatch

pytestmark = pytest.mark.django_db(transaction=True)


def ledger(rows: int) -> bytes:
    return a_workbook(
        {
            "西安分公司": [
                a_row(客户姓名=f"客户{n}", 联系电话=f"1380013{n:04d}", 楼栋房号=f"1-1-{n}", 目前阶段="在谈")
                for n in range(rows)
            ]
        }
    )


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(work, "PIECE", 5)


def ready(firm, content: bytes) -> ImportBatch:
    with firm_scope(firm.pk):
        batch = ask_to_rehearse(receive_ledger(content, "台账.xlsx", by=None), by=None)
    carry_on(firm.pk, batch)
    with firm_scope(firm.pk):
        return ask_to_take_in(batch, by=None)


def test_a_worker_killed_in_the_middle_of_a_piece_leaves_whole_pieces_and_the_next_goes_on(
    firm, small_pieces, monkeypatch
):
    batch = ready(firm, ledger(12))
    with firm_scope(firm.pk):
        work.next_step(batch)
    killed = RuntimeError("killed")

    def die(*_args, **_kwargs):
        raise killed

    with monkeypatch.context() as dying:
        dying.setattr(writing, "start_warranties_of", die)
        with pytest.raises(RuntimeError, match="killed"), firm_scope(firm.pk):
            work.next_step(batch)
    with firm_scope(firm.pk):
        assert (Customer.objects.count(), Project.objects.count(), ContactPoint.objects.count()) == (5, 5, 5)
        assert batch.rows.filter(applied_at__isnull=False).count() == 5

    carry_on(firm.pk, batch)

    with firm_scope(firm.pk):
        told = counts(batch)
        assert (told["rows"], told["created"]) == (12, 12)
        assert (Customer.objects.count(), Project.objects.count(), Step.objects.count()) == (12, 12, 12)
        assert ImportBatch.objects.get(pk=batch.pk).state == "applied"


def test_two_workers_on_one_batch_take_every_row_once(firm, small_pieces):
    batch = ready(firm, ledger(20))

    run_together(4, lambda: work.next_step(batch), firm)
    carry_on(firm.pk, batch)

    with firm_scope(firm.pk):
        assert Customer.objects.count() == 20
        assert counts(batch)["created"] == 20


def test_two_people_with_the_same_file_at_the_same_moment_do_no_harm(firm, small_pieces):
    content = ledger(12)
    first, second = ready(firm, content), ready(firm, content)
    batches = iter([first, second] * 6)

    for _round in range(6):
        pair = [next(batches), next(batches)]
        run_together(2, lambda pair=pair: work.next_step(pair.pop()), firm)
    carry_on(firm.pk, first)
    carry_on(firm.pk, second)

    with firm_scope(firm.pk):
        told = [counts(first), counts(second)]
        assert Customer.objects.count() == 12
        assert Branch.objects.count() == 1
        assert Member.objects.count() == 1
        assert [one["rows"] for one in told] == [12, 12]
        assert sum(one["created"] for one in told) == 12
        assert sum(one["unchanged"] for one in told) == 12


def test_a_lost_bell_is_made_good_by_the_sweeper(firm, monkeypatch):
    batch = ready(firm, ledger(3))
    rung = []
    monkeypatch.setattr(tasks, "ring", rung.append)
    with firm_scope(firm.pk):
        ImportBatch.objects.filter(pk=batch.pk).update(beat_at=timezone.now() - 2 * tasks.PATIENCE)

    due.visit(QUEUE, tasks.ring_again, now=timezone.now() + 2 * tasks.PATIENCE)

    assert rung == [batch.pk]
    assert Due.objects.filter(queue=QUEUE, firm_id=firm.pk).exists()


def test_nothing_waits_once_everything_is_done(firm):
    batch = ready(firm, ledger(3))
    carry_on(firm.pk, batch)

    due.visit(QUEUE, tasks.ring_again, now=timezone.now() + 2 * tasks.PATIENCE)

    assert not Due.objects.filter(queue=QUEUE, firm_id=firm.pk).exists()


def test_the_shell_takes_in_what_the_page_takes_in_and_a_dry_run_leaves_nothing(firm):
    content = a_workbook({"西安分公司": [a_row()]})

    told = take_in(firm.pk, content, "台账.xlsx", dry_run=True)
    assert (told["rows"], told["created"]) == (1, 1)
    with firm_scope(firm.pk):
        assert not ImportBatch.objects.exists()
        assert not Customer.objects.exists()

    told = take_in(firm.pk, content, "台账.xlsx")
    assert (told["state"], told["projects_created"]) == ("applied", 1)
