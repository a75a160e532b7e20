"""Floors: the least work that answers the same question, behind the same server, middleware, sign-in and row security.

One statement written by hand through a psycopg2 cursor, and ``json.dumps``. No model, no form, no serializer.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from bench.floors import desk, lists, overviews, searching, writing
from bench.floors.door import behind_the_door, within_the_first_firm

FLOORS: Final[dict[str, Callable[[HttpRequest], HttpResponse]]] = {
    "list": behind_the_door(lists.as_json),
    "list_json": behind_the_door(lists.as_json),
    "list_bare": within_the_first_firm(lists.as_json),
    "html": behind_the_door(lists.as_html),
    "detail": behind_the_door(lists.detail),
    "search_name": behind_the_door(searching.by_name),
    "search_initials": behind_the_door(searching.by_initials),
    "search_phone": behind_the_door(searching.by_phone),
    "search_estate": behind_the_door(searching.by_estate),
    "create": behind_the_door(writing.create),
    "call": behind_the_door(desk.take_next),
    "board": behind_the_door(overviews.board),
    "workbench": behind_the_door(overviews.workbench),
    "dashboard": behind_the_door(overviews.dashboard),
}
"""Question → view, under `/floor/<question>/`."""
