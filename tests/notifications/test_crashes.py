"""A worker dies between any two statements: no text is lost, none arrives twice (docs/adr/0010-texts-leave-once.md)."""

import contextlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from core import crypto
from notifications.channels import sms_twilio
from notifications.channels.double import Double, serve
from notifications.models import ChannelAccount, Message
from notifications.sending import dispatch
from tests.factories.notifications import make_message

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
MANY = 200
SEED = 6


class Killed(BaseException):
    """The process is gone: nothing after this line runs, its transaction rolls back."""


class Axe:
    """Falls at the n-th point: before each statement, and before and after each talk with the provider."""

    def __init__(self, point):
        self.left = point
        self.has_fallen = False

    def step(self):
        self.left -= 1
        if self.left == 0:
            self.has_fallen = True
            raise Killed

    def on_statement(self, execute, sql, params, many, context):
        if not self.has_fallen and not sql.startswith(("ROLLBACK", "RELEASE", "SAVEPOINT", "SET LOCAL")):
            self.step()
        return execute(sql, params, many, context)


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def double(settings, monkeypatch, firm):
    provider = Double(hang=0.6)
    server = serve(provider)
    settings.TWILIO_BASE_URL = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(sms_twilio, "CONNECT_AND_READ", (0.3, 0.3))
    ChannelAccount.objects.create(
        provider="sms_twilio",
        account=provider.account,
        secret=crypto.encrypt("token"),
        sender="+1",
        signature="示例家装",
    )
    yield provider
    server.shutdown()


def run_until_killed(firm, point, monkeypatch):
    axe = Axe(point)
    honest = sms_twilio.CHANNEL.send

    def send(envelope, account):
        axe.step()
        receipt = honest(envelope, account)
        axe.step()
        return receipt

    with monkeypatch.context() as patch, connection.execute_wrapper(axe.on_statement):
        patch.setattr(sms_twilio.CHANNEL, "send", send)
        with contextlib.suppress(Killed):
            dispatch.run(firm.pk)
    return axe.has_fallen


def heal(firm, noon):
    for _ in range(8):
        noon.shift(timedelta(minutes=3))
        dispatch.run(firm.pk)


def arrivals(double):
    return Counter(text["body"] + text["to"] for text in double.texts)


@pytest.mark.parametrize("mode", ["ok", "hang", "error_after", "limit", "down"])
def test_killed_at_each_point_nothing_is_lost_and_nothing_doubled(firm, double, noon, monkeypatch, mode):
    points = 0
    for point in range(1, MANY):
        message = make_message(address=f"+86138{point:04d}{SEED:04d}")
        double.modes = [mode]
        was_killed = run_until_killed(firm, point, monkeypatch)
        double.modes = []
        heal(firm, noon)
        message.refresh_from_db()
        assert message.status == Message.Status.SENT, (mode, point, message.status, message.why)
        if not was_killed:
            break
        points += 1
        noon.move_to(NOON)

    assert points > 10, "the axe never fell"
    assert set(arrivals(double).values()) == {1}
    assert len(double.texts) == points + 1


def test_two_workers_never_send_the_same_text(firm, double, noon):
    make_message()
    first, _ = dispatch.claim(NOON)
    second, _ = dispatch.claim(NOON)

    assert (len(first), len(second)) == (1, 0)


def test_a_worker_that_wakes_up_too_late_changes_nothing(firm, double, noon):
    message = make_message()
    [claimed], _ = dispatch.claim(NOON)
    noon.shift(timedelta(minutes=10))
    heal(firm, noon)
    message.refresh_from_db()
    before = (message.status, message.attempt_no, message.provider_id)

    dispatch.settle([(claimed, sms_twilio.Receipt("rejected", code="invalid_number"))])

    message.refresh_from_db()
    assert (message.status, message.attempt_no, message.provider_id) == before
