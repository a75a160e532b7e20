"""Walks the URL configuration and knocks at every address with every kind of credential."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tenancy.models import Member, Role
from tests.architecture.catalogue import FIRM_TABLES
from tests.architecture.routes import Method, Route
from tests.architecture.world import World

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def names_in_the_urlconf() -> dict[str, URLPattern]:
    """Every named address as ``namespace:name``; an address without a name stands under its pattern."""
    return dict(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner)
        else:
            yield f"{namespace}{entry.name or entry.pattern}", entry


def knock(client: Client, route: Route, method: Method, world: World, kwargs: dict[str, Any]) -> HttpResponse:
    body = method.data(world) if method.data else {}
    url = reverse(route.name, kwargs=kwargs) + method.query
    headers = dict(method.headers)
    if route.is_api and method.verb != "GET":
        return client.generic(method.verb, url, _json(body), content_type="application/json", headers=headers)
    if method.verb == "GET":
        return client.get(url, headers=headers)
    return getattr(client, method.verb.lower())(url, body, headers=headers)


def _json(body: Any) -> bytes:
    import json

    from django.core.serializers.json import DjangoJSONEncoder

    return json.dumps(body, cls=DjangoJSONEncoder).encode()


def address(route: Route, world: World) -> dict[str, Any]:
    return route.kwargs(world) if route.kwargs else {}


def strangers_address(kwargs: dict[str, Any]) -> dict[str, Any]:
    """The same address with an object that never existed."""
    from uuid import UUID

    return {
        name: World.nobody() if isinstance(value, UUID) else "XX-1999-0000" for name, value in kwargs.items()
    }


def role_outside(method: Method) -> str | None:
    """A role that may not use this method; None where everybody who signs in may."""
    outside = [role for role in Role.values if role not in method.roles and role != Role.PARTNER_API]
    return outside[0] if outside else None


@dataclass(frozen=True)
class Fingerprint:
    """What the database holds: rows and newest writer of every firm table of the firm in scope."""

    tables: tuple[tuple[Any, ...], ...]

    @classmethod
    def take(cls) -> "Fingerprint":
        with connection.cursor() as cursor:
            _prepare_fingerprint(cursor)
            cursor.execute("EXECUTE fingerprint")
            return cls(tuple(cursor.fetchall()))


_prepared: "WeakSet[Any]" = WeakSet()


def _prepare_fingerprint(cursor: Any) -> None:
    """Once per connection: PostgreSQL takes ten times as long to plan sixty tables as to read them."""
    if cursor.connection in _prepared:
        return
    parts = [f"SELECT '{t}', count(*), coalesce(max(xmin::text::bigint), 0) FROM {t}" for t in FIRM_TABLES]
    cursor.execute("/* row security only */ PREPARE fingerprint AS " + " UNION ALL ".join(parts))
    _prepared.add(cursor.connection)


def text_of(response: HttpResponse) -> str:
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content).decode("utf-8", "replace")  # type: ignore[attr-defined]  # a streamed answer
    return response.content.decode("utf-8", "replace")


def signed_in_as(member: Member, route: Route, sign_in: Any, api: Any) -> Client:
    return api(member) if route.is_api else sign_in(member)
