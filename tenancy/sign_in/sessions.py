"""Sessions in the database, each with the user, the network and the browser it belongs to. Django's SESSION_ENGINE."""

from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tenancy.models.sign_in import WebSession

STARTED, SEEN, IP, AGENT = "started_at", "seen_at", "ip", "agent"
NOTED_EVERY = timedelta(minutes=10)
_LOAD = "SELECT session_data FROM tenancy_websession WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseStore):
    """Copies into columns what the list of sessions shows; the rest stays in the encoded part."""

    @classmethod
    def get_model_class(cls) -> type[WebSession]:
        return WebSession

    def load(self) -> dict[str, Any]:
        """By hand: every request begins with it, and through the ORM it costs six times as much."""
        with connection.cursor() as cursor:
            cursor.execute(_LOAD, [self.session_key, timezone.now()])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found[0])

    def create_model_instance(self, data: dict[str, Any]) -> WebSession:
        session = cast("WebSession", super().create_model_instance(data))
        session.user_id = data.get(SESSION_KEY)
        session.ip = data.get(IP)
        session.agent = data.get(AGENT, "")
        session.started_at = _time(data.get(STARTED))
        session.seen_at = _time(data.get(SEEN))
        return session

    def delete(self, session_key: str | None = None) -> None:
        """In one statement, where Django reads the row first."""
        if key := session_key or self.session_key:
            WebSession.objects.filter(session_key=key).delete()


def begin(request: HttpRequest) -> None:
    """Right after sign-in: from when and from where this session is."""
    now = timezone.now().isoformat()
    request.session.update(
        {
            STARTED: now,
            SEEN: now,
            IP: request.META.get("REMOTE_ADDR") or None,
            AGENT: request.headers.get("User-Agent", "")[:200],
        }
    )


def is_over(request: HttpRequest) -> bool:
    """Eight hours of silence end a session by themselves; twelve hours end it whatever was done in between."""
    started = _time(request.session.get(STARTED))
    return started is not None and timezone.now() - started > timedelta(seconds=settings.SESSION_LONGEST)


def note_life(request: HttpRequest) -> None:
    """Move the end of the silence, but not with every request: each would write the row."""
    seen = _time(request.session.get(SEEN))
    if seen is None or timezone.now() - seen > NOTED_EVERY:
        request.session[SEEN] = timezone.now().isoformat()


def of_user(user_id: Any) -> Any:
    """The living sessions of one user, the one used last first."""
    return WebSession.objects.filter(user_id=user_id, expire_date__gt=timezone.now()).order_by("-seen_at")


def end_others(request: HttpRequest) -> int:
    """Sign out everywhere but here."""
    others = WebSession.objects.filter(user_id=request.user.pk).exclude(
        session_key=request.session.session_key
    )
    return others.delete()[0]


def end_all(user_id: Any) -> int:
    return WebSession.objects.filter(user_id=user_id).delete()[0]


def _time(text: str | None) -> Any:
    return parse_datetime(text) if text else None
