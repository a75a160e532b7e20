"""Asking as a user does: one kept line, cookies, forms with their token. Only servers of this machine are asked."""

import gzip
import http.client
import ipaddress
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

PATIENCE = 60.0
"""Seconds one answer may take."""
KEPT = 1.0
"""A line that rested longer is opened anew: the server hangs up after two seconds."""
AS_THE_PROXY = 5
"""The gzip level of the proxy that stands before the web server in production."""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class NotLoopback(ValueError):
    """We load only what we started ourselves."""


class Unanswered(RuntimeError):
    """The server said something else than what a user would call an answer."""


@dataclass(frozen=True)
class Answer:
    """``body`` as it came over the line."""

    status: int
    ms: float
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def sound(self, asked: str) -> Self:
        """Itself; raises ``Unanswered`` for a refusal, and for a redirect that leads to the sign-in page instead."""
        if 200 <= self.status < 300:
            return self
        raise Unanswered(f"{asked}: {self.status} {self.headers.get('location', '')}".rstrip())

    @property
    def plain(self) -> bytes:
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body

    @property
    def text(self) -> str:
        return self.plain.decode()

    @property
    def sent_bytes(self) -> int:
        """Compressed: by the server itself, or as the proxy before it would."""
        if self.headers.get("content-encoding") == "gzip":
            return len(self.body)
        return len(gzip.compress(self.body, AS_THE_PROXY))

    @property
    def statements(self) -> int | None:
        told = self.headers.get("x-bench-statements")
        return None if told is None else int(told)

    @property
    def sql_ms(self) -> float | None:
        told = self.headers.get("x-bench-sql-ms")
        return None if told is None else float(told)


def loopback(address: str) -> tuple[str, int]:
    """Host and port of ``http://127.0.0.1:8000``; raises ``NotLoopback`` for any other machine."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "http" or parts.port is None or not _is_here(host):
        raise NotLoopback(f"only a server on this machine is measured, not {address}")
    return host, parts.port


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Browser:
    """One person or one machine at one kept line. ``headers`` go with every question."""

    def __init__(self, address: str, headers: Mapping[str, str] | None = None) -> None:
        host, port = loopback(address)
        self._line = http.client.HTTPConnection(host, port, timeout=PATIENCE)
        self._rested_since = float("-inf")
        self._headers = {"Accept-Encoding": "gzip", **(headers or {})}
        self.cookies: dict[str, str] = {}

    def get(self, path: str, headers: Mapping[str, str] | None = None, *, counted: bool = False) -> Answer:
        """``counted``: let the server count its statements, which costs it a little."""
        return self._ask("GET", path, None, headers or {}, counted=counted)

    def post(self, path: str, fields: Mapping[str, Any], *, counted: bool = False) -> Answer:
        body = urlencode({**fields, "csrfmiddlewaretoken": self._token}, doseq=True).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, body, kind, counted=counted)

    def post_json(
        self, path: str, given: Any, headers: Mapping[str, str] | None = None, *, counted: bool = False
    ) -> Answer:
        kind = {"Content-Type": "application/json", **(headers or {})}
        return self._ask("POST", path, json.dumps(given).encode(), kind, counted=counted)

    def sign_in(self, name: str, password: str) -> None:
        """Through the form, as people do."""
        form = self.get("/login/")
        found = TOKEN.search(form.text)
        if form.status != 200 or found is None:
            raise Unanswered(f"no sign-in form: {form.status}")
        given = {"name": name, "password": password, "next": "/", "csrfmiddlewaretoken": found[1]}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._ask("POST", "/login/", urlencode(given).encode(), kind, counted=False)
        if answer.status != 302 or answer.headers.get("location", "").startswith(("/login", "/firms")):
            raise Unanswered(
                f"{name} was not signed in: {answer.status} {answer.headers.get('location', '')}"
            )

    def close(self) -> None:
        self._line.close()

    @property
    def _token(self) -> str:
        return next((value for name, value in self.cookies.items() if name.endswith("csrf")), "")

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], *, counted: bool
    ) -> Answer:
        self._take_up_line()
        sent = {**self._headers, **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if counted:
            sent["X-Bench"] = "1"
        began = time.perf_counter()
        self._line.request(method, path, body, sent)
        answer = self._line.getresponse()
        content = answer.read()
        ms = (time.perf_counter() - began) * 1000
        self._rested_since = time.monotonic()
        self._keep_cookies(answer)
        return Answer(
            answer.status, ms, content, {name.lower(): value for name, value in answer.getheaders()}
        )

    def _take_up_line(self) -> None:
        """Opening it is no part of the answer's time: browsers keep their lines too."""
        if time.monotonic() - self._rested_since > KEPT or self._line.sock is None:
            self._line.close()
            self._line.connect()

    def _keep_cookies(self, answer: http.client.HTTPResponse) -> None:
        for header in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
