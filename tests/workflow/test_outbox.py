"""Events: written with the change, handed over once per handler, whatever dies in between."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from tenancy.models import Firm
from tenancy.scoping import firm_scope
from tests.factories.tenancy import make_firm
from tests.factories.workflow import make_task
from workflow import bell, delivery, events
from workflow.events import Event, on, publish
from workflow.models import Delivery, Due, OutboxEvent, StaffTask


@dataclass(frozen=True)
class KettleBoiled(Event):
    kettle_id: str
    litres: int


@pytest.fixture
def listeners() -> Iterator[list[tuple[str, KettleBoiled]]]:
    """Two handlers of one event; what they heard, in order."""
    heard: list[tuple[str, KettleBoiled]] = []

    @on(KettleBoiled)
    def make_tea(event: KettleBoiled) -> None:
        heard.append(("tea", event))

    @on(KettleBoiled)
    def fill_flask(event: KettleBoiled) -> None:
        if event.litres < 1:
            raise ValueError("the kettle was empty")
        heard.append(("flask", event))

    yield heard
    events._handlers.pop(KettleBoiled.name())


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    bells: list[dict[str, Any]] = []
    monkeypatch.setattr(bell.current_app, "send_task", lambda task, kwargs: bells.append(kwargs))
    return bells


def boil(litres: int = 2) -> OutboxEvent:
    return publish(KettleBoiled(kettle_id=str(uuid4()), litres=litres))


def test_an_event_keeps_one_delivery_for_each_handler(firm: Firm, listeners: list[Any]) -> None:
    row = boil()

    assert (row.name, row.subject_kind, row.payload["litres"]) == ("tests.KettleBoiled", "kettle", 2)
    assert str(row.subject_id) == row.payload["kettle_id"]
    assert row.deliveries.count() == 2
    assert Due.objects.filter(firm_id=firm.pk, queue="outbox").count() == 1


def test_an_event_nobody_listens_to_is_kept_and_rings_no_bell(firm: Firm) -> None:
    boil()

    assert (OutboxEvent.objects.count(), Delivery.objects.count(), Due.objects.count()) == (1, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_tells_nobody(listeners: list[Any], rung: list[Any]) -> None:
    firm = make_firm()

    with pytest.raises(ZeroDivisionError), firm_scope(firm.pk):
        boil()
        _ = 1 / 0

    delivery.sweep()
    assert (listeners, rung) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_one_transaction_rings_once_however_many_events(listeners: list[Any], rung: list[Any]) -> None:
    firm = make_firm()

    with firm_scope(firm.pk):
        for _ in range(3):
            boil()

    assert rung == [{"firm_id": firm.pk}]


@pytest.mark.django_db(transaction=True)
def test_redis_down_does_not_fail_the_request_and_the_sweeper_delivers(
    listeners: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def deaf(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(bell.current_app, "send_task", deaf)
    firm = make_firm()

    with firm_scope(firm.pk):
        boil()
    assert delivery.sweep() == 2

    assert sorted(name for name, _event in listeners) == ["flask", "tea"]
    assert not Due.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rung")
def test_delivering_twice_hands_over_once(listeners: list[Any]) -> None:
    firm = make_firm()
    with firm_scope(firm.pk):
        boil()

    assert (delivery.deliver(firm.pk), delivery.deliver(firm.pk)) == (2, 0)
    assert len(listeners) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rung")
def test_a_handlers_half_done_work_is_undone_and_the_others_go_through(listeners: list[Any]) -> None:
    firm = make_firm()

    @on(KettleBoiled)
    def write_then_fail(_event: KettleBoiled) -> None:
        make_task("烧水壶")
        raise RuntimeError("lid off")

    with firm_scope(firm.pk):
        boil()
    delivery.deliver(firm.pk)

    assert [name for name, _event in listeners] == ["tea", "flask"]
    with firm_scope(firm.pk):
        failed = Delivery.objects.get(state=Delivery.State.WAITING)
        assert "lid off" in failed.error
        assert failed.due_at > timezone.now()
        assert not StaffTask.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rung")
def test_a_poisoned_event_is_parked_after_eight_tries_and_can_be_tried_again(listeners: list[Any]) -> None:
    firm = make_firm()
    with firm_scope(firm.pk):
        boil(litres=0)

    now = timezone.now()
    for attempt in range(1, 10):
        with time_machine.travel(now + timedelta(hours=2 * attempt), tick=False):
            delivery.sweep()

    with firm_scope(firm.pk):
        parked = delivery.parked().get()
        assert (parked.attempts, parked.handler.rsplit(".", 1)[1]) == (delivery.TRIES, "fill_flask")
        assert "ValueError: the kettle was empty" in parked.error
        assert StaffTask.objects.get().title == "后台处理失败，已搁置：tests.KettleBoiled"
        delivery.try_again(parked.pk)
        assert Due.objects.count() == 1
    assert [name for name, _event in listeners] == ["tea"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rung")
def test_a_worker_killed_between_claim_and_work_is_swept_up(listeners: list[Any]) -> None:
    firm = make_firm()
    with firm_scope(firm.pk):
        boil()

    delivery._claim(firm.pk)  # the worker dies here
    assert delivery.sweep() == 0

    with time_machine.travel(timezone.now() + delivery.LEASE + timedelta(seconds=1), tick=False):
        assert delivery.sweep() == 2
    assert len(listeners) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rung")
def test_a_late_worker_does_not_repeat_what_another_took_over(listeners: list[Any]) -> None:
    firm = make_firm()
    with firm_scope(firm.pk):
        boil()
    claimed = delivery._claim(firm.pk)
    with time_machine.travel(timezone.now() + delivery.LEASE + timedelta(seconds=1), tick=False):
        delivery.deliver(firm.pk)

    for delivery_id, attempt in claimed:
        delivery._work(firm.pk, delivery_id, attempt)

    assert len(listeners) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rung")
def test_one_firm_does_not_hold_up_or_see_another(listeners: list[Any]) -> None:
    firms = [make_firm(), make_firm()]
    for firm in firms:
        with firm_scope(firm.pk):
            boil()

    delivery.deliver(firms[0].pk)

    assert len(listeners) == 2
    with firm_scope(firms[1].pk):
        assert Delivery.objects.filter(state=Delivery.State.WAITING).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rung")
def test_what_is_parked_can_be_read_and_tried_again_from_the_shell(
    listeners: list[Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "TRIES", 1)
    firm = make_firm()
    with firm_scope(firm.pk):
        boil(litres=0)
    delivery.deliver(firm.pk)

    call_command("deliveries")
    assert "tests.KettleBoiled" in capsys.readouterr().out
    call_command("deliveries", "--retry", "--firm", firm.code)

    with firm_scope(firm.pk):
        assert not delivery.parked().exists()
    assert Due.objects.filter(firm_id=firm.pk, queue="outbox").exists()


def test_inside_a_transaction_events_can_be_handed_over_at_once(firm: Firm, listeners: list[Any]) -> None:
    boil()

    assert delivery.deliver_here() == 2
    assert len(listeners) == 2


@pytest.mark.django_db(transaction=True)
def test_a_bell_of_a_rolled_back_savepoint_does_not_silence_the_next(
    listeners: list[Any], rung: list[Any]
) -> None:
    firm = make_firm()
    with firm_scope(firm.pk):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            boil()
            _ = 1 / 0
        boil()

    assert rung == [{"firm_id": firm.pk}]
