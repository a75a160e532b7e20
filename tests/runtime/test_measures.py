"""Each measure moves when the thing it measures happens."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import OperationalError, connections
from django.utils import timezone
from structlog.contextvars import get_contextvars

from config import survey, task_record, tasks, waiting
from config.models import Heartbeat
from notifications import shipped
from notifications.sending import dispatch
from tenancy.models import Firm
from tenancy.scoping import firm_scope
from tests.factories.notifications import make_call, make_message
from tests.factories.tenancy import make_firm
from tests.factories.workflow import make_clock, make_playbooks, make_task
from tests.runtime.readings import reading, scraped
from workflow import clocks, delivery, due, events, planner
from workflow.events import Event, on, publish
from workflow.models import Delivery, Due

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # in Xi'an, when texts may leave

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


@dataclass(frozen=True)
class KettleSang(Event):
    kettle_id: str


@pytest.fixture
def boil():
    """Publish an event that one handler listens to; returns what the handler will have heard."""
    heard = []

    @on(KettleSang)
    def listen(event):
        heard.append(1)

    def publish_it():
        publish(KettleSang(kettle_id=str(uuid4())))
        return heard

    yield publish_it
    events._handlers.pop(KettleSang.name())


@pytest.fixture
def scrape(client):
    return lambda: scraped(client.get("/metrics").content.decode())


class TestARequest:
    def test_is_timed_under_its_routes_name_and_never_its_path(self, client):
        labels = {"method": "GET", "route": "tenancy:login", "status": "2xx"}
        before = reading("http_request_seconds_count", **labels)
        client.get("/login/?phone=13800138000")
        client.get("/no-such-page/13800138000/")
        assert reading("http_request_seconds_count", **labels) == before + 1
        assert "13800138000" not in client.get("/metrics").content.decode()

    def test_by_an_invented_method_makes_no_new_series(self, client):
        client.generic("INVENTED", "/healthz")
        text = client.get("/metrics").content.decode()
        assert 'method="other",route="healthz",status="4xx"' in text
        assert "INVENTED" not in text

    def test_tells_how_many_statements_it_took(self, client):
        before = reading("http_request_statements_sum", route="readyz")
        client.get("/readyz")
        assert reading("http_request_statements_sum", route="readyz") >= before + 3


class TestWhatWaits:
    def test_nothing_waits_at_first(self, scrape):
        found = scrape()
        assert {found[f'juan_due_age_seconds{{queue="{queue}"}}'] for queue in waiting.QUEUES} == {0}
        assert found["juan_database_up"] == 1

    @pytest.mark.parametrize("queue", waiting.QUEUES)
    def test_the_oldest_note_of_a_queue_is_its_age(self, firm, scrape, queue):
        due.note(queue, now() - HOUR)
        due.note(queue, now() - 2 * HOUR)
        due.note(queue, now() + HOUR)
        found = scrape()
        assert found[f'juan_due_age_seconds{{queue="{queue}"}}'] == pytest.approx(7200, abs=30)
        assert found[f'juan_due_firms{{queue="{queue}"}}'] == 1

    def test_an_event_nobody_hands_over_ages_the_outbox(self, firm, scrape, boil):
        with time_machine.travel(now() - HOUR):
            heard = boil()
        assert scrape()['juan_due_age_seconds{queue="outbox"}'] == pytest.approx(3600, abs=30)
        assert delivery.deliver_here() == 1
        with firm_scope(firm.pk):
            due.settle(list(Due.objects.values_list("pk", flat=True)), "outbox", delivery.next_due())
        assert (scrape()['juan_due_age_seconds{queue="outbox"}'], heard) == (0, [1])

    def test_a_suspended_firms_notes_are_nobodys_delay(self, firm, scrape):
        due.note("plan", now() - HOUR)
        Firm.objects.filter(pk=firm.pk).update(state=Firm.State.SUSPENDED)
        assert scrape()['juan_due_age_seconds{queue="plan"}'] == 0

    def test_a_silent_process_grows_old(self, scrape):
        Heartbeat.beat("worker")
        Heartbeat.objects.update(at=now() - HOUR)
        assert scrape()['juan_heartbeat_age_seconds{process="worker"}'] == pytest.approx(3600, abs=30)

    def test_a_lost_database_is_told_and_the_rest_still_stands(self, client, monkeypatch):
        def refuse(*given, **named):
            raise OperationalError

        monkeypatch.setattr(type(connections["default"]), "cursor", refuse)
        found = scraped(client.get("/metrics").content.decode())
        assert found["juan_database_up"] == 0
        assert any(name.startswith("http_request_seconds_count") for name in found)


class TestTheSurvey:
    def test_counts_what_is_late_over_all_firms_and_names_none(self):
        for code, hours in (("one", 6), ("two", 9)):
            with firm_scope(make_firm(code).pk):
                make_clock(started_at=now() - hours * HOUR)  # promised within four hours
                make_clock("another_promise", started_at=now())
                make_task(due_at=now() - HOUR)
                make_call(due_at=now() - HOUR)
        tasks.survey()
        assert reading("juan_clocks_late", kind="natural") == 2
        assert reading("juan_clock_lateness_seconds", kind="natural") == pytest.approx(5 * 3600, abs=60)
        assert reading("juan_clocks_late", kind="working_days") == 0
        assert reading("juan_backlog", work="staff_task") == reading("juan_backlog", work="call_task") == 2
        assert reading("juan_backlog_age_seconds", work="call_task") == pytest.approx(3600, abs=60)
        assert reading("juan_surveyed_timestamp_seconds") == pytest.approx(now().timestamp(), abs=60)

    def test_forgets_what_is_no_longer_late(self):
        with firm_scope(make_firm().pk):
            late = make_clock(started_at=now() - 6 * HOUR)
        survey.survey()
        assert reading("juan_clocks_late", kind="natural") == 1
        with firm_scope(late.firm_id):
            clocks.stop(late.subject_kind, late.subject_id, late.promise)
        survey.survey()
        assert reading("juan_clocks_late", kind="natural") == 0
        assert reading("juan_clock_lateness_seconds", kind="natural") == 0

    def test_leaves_out_a_firm_that_cannot_be_asked(self, monkeypatch):
        make_firm("broken")
        with firm_scope(make_firm("sound").pk):
            make_task(due_at=now() - HOUR)
        asked = []

        def fail_first(firm_id):
            asked.append(firm_id)
            if len(asked) == 1:
                raise OperationalError
            return firm_scope(firm_id)

        monkeypatch.setattr(survey, "firm_scope", fail_first)
        assert survey.survey()["staff_task"][0] == 1
        assert len(asked) == 2


class TestTheMachine:
    @pytest.fixture
    def committed(self, django_capture_on_commit_callbacks):
        """``with committed():`` what is counted after the commit is counted at the end of the block."""
        return lambda: django_capture_on_commit_callbacks(execute=True)

    def test_a_clock_flagged_late_says_by_how_much(self, firm, committed):
        before = reading("juan_clock_flagged_seconds_sum", kind="natural")
        with committed():
            make_clock(started_at=now() - 5 * HOUR)  # promised within four hours
            assert clocks.flag_overdue() == 1
        late = reading("juan_clock_flagged_seconds_sum", kind="natural") - before
        assert late == pytest.approx(3600, abs=60)

    def test_what_is_rolled_back_was_never_counted(self, firm, committed):
        before = reading("juan_clock_flagged_seconds_count", kind="natural")
        with committed(), pytest.raises(ZeroDivisionError), firm_scope(firm.pk):
            make_clock(started_at=now() - 5 * HOUR)
            assert clocks.flag_overdue() == 1
            raise ZeroDivisionError
        assert reading("juan_clock_flagged_seconds_count", kind="natural") == before

    def test_planning_is_timed_and_its_touchpoints_counted(self, firm, committed, monkeypatch):
        monkeypatch.setattr(planner, "plan_rule", lambda rule, at, **how: 3)
        timed, made = reading("juan_planner_seconds_count"), reading("juan_touchpoints_planned_total")
        shipped.install(firm)
        make_playbooks(firm)
        with committed():
            rules = planner.plan(firm=firm)
        assert reading("juan_planner_seconds_count") == timed + 1
        assert reading("juan_touchpoints_planned_total") == made + 3 * len(rules) > made

    def test_a_text_is_counted_by_channel_and_what_became_of_it(self, firm, committed):
        labels = {"channel": "dev_inbox", "outcome": "delivered"}
        before = reading("juan_messages_total", **labels)
        asked = reading("juan_provider_seconds_count", channel="dev_inbox")
        with time_machine.travel(NOON), committed():
            make_message()
            dispatch.run(firm.pk)
        assert reading("juan_messages_total", **labels) == before + 1
        assert reading("juan_provider_seconds_count", channel="dev_inbox") == asked + 1

    def test_an_event_given_up_is_counted(self, firm, committed, boil):
        before = reading("juan_deliveries_parked_total")
        boil()
        Delivery.objects.update(attempts=delivery.TRIES)
        with committed():
            delivery._put_off(Delivery.objects.get().pk, delivery.TRIES, "it broke")
        assert reading("juan_deliveries_parked_total") == before + 1

    def test_a_task_is_timed_and_named_on_its_log_lines(self):
        labels = {"task": "config.tasks.heartbeat", "state": "SUCCESS"}
        before = reading("juan_task_seconds_count", **labels)
        tasks.heartbeat.push_request(id="1")
        task_record.begin(task=tasks.heartbeat, task_id="1")
        assert get_contextvars()["task"] == "config.tasks.heartbeat"
        task_record.end(task=tasks.heartbeat, state="SUCCESS")
        tasks.heartbeat.pop_request()
        assert reading("juan_task_seconds_count", **labels) == before + 1
        assert "task" not in get_contextvars()
