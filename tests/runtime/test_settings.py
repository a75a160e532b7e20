"""Production refuses to start half-configured, and is as strict as Django knows how to ask for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from config import sockets

ROOT = Path(settings.BASE_DIR)
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.prod",
    "PUBLIC_URL": "https://crm.example.com",
    "ALLOWED_HOSTS": "crm.example.com",
    "SECRET_KEY": "0123456789-abcdefghij-ABCDEFGHIJ-0123456789-abcdefghij",
    "DATABASE_URL": "postgres://crm_app:secret@database/crm",
    "REDIS_URL": "redis://broker:6379/0",
    "MEDIA_ROOT": "/srv/media",
    "TRUST_PROXY_HEADERS": "1",
}
SHOWN = "from django.conf import settings as s; print(getattr(s, '%s'))"


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=plain | PRODUCTION | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def shown(name: str, **environment: str) -> str:
    code = f"import django; {SHOWN % name}"
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=plain | PRODUCTION | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_django_finds_nothing_to_complain_about():
    checked = manage("check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


@pytest.mark.parametrize("name", ["SECRET_KEY", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL", "MEDIA_ROOT"])
def test_what_is_missing_is_named(name):
    refused = manage("check", **{name: ""})
    assert refused.returncode != 0
    assert f"Set {name} in the environment" in refused.stderr


@pytest.mark.parametrize(
    ("name", "with_https", "without"),
    [
        ("SESSION_COOKIE_NAME", "__Host-session", "p8000-session"),
        ("CSRF_COOKIE_NAME", "__Host-csrf", "p8000-csrf"),
        ("SESSION_COOKIE_SECURE", "True", "False"),
        ("SECURE_SSL_REDIRECT", "True", "False"),
        ("SECURE_HSTS_SECONDS", "31536000", "0"),
    ],
)
def test_https_is_what_the_public_address_says(name, with_https, without):
    assert shown(name) == with_https
    assert shown(name, PUBLIC_URL="http://crm.local:8000") == without


def test_a_proxys_word_counts_only_when_we_were_told_that_there_is_one():
    assert shown("TRUST_PROXY_HEADERS") == "True"
    assert shown("TRUST_PROXY_HEADERS", TRUST_PROXY_HEADERS="0") == "False"


@pytest.mark.parametrize(
    ("url", "celery", "cache"),
    [
        ("redis://broker:6379/0", "redis://broker:6379/0", "redis://broker:6379/1"),
        ("redis://broker:6379", "redis://broker:6379", "redis://broker:6379/1"),
        (
            "unix:///a/redis.sock?db=0",
            "redis+socket:///a/redis.sock?virtual_host=0",
            "unix:///a/redis.sock?db=1",
        ),
    ],
)
def test_one_address_in_three_spellings(url, celery, cache):
    assert sockets.celery_url(url) == celery
    assert sockets.next_database(url) == cache


@pytest.mark.django_db
def test_a_page_may_run_no_script_but_ours(client):
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "unsafe" not in policy
    for directive in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy


def test_the_callers_address_is_the_proxys_last_word_or_the_sockets(rf, settings):
    from config.middleware import proxy_address

    def address(trusted: bool) -> str:
        settings.TRUST_PROXY_HEADERS = trusted
        request = rf.get("/", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9"}, REMOTE_ADDR="10.0.0.1")
        proxy_address(lambda request: request.META["REMOTE_ADDR"])(request)
        return request.META["REMOTE_ADDR"]

    assert address(trusted=True) == "203.0.113.9"
    assert address(trusted=False) == "10.0.0.1"
