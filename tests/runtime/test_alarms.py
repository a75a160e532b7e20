"""Prometheus is not here to read our rules: their form is checked, and that what they ask about is really measured."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from prometheus_client.metrics import MetricWrapperBase

from config.models import Heartbeat
from core import measures
from tests.runtime.readings import scraped

DEPLOY = Path(settings.BASE_DIR) / "deploy"
DURATION = re.compile(r"(\d+(ms|[smhdwy]))+")
OURS = re.compile(r"\b(?:juan|http)_\w+")
LABELS = re.compile(r"(\w+)\{([^}]*)\}")
GIVEN = re.compile(r'(\w+)=~?"([^"]*)"')
WORDS_OF_A_TEMPLATE = re.compile(r"\{\{ \$labels\.(\w+) \}\}")

MEASURES = [one for one in vars(measures).values() if isinstance(one, MetricWrapperBase)]

pytestmark = pytest.mark.django_db


def rules():
    [page] = yaml.safe_load_all((DEPLOY / "prometheus-rules.yml").read_text(encoding="utf-8"))
    return [rule for group in page["groups"] for rule in group["rules"]]


@pytest.fixture
def measured(client):
    """Every name /metrics gives, with its suffixes, also of what has not happened yet."""
    Heartbeat.beat("worker")
    families = [family for one in MEASURES for family in one.describe()]
    suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"], "gauge": [""]}
    names = {family.name + suffix for family in families for suffix in suffixes[family.type]}
    return names | {line.partition("{")[0] for line in scraped(client.get("/metrics").content.decode())}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_a_rule_is_whole_and_asks_about_what_is_measured(rule, measured):
    assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
    assert DURATION.fullmatch(rule.get("for", "0s"))
    assert rule["labels"]["severity"] in {"page", "ticket"}
    for opening, closing in ("()", "[]", "{}"):
        assert rule["expr"].count(opening) == rule["expr"].count(closing)
    assert set(OURS.findall(rule["expr"])) <= measured
    for word in WORDS_OF_A_TEMPLATE.findall(rule["annotations"]["summary"]):
        assert re.search(rf"by \([^)]*\b{word}\b|up\{{", rule["expr"])


def test_a_label_that_is_asked_for_is_one_the_measure_has():
    known = {one._name: set(one._labelnames) for one in MEASURES}
    asked = [
        (name, label)
        for rule in rules()
        for name, given in LABELS.findall(rule["expr"])
        for label, _ in GIVEN.findall(given)
        if re.sub(r"_(total|bucket|sum|count)$", "", name) in known
    ]
    assert len(asked) >= 4
    for name, label in asked:
        assert label in known[re.sub(r"_(total|bucket|sum|count)$", "", name)], (name, label)


def test_every_alarm_has_a_line_that_says_what_to_do():
    page = (DEPLOY.parent / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [rule["alert"] for rule in rules() if f"`{rule['alert']}`" not in page] == []


def test_every_measure_is_explained():
    page = (DEPLOY.parent / "docs" / "operations.md").read_text(encoding="utf-8")
    names = [one._name for one in MEASURES]
    assert len(names) > 10
    assert [name for name in names if f"`{name}" not in page] == []


def test_prometheus_asks_where_we_answer():
    page = yaml.safe_load((DEPLOY / "prometheus.yml").read_text(encoding="utf-8"))
    compose = yaml.safe_load((DEPLOY.parent / "docker-compose.yml").read_text(encoding="utf-8"))
    targets = [
        target
        for job in page["scrape_configs"]
        for static in job["static_configs"]
        for target in static["targets"]
    ]
    assert targets == ["web:8000", "worker:9101"]
    assert compose["services"]["worker"]["environment"]["WORKER_METRICS_BIND"].endswith(":9101")
    assert page["rule_files"] == ["prometheus-rules.yml"]
