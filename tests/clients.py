"""Browsers and API callers for tests: each request starts outside every firm's scope, as a real one does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.db import connection
from django.test import Client
from django.utils import timezone

from tenancy import scoping
from tenancy.models import Member
from tenancy.sign_in.sessions import SessionStore


class Browser(Client):
    """Without this a view that forgets its firm would pass, because the test stands in one."""

    def request(self, **request: Any) -> Any:
        with outside_every_scope():
            return super().request(**request)


class ApiCaller(Browser):
    """Speaks JSON: ``api(member).post(url, {"name": "…"})``."""

    def generic(self, method: str, path: str, data: Any = "", content_type: str = "", **extra: Any) -> Any:
        return super().generic(method, path, data, content_type or "application/json", **extra)

    def post(self, path: str, data: Any = None, content_type: str = "application/json", **extra: Any) -> Any:
        return super().post(path, data if data is not None else {}, content_type, **extra)


@contextmanager
def outside_every_scope() -> Iterator[None]:
    """Step out of the test's firm in Python and in PostgreSQL; not counted as a query."""
    firm_id = scoping.firm_in_scope()
    if firm_id is None:
        yield
        return
    token = scoping._firm_id.set(None)
    try:
        _tell(None)
        yield
    finally:
        scoping._firm_id.reset(token)
        if not connection.needs_rollback:
            _tell(firm_id)


def signed_in(member: Member, client: Client) -> Client:
    """As after the sign-in page: the user, the firm, the member and a second factor are in the session.

    Written at once: ``force_login`` and a change of its session would be ten statements more in every test.
    """
    session = SessionStore()
    session[auth.SESSION_KEY] = str(member.user.pk)
    session[auth.BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[auth.HASH_SESSION_KEY] = member.user.get_session_auth_hash()
    session["firm_id"] = member.firm_id
    session["member_id"] = str(member.pk)
    session["second_factor"] = True
    session["started_at"] = session["seen_at"] = timezone.now().isoformat()
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def _tell(firm_id: int | None) -> None:
    with connection.connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL app.firm_id = '{'' if firm_id is None else firm_id}'")
