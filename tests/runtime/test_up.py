"""`manage.py up` as a person at a terminal uses it: it answers, and Ctrl-C leaves nothing."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from honcho.printer import Message

from config import assets, migration_rules, runner

ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def state():
    folder = Path(f"/var/tmp/juan-u{os.getpid()}")
    yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(state: Path, port: int) -> subprocess.Popen[str]:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "manage.py", "up", "--empty", "--port", str(port)],
        cwd=ROOT,
        env=environment | {"JUAN_STATE": str(state)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def read_until(process: subprocess.Popen[str], wanted: str) -> list[str]:
    lines = []
    for line in process.stdout:
        lines.append(line)
        if re.search(wanted, line):
            return lines
    raise AssertionError("".join(lines))


def processes_of(state: Path) -> set[str]:
    """Everything that names the folder in its command line or its environment."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            known = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if str(state).encode() in known:
            found.add(folder.name)
    return found


def test_it_answers_and_ctrl_c_leaves_no_process(state):
    port = free_port()
    running = start(state, port)
    try:
        read_until(running, rf"http://127\.0\.0\.1:{port}/")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
            assert answer.status == 200
        read_until(running, r"celery@.* ready")
        running.send_signal(signal.SIGINT)
        rest, _ = running.communicate(timeout=180)
        assert running.returncode == 0, rest
        assert rest.endswith("Everything is stopped.\n")
        assert processes_of(state) == set()
    finally:
        running.kill()


def test_a_taken_port_is_a_sentence(state):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = start(state, taken.getsockname()[1])
        said, _ = refused.communicate(timeout=180)
    assert refused.returncode != 0
    assert "choose another one with --port" in said
    assert "Traceback" not in said


def test_stopped_while_it_prepares_it_still_leaves_nothing(state):
    stopped = start(state, free_port())
    read_until(stopped, "migrations")
    time.sleep(1)
    stopped.send_signal(signal.SIGTERM)
    stopped.communicate(timeout=180)
    assert processes_of(state) == set()


def test_every_icon_a_page_names_exists():
    drawings = json.loads(assets.DRAWINGS.read_text(encoding="utf-8"))
    assert assets.icons_in_use() - drawings.keys() == set()


def test_migrations_keep_to_the_rules(capsys):
    assert migration_rules.main() == 0, capsys.readouterr().out


def test_a_signal_in_the_midst_of_a_line_does_not_stop_the_stopping(monkeypatch):
    def in_the_midst(_text):
        raise RuntimeError("reentrant call inside <_io.BufferedWriter name='<stdout>'>")

    printer = runner.AnnouncingPrinter(when_ready=lambda: None)
    monkeypatch.setattr(printer, "output", SimpleNamespace(write=in_the_midst, flush=lambda: None))
    printer.write(
        Message("line", b"SIGINT received\n", datetime(2026, 11, 22, 9, tzinfo=UTC), "system", None)
    )
