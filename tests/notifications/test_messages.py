"""A text's way from plan to receipt, and everything that stops it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from core import crypto
from core.errors import Refusal
from notifications import segments
from notifications.actions import cancel_message, lift_suppression, record_consent, retry_message, suppress
from notifications.channels import sms_twilio
from notifications.channels.base import Receipt
from notifications.channels.double import Double, serve, sign
from notifications.models import ChannelAccount, Message, Reply, Suppression, Template
from notifications.sending import dispatch, receipts, replies
from tenancy.models import FirmSetting, uuid7
from tenancy.scoping import firm_scope
from tests.factories.notifications import make_message
from workflow.models import Due, OutboxEvent, StaffTask, Step

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # 12:00 in Xi'an
Status = Message.Status


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def double(settings, monkeypatch):
    """A provider on the loopback, and the firm's account there."""
    provider = Double(hang=1.0)
    server = serve(provider)
    settings.TWILIO_BASE_URL = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(sms_twilio, "CONNECT_AND_READ", (0.5, 0.5))
    yield provider
    server.shutdown()


@pytest.fixture
def twilio(firm, double):
    return ChannelAccount.objects.create(
        provider="sms_twilio",
        account=double.account,
        secret=crypto.encrypt(double.secret),
        sender="+15005550006",
        signature="示例家装",
    )


def path(message):
    steps = Step.objects.of("message", message.pk)
    return [step.target for step in steps]


def sent(firm, message):
    dispatch.run(firm.pk)
    message.refresh_from_db()
    return message


# --- counting ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "count"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_seventy_in_one_and_sixty_seven_in_each_of_several(length, count):
    assert segments.count("字" * length) == count


def test_the_signature_counts(noon, firm):
    message = sent(firm, make_message())

    assert message.body.startswith("【长安装饰】陈立群您好，您家定于11月22日10:30现场交底")
    assert (message.segments, len(message.body) <= 70) == (1, True)


@pytest.mark.parametrize(
    "body", ["详见 www.juan.com", "收款¥500", "打给13800138000", "【促销】到店", "字" * 501]
)
def test_what_carriers_refuse_is_said_before_sending(body):
    assert segments.faults(body)


# --- the whole way ----------------------------------------------------------------------------------------


def test_the_pre_handover_text_goes_the_full_way_in_the_demo(noon, firm):
    message = sent(firm, make_message())

    assert (message.status, message.provider, message.attempt_no) == (Status.DELIVERED, "dev_inbox", 1)
    assert path(message) == ["pending", "sending", "delivered"]
    assert OutboxEvent.objects.get(name="notifications.MessageEnded").payload["status"] == "delivered"


def test_twilio_gets_it_once_and_tells_what_became_of_it(noon, firm, twilio, double, client):
    message = sent(firm, make_message(address="+8613800138000"))
    assert (message.status, len(double.texts)) == (Status.SENT, 1)

    answer = client.post(
        reverse("notifications:twilio_status", args=[firm.code, message.pk]),
        fields := {"MessageSid": message.provider_id, "MessageStatus": "delivered"},
        headers={"X-Twilio-Signature": sign(double.secret, double.texts[0]["callback"], fields)},
    )

    message.refresh_from_db()
    assert (answer.status_code, message.status) == (204, Status.DELIVERED)
    assert path(message) == ["pending", "sending", "sent", "delivered"]


def test_a_report_nobody_signed_changes_nothing(noon, firm, twilio, client):
    message = sent(firm, make_message())

    answer = client.post(
        reverse("notifications:twilio_status", args=[firm.code, message.pk]),
        {"MessageSid": message.provider_id, "MessageStatus": "delivered"},
        headers={"X-Twilio-Signature": "forged"},
    )

    message.refresh_from_db()
    assert (answer.status_code, message.status) == (403, Status.SENT)


def test_another_firms_secret_opens_nothing_here(noon, firm, other_firm, twilio, double, client):
    message = sent(firm, make_message())
    url = reverse("notifications:twilio_status", args=[other_firm.code, message.pk])
    fields = {"MessageSid": message.provider_id, "MessageStatus": "delivered"}

    answer = client.post(
        url, fields, headers={"X-Twilio-Signature": sign(double.secret, f"http://testserver{url}", fields)}
    )

    assert answer.status_code == 403


def test_delivered_never_goes_back_and_repeats_are_boring(noon, firm, twilio):
    message = sent(firm, make_message())
    report = Receipt("accepted", provider_id=message.provider_id)
    for status in ("delivered", "delivered", "sent", "failed"):
        receipts.note_status(message.pk, provider="sms_twilio", receipt=report, status=status)

    message.refresh_from_db()
    assert message.status == Status.DELIVERED


def test_a_report_that_overtakes_our_own_answer_counts(noon, firm, twilio, double, monkeypatch):
    """The carrier was quicker than the line back to us."""
    message = make_message()

    def overtaken(envelope, account):
        receipts.note_status(
            message.pk,
            provider="sms_twilio",
            receipt=Receipt("accepted", provider_id="SM1"),
            status="delivered",
        )
        return Receipt("accepted", provider_id="SM1")

    monkeypatch.setattr(sms_twilio.CHANNEL, "send", overtaken)

    assert sent(firm, message).status == Status.DELIVERED


def test_an_empty_number_fails_in_words_and_is_not_written_to_again(noon, firm, twilio, double):
    double.modes = ["invalid"]

    message = sent(firm, make_message(address="+8613800138000"))

    assert (message.status, message.failure_code, message.why) == (
        Status.FAILED,
        "invalid_number",
        "号码不存在",
    )
    assert Suppression.objects.get().cause == "invalid"
    assert sent(firm, make_message(address="+8613800138000")).status == Status.SUPPRESSED


def test_too_many_at_once_waits_a_minute_and_goes(noon, firm, twilio, double):
    double.modes = ["limit"]

    message = sent(firm, make_message())
    assert (message.status, message.next_at) == (Status.PENDING, NOON + timedelta(minutes=1))
    noon.shift(timedelta(minutes=1))

    assert sent(firm, message).status == Status.SENT
    assert len(double.texts) == 1


@pytest.mark.parametrize("mode", ["hang", "error_after", "reset"])
def test_an_answer_that_never_came_is_asked_about_and_never_sent_again(noon, firm, twilio, double, mode):
    double.modes = [mode]
    message = sent(firm, make_message())
    assert message.status == Status.UNKNOWN
    assert sent(firm, message).status == Status.UNKNOWN, "too early to ask"

    noon.shift(timedelta(minutes=5))

    assert sent(firm, message).status == Status.SENT
    assert len(double.texts) == 1


def test_what_the_provider_never_saw_is_sent_again(noon, firm, twilio, double):
    double.modes = ["down"]
    message = sent(firm, make_message())
    assert message.status == Status.UNKNOWN

    noon.shift(timedelta(minutes=5))
    sent(firm, message)

    assert (sent(firm, message).status, len(double.texts)) == (Status.SENT, 1)


def test_the_text_of_another_message_is_not_taken_for_ours(noon, firm, twilio, double):
    sent(firm, make_message(address="+8613800138000"))
    double.modes = ["down"]
    second = sent(firm, make_message(address="+8613800138000"))
    noon.shift(timedelta(minutes=5))
    sent(firm, second)
    noon.shift(timedelta(minutes=5))

    assert sent(firm, second).status == Status.SENT
    assert len(double.texts) == 2


# --- the gatekeeper ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("08:59:59", Status.HELD),
        ("09:00:00", Status.DELIVERED),
        ("12:30:00", Status.DELIVERED),
        ("19:59:59", Status.DELIVERED),
        ("20:00:00", Status.HELD),
        ("23:30:00", Status.HELD),
        ("00:00:00", Status.HELD),
    ],
)
def test_texts_leave_only_inside_the_window(firm, at, status):
    local = timezone.make_aware(datetime.fromisoformat(f"2026-11-21T{at}"))
    with time_machine.travel(local, tick=False):
        assert sent(firm, make_message()).status == status


def test_a_text_held_over_night_leaves_in_the_morning(firm):
    evening = timezone.make_aware(datetime(2026, 11, 20, 20, 30))
    with time_machine.travel(evening, tick=False) as traveller:
        message = sent(firm, make_message())
        assert "不在发送时段" in message.why
        traveller.move_to(message.next_at)
        assert sent(firm, message).status == Status.DELIVERED
        assert timezone.localtime(message.sent_at).hour == 9


def test_a_text_that_is_too_late_expires(noon, firm):
    message = make_message()
    noon.shift(timedelta(hours=25))

    assert (sent(firm, message).status, message.why) == (Status.EXPIRED, "过了该发的时间")


def test_suppression_is_asked_when_it_leaves_not_when_it_was_planned(noon, firm):
    message = make_message(address="+8613800138000", due_at=NOON + timedelta(hours=1))
    suppress("+8613800138000", purpose="notice", cause=Suppression.Cause.MANUAL)

    message.refresh_from_db()
    assert message.status == Status.SUPPRESSED


def test_a_late_opt_out_stops_a_text_that_had_no_address_yet(noon, firm):
    message = make_message(address="")
    Message.objects.filter(pk=message.pk).update(address="")
    suppress("+8613800138000", purpose="", cause=Suppression.Cause.OPTED_OUT)
    Message.objects.filter(pk=message.pk).update(address="+8613800138000")

    assert sent(firm, message).status == Status.SUPPRESSED


def test_marketing_needs_a_yes_and_says_how_to_refuse(noon, firm):
    first = make_message(address="+8613800138000")
    Template.objects.update(purpose="marketing")
    Message.objects.filter(pk=first.pk).update(purpose="marketing")
    assert (sent(firm, first).status, first.why) == (Status.SUPPRESSED, "客户没有同意接收营销短信")

    record_consent("+8613800138000", purpose="marketing", is_granted=True, channel="paper", by=None)
    second = sent(firm, make_message(address="+8613800138000"))

    assert second.status == Status.DELIVERED
    assert second.body.endswith("拒收请回复R")


def test_no_more_than_one_marketing_text_a_week(noon, firm):
    record_consent("+8613800138000", purpose="marketing", is_granted=True, channel="paper", by=None)
    make_message(address="+8613800138111")
    Template.objects.update(purpose="marketing")
    assert sent(firm, make_message(address="+8613800138000")).status == Status.DELIVERED

    second = sent(firm, make_message(address="+8613800138000"))

    assert (second.status, second.next_at) == (Status.HELD, NOON + timedelta(days=7))


def test_the_firm_may_stop_care_texts_altogether(noon, firm):
    FirmSetting.objects.create(key="sms.care_per_month", value=0)
    message = make_message()
    Message.objects.filter(pk=message.pk).update(purpose="care")

    assert sent(firm, message).status == Status.HELD


def test_a_template_that_is_not_approved_waits(noon, firm):
    message = make_message()
    Template.objects.update(approval="submitted")

    assert (sent(firm, message).status, message.why) == (Status.HELD, "模板还没有通过审核")


def test_a_missing_fact_holds_the_text_and_is_named(noon, firm):
    message = sent(firm, make_message(values={"称呼": "陈立群"}))

    assert (message.status, message.why) == (Status.HELD, "缺少：日期、时间、顾问、热线")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [({"价格": "1"}, "没有变量"), ({"称呼": "长" * 13}, "最多 12 个字"), ({"称呼": "{日期}"}, "花括号")],
)
def test_variables_are_typed(firm, values, sentence):
    with pytest.raises(Refusal, match=sentence):
        make_message(values=values)


# --- people -----------------------------------------------------------------------------------------------


def test_the_same_occasion_is_one_text(noon, firm):
    assert make_message(dedupe_key="handover/1").pk == make_message(dedupe_key="handover/1").pk


def test_a_text_is_taken_back_before_it_leaves_and_not_after(noon, firm, agent):
    waiting = make_message(due_at=NOON + timedelta(hours=3))
    gone = sent(firm, make_message())

    assert cancel_message(waiting, by=agent).status == Status.CANCELLED
    with pytest.raises(Refusal, match="不能取消"):
        cancel_message(gone, by=agent)


def test_only_a_failed_text_is_sent_again(noon, firm, agent, twilio, double):
    double.modes = ["hang"]
    unknown = sent(firm, make_message())
    with pytest.raises(Refusal, match="正在向服务商核实"):
        retry_message(unknown, by=agent)
    double.modes = ["invalid"]
    invalid = sent(firm, make_message())
    with pytest.raises(Refusal, match="先核实号码"):
        retry_message(invalid, by=agent)


def test_a_designer_sends_nothing(firm, designer):
    with pytest.raises(Refusal, match="不能发短信"):
        make_message(by=designer)


@pytest.mark.parametrize("word", ["R", "t", " TD ", "ｎ", "退订", "【拒收】", "取消。"])
def test_opt_out_words_in_any_dress(word):
    assert replies.is_opt_out(word)


@pytest.mark.parametrize("word", ["收到", "不要取消", "RT", "TDR", ""])
def test_anything_longer_is_for_a_person(word):
    assert not replies.is_opt_out(word)


def test_a_reply_stops_marketing_and_care_but_not_the_contract(noon, firm):
    message = sent(firm, make_message(address="+8613800138000"))
    for _ in range(2):
        replies.receive(address="+8613800138000", body="td", provider="sms_twilio", provider_id="SM9")

    assert Reply.objects.get().message == message
    assert set(Suppression.objects.values_list("purpose", flat=True)) == {"marketing", "care"}
    assert sent(firm, make_message(address="+8613800138000")).status == Status.DELIVERED
    assert not StaffTask.objects.exists()


def test_a_question_becomes_somebodys_task(noon, firm):
    sent(firm, make_message(address="+8613800138000"))

    replies.receive(address="+8613800138000", body="能改到下午吗", provider="sms_twilio", provider_id="SM9")

    assert StaffTask.objects.get().detail == "能改到下午吗"


def test_a_signed_reply_comes_in_by_the_firms_own_door(noon, firm, twilio, double, client):
    url = reverse("notifications:twilio_reply", args=[firm.code])
    fields = {"From": "+8613800138000", "Body": "退订", "MessageSid": "SM7"}

    answer = client.post(
        url, fields, headers={"X-Twilio-Signature": sign(double.secret, f"http://testserver{url}", fields)}
    )

    assert (answer.status_code, Reply.objects.get().is_opt_out) == (200, True)


def test_their_own_no_can_be_taken_back_an_empty_number_cannot(firm):
    suppress("+8613800138000", purpose="care", cause=Suppression.Cause.OPTED_OUT)
    suppress("+8613800138001", purpose="care", cause=Suppression.Cause.INVALID)

    assert lift_suppression("+8613800138000", purpose="care") == 1
    assert lift_suppression("+8613800138001", purpose="care") == 0


# --- the note that brings a worker here -------------------------------------------------------------------


def test_a_planned_text_leaves_word_for_the_sweeper(noon, firm):
    message = make_message(due_at=NOON + timedelta(hours=1))
    assert Due.objects.get(queue="messages").due_at == message.due_at
    assert dispatch.sweep() == 0

    noon.shift(timedelta(hours=1))

    assert dispatch.sweep() == 1
    assert not Due.objects.filter(queue="messages").exists()


def test_the_firm_next_door_sends_its_own(noon, firm, other_firm):
    mine = make_message()
    with firm_scope(other_firm.pk):
        theirs = make_message(subject_id=uuid7())

    dispatch.run(other_firm.pk)

    mine.refresh_from_db()
    assert mine.status == Status.PLANNED
    with firm_scope(other_firm.pk):
        theirs.refresh_from_db()
        assert theirs.status == Status.DELIVERED


# --- the way out ------------------------------------------------------------------------------------------


def test_an_account_is_kept_with_its_secret_unreadable(noon, firm, double, monkeypatch):
    import io

    from django.core.management import call_command

    monkeypatch.setattr("sys.stdin", io.StringIO(f"{double.secret}\n"))
    call_command(
        "sms_account", firm=firm.code, account=double.account, sender="+15005550006", signature="示例家装"
    )

    stored = ChannelAccount.objects.get()
    assert double.secret not in stored.secret
    assert sent(firm, make_message()).body.startswith("【示例家装】")
    assert len(double.texts) == 1


@pytest.mark.parametrize(("signature", "secret"), [("【示例】", "x"), ("示", "x"), ("示例家装", "")])
def test_an_account_that_could_not_send_is_refused(firm, signature, secret):
    from notifications.actions.accounts import set_sms_account

    with pytest.raises(Refusal):
        set_sms_account(provider="sms_twilio", account="AC1", secret=secret, sender="+1", signature=signature)
