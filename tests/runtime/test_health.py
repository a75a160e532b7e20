"""What supervisors, Prometheus and browsers ask."""

import json
from datetime import timedelta

import pytest
import redis
from django.db import OperationalError, connections
from django.utils import timezone

from config import beat, csp_reports, health, tasks
from config.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def all_well(monkeypatch):
    """Beat and worker have just been heard; Redis answers."""
    monkeypatch.setattr(redis.Redis, "ping", lambda client: True)
    tasks.heartbeat()
    Heartbeat.beat("beat")


def ask(client, path="/readyz"):
    answer = client.get(path)
    return answer.status_code, answer.json()


def silence(name):
    Heartbeat.objects.filter(name=name).update(at=timezone.now() - timedelta(minutes=5))


def test_a_living_process_says_so_and_asks_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert ask(client, "/healthz") == (200, {"status": "ok"})


def test_ready_when_everything_is_there(client, all_well):
    status, body = ask(client)
    assert body == {"status": "ok", "checks": dict.fromkeys(health.CHECKS, "ok")}
    assert status == 200


def test_a_lost_redis_is_named(client, all_well, monkeypatch):
    def refuse(client):
        raise redis.ConnectionError

    monkeypatch.setattr(redis.Redis, "ping", refuse)
    status, body = ask(client)
    assert (status, body["checks"]["redis"], body["checks"]["database"]) == (503, "unreachable", "ok")


def test_a_silent_worker_is_named_alone(client, all_well):
    silence("worker")
    status, body = ask(client)
    assert (status, body["checks"]["worker"], body["checks"]["beat"]) == (503, "silent", "ok")


def test_while_beat_is_silent_a_silent_worker_proves_nothing(client, all_well):
    silence("worker")
    silence("beat")
    _, body = ask(client)
    assert (body["checks"]["beat"], body["checks"]["worker"]) == ("silent", "unknown while beat is silent")


def test_a_start_without_any_sign_of_life_is_not_ready(client, all_well):
    Heartbeat.objects.all().delete()
    assert ask(client)[0] == 503


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_migration_that_is_not_applied_is_counted(client, all_well, monkeypatch):
    monkeypatch.setattr(
        "django.db.migrations.executor.MigrationExecutor.migration_plan", lambda executor, targets: [1, 2]
    )
    status, body = ask(client)
    assert (status, body["checks"]["migrations"]) == (503, "2 not applied")


def test_a_lost_database_is_a_sentence_and_no_crash(client, all_well, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(type(connections["default"]), "cursor", refuse)
    status, body = ask(client)
    assert status == 503
    assert body["checks"]["database"] == "unreachable"


def test_beat_shows_life_and_survives_a_lost_database(monkeypatch):
    monkeypatch.setattr(beat, "close_old_connections", lambda: None)
    beat._show_life()
    assert Heartbeat.objects.filter(name="beat").exists()

    def refuse(name):
        raise OperationalError

    monkeypatch.setattr(Heartbeat, "beat", refuse)
    beat._show_life()


class TestMetrics:
    def test_the_machine_itself_may_read_them(self, client):
        client.get("/healthz")
        assert (
            b'http_request_seconds_count{method="GET",route="healthz",status="2xx"'
            in client.get("/metrics").content
        )

    def test_a_stranger_may_not(self, client):
        assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403

    def test_what_came_through_a_proxy_is_a_stranger(self, client):
        assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403

    def test_whoever_holds_the_token_may(self, client, settings):
        settings.METRICS_TOKEN = "a-token"
        stranger = {"REMOTE_ADDR": "203.0.113.9"}
        assert client.get("/metrics", **stranger).status_code == 403
        assert (
            client.get("/metrics", headers={"Authorization": "Bearer a-token"}, **stranger).status_code == 200
        )


class TestPolicyReports:
    REPORT = {
        "csp-report": {
            "violated-directive": "script-src",
            "document-uri": "http://testserver/c/?q=13800001111",
        }
    }

    @pytest.fixture(autouse=True)
    def said(self, monkeypatch):
        said = []
        monkeypatch.setattr(csp_reports, "BUDGET", csp_reports.Budget(3))
        monkeypatch.setattr(csp_reports.log, "warning", lambda event, **about: said.append(about))
        return said

    def send(self, client, body=None):
        return client.post(
            "/csp/", body or json.dumps(self.REPORT), content_type="application/csp-report"
        ).status_code

    def test_are_logged_without_what_was_searched_for(self, client, said):
        assert self.send(client) == 204
        assert said == [{"violated_directive": "script-src", "document_uri": "http://testserver/c/"}]

    def test_cannot_fill_the_log(self, client, said):
        assert {self.send(client) for _ in range(10)} == {204}
        assert len(said) == 3

    @pytest.mark.parametrize("body", ["no json", "[]", '{"csp-report": 3}'])
    def test_that_nobody_can_read_do_no_harm(self, client, said, body):
        assert self.send(client, body) == 204

    def test_that_are_too_long_are_dropped(self, client, said):
        assert self.send(client, "x" * 10_000) == 204
        assert said == []


class TestRequestId:
    def test_every_answer_carries_one(self, client):
        assert client.get("/healthz")["X-Request-ID"] != client.get("/healthz")["X-Request-ID"]

    def test_the_proxys_own_is_kept_and_nonsense_is_not(self, client):
        assert (
            client.get("/healthz", headers={"X-Request-ID": "abc-12345678"})["X-Request-ID"] == "abc-12345678"
        )
        assert client.get("/healthz", headers={"X-Request-ID": "a b\n"})["X-Request-ID"] != "a b"
