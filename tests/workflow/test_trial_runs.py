"""A playbook tried in the background: asked once, kept under its wording, leaving nothing behind."""

from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from tests.factories.workflow import make_playbooks
from workflow import actions, tasks, trial_runs
from workflow.models import Playbook, Rule, Touchpoint

SIGNED = date(2026, 3, 2)


@pytest.fixture
def draft(firm, branch, manager):
    """One with a single rule, so that a trial is quick."""
    cache.clear()
    draft = actions.begin_draft(make_playbooks(firm)[0], by=manager)
    Rule.objects.filter(version=draft).exclude(rule_key="contract_call").delete()
    return draft


def test_a_trial_finds_the_call_after_the_contract_and_leaves_no_trace(draft):
    trial_runs.run(draft.pk, SIGNED, translation.get_language())

    lines = trial_runs.ask(draft, SIGNED)

    assert [(line["rule_key"], line["due_from"].date()) for line in lines] == [
        ("contract_call", date(2026, 3, 3))
    ]
    assert not Touchpoint.objects.exists()
    assert not Playbook.objects.filter(key="simulated").exists()


def test_it_is_begun_once_and_anew_when_a_rule_changed(
    draft, monkeypatch, django_capture_on_commit_callbacks
):
    begun = []
    monkeypatch.setattr(tasks.try_playbook, "delay", lambda **asked: begun.append(asked))

    with django_capture_on_commit_callbacks(execute=True):
        assert trial_runs.ask(draft, SIGNED) is None
        assert trial_runs.ask(draft, SIGNED) is None
    assert [one["signed_on"] for one in begun] == ["2026-03-02"]

    Rule.objects.filter(version=draft).update(name="另一条")
    with django_capture_on_commit_callbacks(execute=True):
        trial_runs.ask(draft, SIGNED)
    assert len(begun) == 2


def test_the_page_waits_and_then_shows_what_was_found(draft, manager, sign_in, monkeypatch):
    monkeypatch.setattr(tasks.try_playbook, "delay", lambda **_asked: None)
    url = f"{reverse('workflow:trial', args=[draft.pk])}?signed=2026-03-02"
    browser = sign_in(manager)

    assert "正在试算" in browser.get(url).content.decode()
    trial_runs.run(draft.pk, SIGNED, "zh-hans")

    assert "签约回访" in browser.get(url, headers={"HX-Request": "true"}).content.decode()
