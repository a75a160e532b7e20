"""A double that speaks Twilio's HTTP: every accepted POST is a text somebody really received.

It misbehaves on request, as real ones do: accepts and hangs, accepts and answers 500, breaks the line, refuses.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

MODES = ("ok", "hang", "error_after", "reset", "limit", "invalid", "down")
HANG = 30.0


@dataclass
class Double:
    """What the provider knows. ``modes``: how it behaves for the next requests, then ``ok``."""

    secret: str = "token"  # noqa: S105 - a double has no secrets
    account: str = "AC" + "0" * 32
    modes: list[str] = field(default_factory=list)
    walk: tuple[str, ...] = ()
    texts: list[dict[str, str]] = field(default_factory=list)
    hang: float = HANG
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_mode(self) -> str:
        with self.lock:
            return self.modes.pop(0) if self.modes else "ok"

    def accept(self, given: dict[str, str]) -> dict[str, str]:
        text = {
            "sid": f"SM{uuid4().hex}",
            "to": given["To"],
            "body": given["Body"],
            "from": given.get("From", ""),
            "status": "queued",
            "callback": given.get("StatusCallback", ""),
            "date_sent": formatdate(time.time(), usegmt=True),
        }
        with self.lock:
            self.texts.append(text)
        return text

    def report(self, text: dict[str, str], status: str, error: str = "") -> int:
        """One signed callback, as the carrier's receipt would cause it; returns what it was answered."""
        fields = {"MessageSid": text["sid"], "MessageStatus": status, "To": text["to"]}
        fields |= {"ErrorCode": error} if error else {}
        body = urlencode(fields).encode()
        headers = {
            "X-Twilio-Signature": sign(self.secret, text["callback"], fields),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        request = Request(text["callback"], data=body, headers=headers)  # noqa: S310 - our own address, in tests
        with urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
            return int(answer.status)


def sign(secret: str, url: str, fields: dict[str, str]) -> str:
    """Twilio's own rule: the address, then each field with its value, in order of the names."""
    said = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    return base64.b64encode(hmac.new(secret.encode(), said.encode(), hashlib.sha1).digest()).decode()


def serve(double: Double, port: int = 0) -> ThreadingHTTPServer:
    """Start answering on the loopback; ``server.server_port`` says where, ``server.shutdown()`` ends it."""
    handler = type("Handler", (_Handler,), {"double": double})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class _Handler(BaseHTTPRequestHandler):
    double: Double

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        given = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        getattr(self, f"_{self.double.next_mode()}")(given)

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        wanted = asked.get("To", [""])[0]
        found = [self._shown(text) for text in self.double.texts if text["to"] == wanted]
        self._answer(200, {"messages": found, "page": 0, "page_size": 50, "next_page_uri": None})

    def log_message(self, *_args: Any) -> None:
        """Numbers and words do not belong in a log."""

    def _ok(self, given: dict[str, str]) -> None:
        text = self.double.accept(given)
        self._answer(201, self._shown(text))
        for status in self.double.walk if text["callback"] else ():
            threading.Timer(0.5, self.double.report, (text, status)).start()

    def _hang(self, given: dict[str, str]) -> None:
        self.double.accept(given)
        time.sleep(self.double.hang)
        self.close_connection = True

    def _error_after(self, given: dict[str, str]) -> None:
        self.double.accept(given)
        self._answer(500, {"code": 20500, "message": "Internal server error", "status": 500})

    def _reset(self, given: dict[str, str]) -> None:
        self.double.accept(given)
        self.connection.close()
        self.close_connection = True

    def _limit(self, _given: dict[str, str]) -> None:
        self._answer(429, {"code": 20429, "message": "Too many requests", "status": 429})

    def _invalid(self, _given: dict[str, str]) -> None:
        self._answer(400, {"code": 21211, "message": "Invalid 'To' Phone Number", "status": 400})

    def _down(self, _given: dict[str, str]) -> None:
        self._answer(503, {"code": 20503, "message": "Service unavailable", "status": 503})

    def _shown(self, text: dict[str, str]) -> dict[str, Any]:
        return {name: text[name] for name in ("sid", "to", "body", "from", "status", "date_sent")} | {
            "account_sid": self.double.account,
            "num_segments": "1",
        }

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
