"""Several processes, one set of figures: added up, none lost when a process is replaced, none shown to strangers."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.conf import settings

from config import worker_metrics
from tests.runtime.readings import scraped

ROOT = Path(settings.BASE_DIR)
LIVES_AND_DEATHS = """
import json, os
from config import measured
measured.begin()
from prometheus_client import Counter, Histogram
count, times = Counter("things", "Things", ["kind"]), Histogram("spans", "Spans", buckets=(1, 2))

def work(n):
    if (pid := os.fork()) == 0:
        count.labels("one").inc(n)
        times.observe(n)
        os._exit(0)
    os.waitpid(pid, 0)
    return pid

pids = [work(1), work(2), work(5)]
before = measured.read().decode()
for pid in pids:
    measured.retire(pid)
again = work(3)
measured.retire(again)
print(json.dumps([before, measured.read().decode(), sorted(os.listdir(os.environ[measured.VARIABLE]))]), flush=True)
folder = os.environ[measured.VARIABLE]
if os.fork() == 0:
    raise SystemExit  # a child's end leaves the folder alone
os.wait()
assert os.path.isdir(folder)
"""


@pytest.fixture(scope="module")
def told():
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ran = subprocess.run(
        [sys.executable, "-c", LIVES_AND_DEATHS],
        cwd=ROOT,
        env=plain,
        capture_output=True,
        text=True,
        check=True,
    )
    before, after, files = json.loads(ran.stdout)
    return scraped(before), scraped(after), files


def test_processes_are_added_up(told):
    before, _, _ = told
    assert before['things_total{kind="one"}'] == 8
    assert (before['spans_bucket{le="1.0"}'], before["spans_count"], before["spans_sum"]) == (1, 3, 8)


def test_what_a_replaced_process_counted_stays_and_its_files_go(told):
    _, after, files = told
    assert after['things_total{kind="one"}'] == 11
    assert (after['spans_bucket{le="2.0"}'], after["spans_count"], after["spans_sum"]) == (2, 4, 11)
    retired = {"counter_retired.db", "histogram_retired.db"}
    assert retired <= set(files)
    still_alive = {name.rpartition("_")[2] for name in files if name.endswith(".db")} - {"retired.db"}
    assert len(still_alive) == 1


class TestAWorkersOwnAddress:
    @pytest.fixture
    def ask(self):
        server = worker_metrics.serve("127.0.0.1:0")

        def ask(path="/metrics", **headers):
            request = Request(f"http://127.0.0.1:{server.server_port}{path}", headers=headers)
            try:
                with urlopen(request, timeout=5) as answer:
                    return answer.status, answer.read().decode()
            except HTTPError as refused:
                return refused.code, ""

        yield ask
        server.shutdown()
        server.server_close()

    def test_answers_the_machine_itself(self, ask):
        status, text = ask()
        assert status == 200
        assert "juan_task_seconds" in text
        assert ask("/")[0] == 404

    def test_wants_the_token_where_there_is_one(self, ask, settings):
        settings.METRICS_TOKEN = "a-token"
        assert ask()[0] == 403
        assert ask(Authorization="Bearer another")[0] == 403
        assert ask(Authorization="Bearer a-token")[0] == 200

    def test_tells_nothing_to_what_came_through_a_proxy(self, ask):
        assert ask(**{"X-Forwarded-For": "203.0.113.9"})[0] == 403

    def test_a_taken_port_does_not_stop_the_worker(self, ask):
        taken = worker_metrics.serve("127.0.0.1:0")
        try:
            assert worker_metrics.serve(f"127.0.0.1:{taken.server_port}") is None
        finally:
            taken.shutdown()
            taken.server_close()


def test_a_worker_starts_from_its_own_module_alone():
    """Celery imports it before any app is loaded."""
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    code = "from config import worker, measured; import os; print(worker.app.main, measured.VARIABLE in os.environ)"
    settings_of = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=plain | settings_of,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == ["juan", "True"]
