"""The tools of the bench: figures, rounds in turn, time bounds, and that nobody else's server is ever loaded."""

import gzip
import os
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from bench.measure import children, costs
from bench.measure.browsing import Browser, NotLoopback, Unanswered, loopback
from bench.measure.contest import FLOOR, OURS, OWN, compare
from bench.measure.numbers import percentile, ratios
from bench.measure.rounds import Limits, interleave

# --- figures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 5), (0.9, 9), (0.95, 10), (1.0, 10)])
def test_a_percentile_is_the_least_value_that_the_share_does_not_exceed(share, value):
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == value


def test_a_percentile_of_nothing_is_refused():
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_a_ratio_compares_the_medians_of_the_same_round():
    assert ratios([[4, 2, 100], [9, 9]], [[1, 2, 3], [3, 3]]) == [2.0, 3.0]


# --- rounds -----------------------------------------------------------------------------------------------


class Clock:
    """Time passes only when somebody asks."""

    def __init__(self):
        self.now = 0.0
        self.asked = []

    def __call__(self):
        return self.now

    def asks(self, name, seconds=1.0):
        def ask():
            self.now += seconds
            self.asked.append(name)
            return seconds * 1000

        return ask


def test_the_order_turns_round_with_every_round():
    clock = Clock()

    timed = interleave(
        {"a": clock.asks("a"), "b": clock.asks("b")}, Limits(rounds=3, tries=2, seconds=1e9), clock=clock
    )

    assert "".join(clock.asked) == "aabbbbaaaabb"
    assert timed.rounds == {"a": [[1000.0] * 2] * 3, "b": [[1000.0] * 2] * 3}


def test_no_round_begins_after_time_is_up_and_a_short_one_is_dropped_for_all():
    clock = Clock()

    timed = interleave(
        {"a": clock.asks("a"), "b": clock.asks("b")}, Limits(rounds=9, tries=5, seconds=12), clock=clock
    )

    assert timed.number == 1
    assert {name: list(map(len, blocks)) for name, blocks in timed.rounds.items()} == {"a": [5], "b": [5]}
    assert clock.now <= 14


def test_a_question_slower_than_its_bound_is_still_asked_once():
    clock = Clock()

    timed = interleave({"a": clock.asks("a", 90.0), "b": clock.asks("b")}, Limits(seconds=60), clock=clock)

    assert timed.rounds == {"a": [[90_000.0]], "b": [[1000.0]]}


def test_each_block_is_watched_under_its_own_name():
    clock, watched = Clock(), []

    @contextmanager
    def watch(name):
        watched.append(name)
        yield

    interleave(
        {"a": clock.asks("a"), "b": clock.asks("b")}, Limits(rounds=2, tries=1), watch=watch, clock=clock
    )

    assert watched == ["a", "b", "b", "a"]


# --- asking -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:9"])
def test_a_server_on_this_machine_is_measured(address):
    assert loopback(address)[1] in {8000, 1, 9}


@pytest.mark.parametrize(
    "address",
    ["http://crm.example.com:80", "http://10.0.0.8:8000", "https://127.0.0.1:8000", "http://127.0.0.1",
     "http://127.0.0.1.example.com:80", ""],
)  # fmt: skip
def test_any_other_server_is_refused(address):
    with pytest.raises(NotLoopback):
        Browser(address)


class _Double(BaseHTTPRequestHandler):
    """A product of four addresses."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/login/":
            self._answer(
                200, '<input type="hidden" name="csrfmiddlewaretoken" value="t0ken">', "p80-csrf=c0okie"
            )
        elif self.path == "/slow/":
            self._answer(302, "", location="/login/?next=/slow/")
        else:
            counted = {"X-Bench-Statements": "4", "X-Bench-Sql-Ms": "1.5"} if self.headers["X-Bench"] else {}
            self._answer(200, "居安" * 500, packed=self.path == "/packed/", **counted)

    def do_POST(self):
        given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        is_right = given.get("password") == ["right"] and given["csrfmiddlewaretoken"] == ["t0ken"]
        if self.path == "/login/":
            self._answer(
                302 if is_right else 422, "", "p80-session=s3ssion" if is_right else "", location="/"
            )
        else:
            self._answer(200, f"{given['csrfmiddlewaretoken'][0]} {self.headers['Cookie']}")

    def log_message(self, *_args):
        pass

    def _answer(self, status, text, cookie="", *, location="", packed=False, **headers):
        body = gzip.compress(text.encode()) if packed else text.encode()
        self.send_response(status)
        for name, value in {**headers, **({"Content-Encoding": "gzip"} if packed else {})}.items():
            self.send_header(name, value)
        if cookie:
            self.send_header("Set-Cookie", f"{cookie}; Path=/; HttpOnly")
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Double)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_person_signs_in_through_the_form_and_posts_with_the_token(address):
    browser = Browser(address)

    browser.sign_in("agent@example.com", "right")
    answer = browser.post("/calls/next/", {"lane": "saturday"})

    assert answer.text == "c0okie p80-csrf=c0okie; p80-session=s3ssion"


def test_a_wrong_password_is_no_quick_answer(address):
    with pytest.raises(Unanswered, match="was not signed in: 422"):
        Browser(address).sign_in("agent@example.com", "wrong")


def test_a_redirect_to_the_sign_in_page_is_no_quick_answer(address):
    with pytest.raises(Unanswered, match="302 /login/"):
        Browser(address).get("/slow/").sound("slow")


def test_statements_are_counted_only_where_one_asks_for_it(address):
    browser = Browser(address)

    counted, timed = browser.get("/", counted=True), browser.get("/")

    assert (counted.statements, counted.sql_ms) == (4, 1.5)
    assert (timed.statements, timed.sql_ms) == (None, None)


def test_bytes_are_told_as_the_proxy_would_send_them_and_as_they_are(address):
    plain, packed = Browser(address).get("/"), Browser(address).get("/packed/")

    assert packed.sent_bytes == len(packed.body) < 100 < len(packed.plain) == 3000
    assert plain.sent_bytes < 100
    assert plain.text == packed.text == "居安" * 500


def test_ours_is_told_in_units_of_both_floors(address):
    browser = Browser(address)

    def asks(path):
        return lambda *, counted: browser.get(path, counted=counted).sound(path)

    figures = compare(
        {OURS: asks("/"), FLOOR: asks("/floor/list/"), OWN: asks("/floor/html/")},
        Limits(rounds=2, tries=3, warm_up=1),
        web_pids=lambda: [os.getpid()],
        database_pids=list,
    )

    assert figures["statements"] == 4
    assert (figures["requests"], figures["rounds"]) == (6, 2)
    assert {"ratio", "ratio_best", "own_ratio", "p50_ms", "p95_ms", "floor_ms", "web_ms"} <= figures.keys()
    assert figures["ratio_best"] <= figures["ratio"]
    assert figures["raw_kb"] == pytest.approx(3000 / 1024)


# --- costs ------------------------------------------------------------------------------------------------


def test_cpu_and_memory_are_read_from_the_kernel_and_dead_processes_cost_nothing(tmp_path):
    (tmp_path / "7").mkdir()
    fields = ["0"] * 50
    fields[11:15] = ["100", "20", "3", "4"]
    (tmp_path / "7" / "stat").write_text(f"7 (gunicorn: wor ker)) {' '.join(fields)}")
    (tmp_path / "7" / "status").write_text("Name:\tgunicorn\nVmRSS:\t  92160 kB\n")

    tick = 1000 / os.sysconf("SC_CLK_TCK")
    assert costs.cpu_ms([7, 8], proc=tmp_path) == 127 * tick
    assert costs.memory_mb([8, 7], proc=tmp_path) == 90.0


def test_the_time_between_is_booked_to_who_asked():
    meter = costs.Meter(lambda: [os.getpid()], list)

    with meter.watch("ours"):
        sum(number * number for number in range(2_000_000))

    assert meter.bill.web["ours"] > 0
    assert meter.bill.database == {"ours": 0.0}


def test_a_child_tells_its_figures_and_we_tell_its_cost(capfd):
    told = children.run(("-c", "print('log'); print('{\"rows\": 3}')"), {}, seconds=60)

    assert told.told == {"rows": 3}
    assert told.memory_mb > 1
    assert told.cpu_seconds <= told.seconds * (os.cpu_count() or 1) + 1


def test_a_child_that_will_not_end_is_ended():
    with pytest.raises(Unanswered, match=r"not done in 0\.3 s"):
        children.run(("-c", "import time; time.sleep(60)"), {}, seconds=0.3)


def test_what_a_child_started_is_ended_with_it(tmp_path):
    told = tmp_path / "pid"
    starts = f"import subprocess, sys, time; from pathlib import Path; Path({str(told)!r}).write_text(str(subprocess.Popen(['sleep', '60']).pid)); time.sleep(60)"  # fmt: skip

    with pytest.raises(Unanswered, match="not done"):
        children.run(("-c", starts), {}, seconds=3)

    assert _is_over(int(told.read_text()))


def _is_over(pid: int) -> bool:
    """Gone, or a zombie that nobody has collected yet."""
    for _look in range(100):
        try:
            if (costs.PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def test_a_child_that_breaks_down_is_no_answer(capfd):
    with pytest.raises(Unanswered, match="exit status 3"):
        children.run(("-c", "raise SystemExit(3)"), {"PYTHONPATH": os.pathsep.join(sys.path)}, seconds=60)
