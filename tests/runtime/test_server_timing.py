"""Where the time of a page went: for the developer's browser only."""

import re

import pytest
from django.template import engines
from django.template.loader import render_to_string

from config import server_timing
from config.server_timing import TimedTemplates

pytestmark = pytest.mark.django_db


def test_production_does_not_tell(client):
    assert "Server-Timing" not in client.get("/login/")


def test_under_debug_total_sql_and_templates_are_told(client, settings, monkeypatch):
    settings.DEBUG = True
    told = client.get("/readyz")["Server-Timing"]
    parts = dict(re.findall(r"(\w+);dur=([\d.]+)", told))
    assert parts.keys() == {"total", "sql", "templates"}
    assert int(re.search(r"(\d+) statements", told)[1]) > 0
    assert float(parts["total"]) >= float(parts["sql"]) > 0


def test_templates_are_timed_once_however_deep(settings):
    engine = TimedTemplates({"NAME": "timed", "DIRS": [], "APP_DIRS": False, "OPTIONS": {}} | _dirs())
    with server_timing.drawing() as drawn:
        engine.get_template("404.html").render()
    assert drawn.seconds > 0
    inner = server_timing.TimedTemplate(engine.from_string("x").template, engine)
    with server_timing.drawing() as drawn:
        drawn.depth = 1
        assert inner.render() == "x"
    assert drawn.seconds == 0


def test_the_engine_in_place_draws_the_same(client):
    assert type(engines["django"]) is not TimedTemplates
    with server_timing.drawing() as drawn:
        render_to_string("404.html")
    assert drawn.seconds == 0


def _dirs():
    from django.conf import settings

    [ours] = settings.TEMPLATES
    return {"DIRS": ours["DIRS"], "APP_DIRS": True, "OPTIONS": dict(ours["OPTIONS"])}
