"""Many texts at once: in turn between firms, in a fixed number of statements, each on its own when one goes wrong."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from notifications.actions import record_consent
from notifications.channels.base import Receipt
from notifications.channels.dev_inbox import CHANNEL
from notifications.models import Message
from notifications.sending import dispatch, settling
from tenancy.scoping import firm_scope
from tests.factories.notifications import install_words, make_message
from tests.notifications.test_crashes import arrivals, double, heal, noon, run_until_killed
from workflow.models import Due, OutboxEvent, Step

__all__ = ["double", "noon"]  # fixtures

Status = Message.Status
MANY, FEW = 2_000, 5


def queue(texts):
    """So many due texts: one made as the pages make it, the others its likeness."""
    first = make_message()
    made = [
        Message(
            template=first.template,
            purpose=first.purpose,
            address=f"+86139{number:08d}",
            values=first.values,
            subject_kind=first.subject_kind,
            subject_id=first.subject_id,
            dedupe_key=f"many/{number}",
            due_at=first.due_at,
            next_at=first.next_at,
            expires_at=first.expires_at,
        )
        for number in range(texts - 1)
    ]
    return [first, *Message.objects.bulk_create(made)]


def statuses():
    return Counter(Message.objects.values_list("status", flat=True))


def test_five_texts_do_not_wait_for_two_thousand_of_the_firm_next_door(noon, firm, other_firm, monkeypatch):
    queue(MANY)
    noon.shift(timedelta(seconds=1))  # the large firm has waited longer
    with firm_scope(other_firm.pk):
        few = {str(message.pk) for message in queue(FEW)}
    left, honest = [], CHANNEL.send

    def send(envelope, account):
        left.append(envelope.key)
        return honest(envelope, account)

    monkeypatch.setattr(CHANNEL, "send", send)

    dispatch.sweep()

    assert len(left) == MANY + FEW
    assert few <= set(left[: dispatch.AT_ONCE + FEW]), "the small firm waited for more than one batch"
    assert statuses() == {Status.DELIVERED: MANY}


def test_what_a_long_sweep_leaves_is_noted_for_the_next(noon, firm, monkeypatch):
    queue(dispatch.AT_ONCE * 2)
    monkeypatch.setattr(dispatch, "VISIT", -1.0)

    assert dispatch.sweep() == dispatch.AT_ONCE
    assert Due.objects.filter(queue="messages").count() == 1
    assert dispatch.sweep() == dispatch.AT_ONCE
    assert statuses() == {Status.DELIVERED: dispatch.AT_ONCE * 2}


def test_twenty_texts_cost_what_one_costs(noon, firm):
    def cost(texts):
        Message.objects.all().delete()
        queue(texts)
        with CaptureQueriesContext(connection) as spent:
            dispatch.run(firm.pk)
        return len(spent)

    install_words()
    assert cost(20) == cost(1)


def test_every_step_and_every_end_is_told_once(noon, firm):
    first, second = queue(2)

    dispatch.run(firm.pk)

    for message in (first, second):
        assert [s.target for s in Step.objects.of("message", message.pk)] == [
            "pending",
            "sending",
            "delivered",
        ]
    ended = OutboxEvent.objects.filter(name="notifications.MessageEnded")
    assert {row.payload["message_id"] for row in ended} == {str(first.pk), str(second.pk)}


def test_two_of_one_batch_do_not_both_pass_a_cap_of_one(noon, firm):
    record_consent("+8613800138000", purpose="marketing", is_granted=True, channel="paper", by=None)
    make_message(address="+8613800138000")
    make_message(address="+8613800138000")
    Message.objects.update(purpose="marketing")

    dispatch.run(firm.pk)

    assert statuses() == {Status.DELIVERED: 1, Status.HELD: 1}


def test_a_text_whose_lease_is_nearly_over_does_not_go_on_the_wire(noon, firm, monkeypatch):
    """Somebody else may soon ask about it and send it again."""
    queue(2)
    went = []

    def slow(envelope, account):
        went.append(envelope.key)
        noon.shift(timedelta(seconds=110))
        return Receipt("accepted", provider_id="1", is_delivered=True)

    monkeypatch.setattr(CHANNEL, "send", slow)

    dispatch.run(firm.pk)

    assert len(went) == 1
    assert statuses() == {Status.DELIVERED: 1, Status.PENDING: 1}


def test_one_answer_the_database_refuses_does_not_lose_the_others(noon, firm, monkeypatch):
    bad, *_good = queue(3)
    honest = settling.Settlement.write

    def write(told):
        if any(m.pk == bad.pk and m.status == Status.DELIVERED for m in told.moves.rows):
            raise DatabaseError("not this one")
        honest(told)

    monkeypatch.setattr(settling.Settlement, "write", write)

    dispatch.run(firm.pk)

    assert statuses() == {Status.DELIVERED: 2, Status.SENDING: 1}


@pytest.mark.parametrize("mode", ["ok", "hang", "error_after"])
def test_killed_in_the_middle_of_a_batch_each_text_arrives_once(firm, double, noon, monkeypatch, mode):
    points, texts = 0, 0
    for point in range(2, 60, 2):
        made = [make_message(address=f"+86136{point:04d}{number:04d}") for number in range(4)]
        texts += len(made)
        double.modes = [mode]
        was_killed = run_until_killed(firm, point, monkeypatch)
        double.modes = []
        heal(firm, noon)
        if not was_killed:
            break
        points += 1

    assert points > 8, "the axe never fell"
    assert set(arrivals(double).values()) == {1}
    assert len(double.texts) == texts
    assert statuses() == {Status.SENT: texts}
