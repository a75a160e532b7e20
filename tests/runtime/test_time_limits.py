"""A statement that takes too long: a sentence for the person, a line for us, and nothing half-written."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import DataError, OperationalError, connection
from psycopg2 import sql
from psycopg2.errors import LockNotAvailable

from core import busy
from tenancy.backend import statements
from tests.runtime.readings import reading
from workflow.models import StaffTask

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.runtime.slow_urls")]


@pytest.fixture
def logged(monkeypatch):
    """What the log of slow statements was told."""
    lines = []
    monkeypatch.setattr(statements.log, "warning", lambda event, **about: lines.append(about))
    return lines


class TestTheAnswer:
    def test_of_a_page_is_a_sentence_and_nothing_is_saved(self, manager, sign_in):
        answer = sign_in(manager).post("/slow/13800138000/")
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert "没有保存任何内容" in answer.content.decode()
        assert not StaffTask.objects.filter(title="写到一半").exists()

    def test_of_the_api_is_a_problem_and_nothing_is_saved(self, manager, api):
        answer = api(manager).post("/api/v1/slow/")
        assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
        assert (answer.json()["code"], answer["Retry-After"]) == ("busy", "10")
        assert not StaffTask.objects.filter(title="写到一半").exists()

    def test_outside_every_firm_is_the_same(self, client):
        assert client.get("/slow-for-all/").status_code == 503

    def test_is_counted_by_its_cause(self, client):
        before = reading("juan_busy_answers_total", cause="statement_timeout")
        client.get("/slow-for-all/")
        assert reading("juan_busy_answers_total", cause="statement_timeout") == before + 1

    def test_to_a_lock_that_is_not_let_go_is_the_same(self, rf):
        waited = OperationalError("canceling statement due to lock timeout")
        waited.__cause__ = LockNotAvailable()
        assert busy.answer(rf.get("/"), waited).status_code == 503

    def test_covers_up_no_other_error(self, client, rf):
        assert busy.answer(rf.get("/"), OperationalError("the server went away")) is None
        with pytest.raises(DataError):
            client.get("/broken/")


class TestTheSlowLog:
    def test_names_the_route_and_the_statement_but_no_value(self, manager, sign_in, settings, logged):
        settings.SLOW_QUERY_MS = 20
        sign_in(manager).post("/slow/13800138000/")
        [line] = [line for line in logged if "pg_sleep" in line["statement"]]
        assert line["statement"] == "SELECT pg_sleep(5), %s"
        assert (line["route"], line["ms"] >= 20) == ("slow-page", True)
        assert "138" not in str(logged)

    def test_blots_out_what_was_written_into_the_text(self):
        text = "SELECT  1\n WHERE name = 'O''Neil' AND phone IN ('13800138000', %s)"
        assert statements.without_values(text) == "SELECT 1 WHERE name = '…' AND phone IN ('…', %s)"
        assert "secret" not in statements.without_values(sql.SQL("SELECT {}").format(sql.Literal("secret")))

    def test_says_repeated_rows_once(self):
        rows = ", ".join(["(%s, %s)"] * 900)
        assert statements.without_values(f"INSERT INTO x VALUES {rows} ON CONFLICT") == (
            "INSERT INTO x VALUES (%s, %s), … ON CONFLICT"
        )
        assert statements.without_values("a IN (%s, %s)") == "a IN (%s, %s)"

    def test_is_silent_while_nothing_is_slow_and_when_it_is_switched_off(self, settings, logged):
        settings.SLOW_QUERY_MS = 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.03)")
        settings.SLOW_QUERY_MS = 10_000
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.03)")
        assert logged == []

    def test_in_a_worker_has_no_route(self, settings, logged):
        settings.SLOW_QUERY_MS = 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.01)")
        assert "route" not in logged[0]

    def test_costs_a_statement_microseconds(self, record_property):
        rounds = 20_000
        began = time.perf_counter()
        with statements.counted(lambda: "") as tally:
            for _ in range(rounds):
                statements.watch(lambda *given: None, "SELECT 1", None, False, {})
        each = (time.perf_counter() - began) / rounds
        record_property("measured", f"watching a statement costs {each * 1e6:.1f} µs")
        assert tally.statements == rounds
        assert each < 50e-6


def test_a_page_is_given_less_time_than_a_command():
    """gunicorn's configuration speaks before the settings are read."""
    code = "{}from django.conf import settings; print(settings.DATABASES['default']['OPTIONS']['options'])"
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = plain | {
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
        "WEB_STATEMENT_TIMEOUT_MS": "7000",
    }

    def told(first):
        return subprocess.run(
            [sys.executable, "-c", code.format(first)],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert "statement_timeout=7000" in told("import config.gunicorn; ")
    assert "statement_timeout=30000" in told("")
