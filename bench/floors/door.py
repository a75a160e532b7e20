"""The way in, as ``tenancy.middleware`` opens it: who asks, one transaction, one firm, one member."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

from django.db import connection
from django.http import HttpResponse

from tenancy import keys
from tenancy.audit.actor import acting
from tenancy.doors import Door, KeyDoor, find_door
from tenancy.scoping import branch_wall, firm_scope

Floor = Callable[[Any], HttpResponse]
KEY: str = "HTTP_AUTHORIZATION"


def behind_the_door(view: Floor) -> Floor:
    """Both kinds of visitors, people and machines; the product lets machines in below /api/ only."""

    @wraps(view)
    def answer(request: Any) -> HttpResponse:
        door = _door(request)
        if door is None:
            return HttpResponse(status=401)
        with acting(door.actor(request)), firm_scope(door.firm.pk):
            door.enter(request)
            if request.branch_ids is None:
                return view(request)
            with branch_wall(request.branch_ids):
                return view(request)

    return _open_to_middleware(answer)


def within_the_first_firm(view: Floor) -> Floor:
    """Scope and row security, but nobody is asked for: what signing in costs is the difference."""

    @wraps(view)
    def answer(request: Any) -> HttpResponse:
        with firm_scope(_first_firm()):
            request.branch_ids = None
            return view(request)

    return _open_to_middleware(answer)


def _door(request: Any) -> Door | None:
    if key := request.META.get(KEY, ""):
        found = keys.find(key)
        return KeyDoor(found.firm, key=found) if found else None
    return find_door(request)


def _open_to_middleware(view: Floor) -> Floor:
    view.is_public = True  # type: ignore[attr-defined]  # the middleware leaves the door to us
    view.csrf_exempt = True  # type: ignore[attr-defined]  # a floor that writes is asked like the others
    return view


@lru_cache(maxsize=1)
def _first_firm() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM tenancy_firm")
        return int(cursor.fetchone()[0])
