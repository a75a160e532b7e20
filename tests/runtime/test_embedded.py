"""The embedded servers: one for all who ask, gone with the last, back after a kill."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from config.embedded import roles, state
from config.embedded.errors import EmbeddedError
from config.embedded.postgres import EmbeddedPostgres
from config.embedded.redis import EmbeddedRedis

HOLD = """
import sys, time
from pathlib import Path
from config.embedded.{module} import {name}
server = {name}(Path(sys.argv[1]), durable=False)
server.acquire()
print("ready", flush=True)
sys.stdin.readline()
server.release()
"""

BUSY = """
import sys, psycopg2
cursor = psycopg2.connect(sys.argv[1]).cursor()
cursor.execute("SELECT count(*) FROM generate_series(1, 1000000000000)")
"""


@pytest.fixture
def folder(tmp_path_factory):
    """Short enough for a socket and open to the server's account; pytest's own folders are neither."""
    folder = Path(f"/var/tmp/juan-t{os.getpid()}-{time.monotonic_ns() % 10**6}")
    state.passable_folder(folder)
    yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=True)


@pytest.fixture(params=[EmbeddedPostgres, EmbeddedRedis])
def server(request, folder):
    server = request.param(folder / "server", durable=False)
    yield server
    server.release()


def holder(server) -> subprocess.Popen:
    """Another process that uses the same server until its input ends."""
    code = HOLD.format(module=type(server).__module__.rpartition(".")[2], name=type(server).__name__)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(server.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def dismiss(process: subprocess.Popen) -> None:
    process.communicate("\n", timeout=30)


def pid_of(server) -> int:
    return int(server.pid_file.read_text().split()[0])


def is_counting(server) -> bool:
    connection = psycopg2.connect(server.superuser_dsn)
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%generate_series%' AND pid <> pg_backend_pid()"
        )
        return cursor.rowcount == 1


def test_it_answers_while_somebody_uses_it_and_is_gone_afterwards(server):
    server.acquire()
    pid = pid_of(server)
    assert server.answers()
    server.release()
    assert not server.answers()
    assert not Path(f"/proc/{pid}").exists()


def test_the_last_one_out_stops_it_whoever_started_it(server):
    first = holder(server)
    server.acquire()
    dismiss(first)
    assert server.answers()
    server.release()
    assert not server.answers()


def test_processes_that_start_together_share_one_server(server):
    together = [holder(server) for _ in range(3)]
    pid = pid_of(server)
    for process in together[:-1]:
        dismiss(process)
    assert server.answers()
    assert pid_of(server) == pid
    dismiss(together[-1])
    assert not server.answers()


def test_a_killed_user_is_not_counted_for_ever(server):
    killed = holder(server)
    server.acquire()
    killed.kill()
    killed.wait()
    server.release()
    assert not server.answers()


def test_a_killed_server_is_started_again(server):
    server.acquire()
    os.kill(pid_of(server), signal.SIGKILL)
    server._wait_until(lambda: not server.answers(), "did not die")
    server.release()
    server.acquire()
    assert server.answers()


def test_a_query_that_outlives_its_killed_server_does_not_keep_the_next_from_starting(folder):
    server = EmbeddedPostgres(folder / "server", durable=False)
    server.acquire()
    busy = subprocess.Popen([sys.executable, "-c", BUSY, server.superuser_dsn], stderr=subprocess.DEVNULL)
    server._wait_until(lambda: is_counting(server), "did not begin to count")
    os.kill(pid_of(server), signal.SIGKILL)
    server._wait_until(lambda: not server.answers(), "did not die")
    server.release()
    server.acquire()
    assert server.answers()
    server.release()
    busy.wait(timeout=30)


def test_nobody_else_may_enter_its_folder(server):
    server.acquire()
    assert server.folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_of_somebody_else_is_refused(folder):
    mine = folder / "mine"
    mine.symlink_to("/var/tmp")
    with pytest.raises(EmbeddedError, match="belongs to somebody else"):
        state.private_folder(mine)


def test_the_bootstrap_may_be_repeated(folder):
    server = EmbeddedPostgres(folder / "pg", durable=False)
    server.acquire()
    try:
        roles.ensure_database(server.superuser_dsn)
        roles.ensure_database(server.superuser_dsn)
        with psycopg2.connect(server.superuser_dsn, dbname="crm") as link, link.cursor() as cursor:
            cursor.execute("SELECT rolname FROM pg_roles WHERE rolbypassrls AND NOT rolsuper")
            assert cursor.fetchall() == [("crm_backup",)]
            cursor.execute("SELECT extname FROM pg_extension")
            assert {"btree_gist", "pg_trgm"} <= {name for (name,) in cursor.fetchall()}
            cursor.execute(
                "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datctype"
                " FROM pg_database WHERE datname = 'crm'"
            )
            assert cursor.fetchone() == ("crm_owner", "UTF8", "C.UTF-8")
        link.close()
    finally:
        server.release()


def test_the_backup_role_reads_and_cannot_write(folder):
    server = EmbeddedPostgres(folder / "pg", durable=False)
    server.acquire()
    try:
        roles.ensure_database(server.superuser_dsn)
        dsn = f"host={server.folder} dbname=crm user="
        with psycopg2.connect(f"{dsn}crm_owner") as owner, owner.cursor() as cursor:
            cursor.execute("CREATE TABLE kept (id int)")
        owner.close()
        with psycopg2.connect(f"{dsn}crm_backup") as backup, backup.cursor() as cursor:
            cursor.execute("SELECT * FROM kept")
            with pytest.raises(psycopg2.Error):
                cursor.execute("INSERT INTO kept VALUES (1)")
        backup.close()
    finally:
        server.release()


class TestWhereStateLives:
    def test_in_the_checkout_when_a_server_can_live_there(self, monkeypatch):
        monkeypatch.delenv("JUAN_STATE", raising=False)
        assert state.state_folder(Path("/srv")) == Path("/srv/.state")

    def test_elsewhere_when_the_path_is_too_long_for_a_socket(self, monkeypatch):
        monkeypatch.delenv("JUAN_STATE", raising=False)
        far_away = Path("/srv/" + "long/" * 20)
        assert state.state_folder(far_away).parent == Path("/var/tmp")

    def test_two_checkouts_and_their_tests_never_meet(self, monkeypatch):
        monkeypatch.delenv("JUAN_STATE", raising=False)
        monkeypatch.delenv("JUAN_TEST_STATE", raising=False)
        places = [
            place(Path(f"/srv/{'x' * 60}{name}"))
            for name in "ab"
            for place in (state.state_folder, state.state_folder_of_tests)
        ]
        assert len(set(places)) == 4

    def test_where_the_environment_says(self, monkeypatch):
        monkeypatch.setenv("JUAN_STATE", "/var/tmp/here")
        assert state.state_folder() == Path("/var/tmp/here")

    def test_a_path_no_socket_fits_into_is_refused_with_a_sentence(self, monkeypatch):
        monkeypatch.setenv("JUAN_STATE", "/var/tmp/" + "x" * 60)
        with pytest.raises(EmbeddedError, match="too long"):
            state.state_folder()

    def test_the_secret_is_made_once_and_kept_private(self, folder):
        secret = state.kept_secret(folder)
        assert len(secret) >= 50
        assert state.kept_secret(folder) == secret
        assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600
