"""Reading, drafting, publishing and taking over playbooks in the browser."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.workflow import make_playbooks
from tests.workflow.test_rule_form import sent
from workflow import actions
from workflow.differences import fingerprint
from workflow.forms import RuleForm
from workflow.models import Playbook, PlaybookVersion, Rule
from workflow.rulebook import RuleSpec

State = PlaybookVersion.State
HTMX = {"HX-Request": "true"}


@pytest.fixture
def playbook(firm) -> Playbook:
    return make_playbooks(firm)[0]


@pytest.fixture
def browser(manager, sign_in) -> Any:
    return sign_in(manager)


@pytest.fixture
def rule(playbook, manager) -> Rule:
    draft = actions.begin_draft(playbook, by=manager)
    return Rule.objects.get(version=draft, rule_key="saturday_call")


def filled(rule: Rule, **changes: Any) -> dict[str, Any]:
    """The form of this rule as the browser would send it, with some fields changed."""
    spec = RuleSpec.from_row(rule)
    form = RuleForm(subject=spec.subject, spec=spec)
    return {**sent(form), "seen": fingerprint(spec), **changes}


def test_changing_a_rule_and_publishing_it(browser, playbook):
    url = browser.post(reverse("workflow:drafting", args=[playbook.pk])).url
    rule = Rule.objects.get(version__state=State.DRAFT, rule_key="saturday_call")

    browser.post(reverse("workflow:rule", args=[rule.pk]), filled(rule, closes="18:00"))
    assert "当天 18:00" in browser.get(url).content.decode()

    dialog = browser.get(reverse("workflow:publication", args=[playbook.pk]))
    answer = browser.post(
        reverse("workflow:publication", args=[playbook.pk]), {"seen": dialog.context["seen"]}
    )

    assert answer.url == f"{reverse('workflow:playbooks')}?book={playbook.key}"
    assert "已发布 v2" in browser.get(answer.url).content.decode()
    assert Rule.objects.in_force().get(rule_key="saturday_call").window["until"] == "18:00"


def test_refused_input_keeps_what_was_typed_and_says_why(browser, rule):
    given = filled(rule, name="新的名字", within_count="", cap_count="3", per_count="0")
    answer = browser.post(reverse("workflow:rule", args=[rule.pk]), given)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "新的名字" in text
    assert "per 要大于零" in text
    rule.refresh_from_db()
    assert rule.name != "新的名字"


def test_the_slower_of_two_gets_409_and_keeps_the_text(browser, rule, manager):
    mine = filled(rule, name="我写的")
    Rule.objects.filter(pk=rule.pk).update(name="别人写的")

    answer = browser.post(reverse("workflow:rule", args=[rule.pk]), mine)

    assert answer.status_code == 409
    assert "别人已经改过" in answer.content.decode()
    assert "我写的" in answer.content.decode()
    rule.refresh_from_db()
    assert rule.name == "别人写的"

    again = {**mine, "seen": answer.context["seen"]}
    assert browser.post(reverse("workflow:rule", args=[rule.pk]), again).status_code == 302
    rule.refresh_from_db()
    assert rule.name == "我写的"


def test_the_sentence_follows_what_is_filled_in_and_nothing_is_written(browser, rule):
    url = f"{reverse('workflow:rule', args=[rule.pk])}?part=sentence"

    assert "每周日" in browser.post(url, filled(rule, weekday="7"), headers=HTMX).content.decode()
    wrong = browser.post(url, filled(rule, cap_count="3", per_count="0"), headers=HTMX)

    assert "per 要大于零" in wrong.content.decode()
    rule.refresh_from_db()
    assert rule.trigger["weekday"] == 6


def test_another_fact_brings_its_own_words_and_values(browser, rule):
    given = filled(rule, **{"condition-0-fact": "suspended"})
    url = f"{reverse('workflow:rule', args=[rule.pk])}?part=condition"

    rows = browser.post(url, {**given, "more": "condition"}, headers=HTMX).context["rows"].rows

    assert len(rows) == 2
    assert [value for value, _label in rows[0].fields["word"].choices] == ["yes", "no"]
    assert "value" not in rows[0].fields


def test_a_new_rule_stands_at_the_end_of_the_draft(browser, rule, playbook):
    url = f"{reverse('workflow:new_rule', args=[playbook.pk])}?subject=project"
    given = {
        "name": "开工送绿植", "trigger_kind": "date", "date_fact": "started_on", "audience": "owner", "kind": "gift",
        "what": "绿植", "window_kind": "hours", "condition-0-fact": "phase", "condition-0-word": "is",
        "condition-0-value": ["inspections"],
    }  # fmt: skip

    assert browser.post(url, given).status_code == 302

    last = Rule.objects.filter(version__state=State.DRAFT).order_by("-position").first()
    assert (last.name, last.action) == ("开工送绿植", {"kind": "gift", "what": "绿植"})
    assert last.condition == {"fact": "phase", "is": "inspections"}


def test_switches_order_and_removal_work_from_the_page(browser, rule, playbook):
    browser.post(reverse("workflow:switch", args=[rule.pk]), {"enabled": "off"})
    browser.post(reverse("workflow:place", args=[rule.pk]), {"to": "up"})
    rule.refresh_from_db()
    assert not rule.enabled

    page = browser.get(reverse("workflow:draft", args=[playbook.pk])).content.decode()
    assert 'aria-checked="false"' in page

    browser.post(reverse("workflow:rule_removal", args=[rule.pk]))
    assert not Rule.objects.filter(pk=rule.pk).exists()
    browser.post(reverse("workflow:rule_restoration", args=[playbook.pk]), {"rule": "saturday_call"})
    assert Rule.objects.filter(version__state=State.DRAFT, rule_key="saturday_call").exists()


def test_taking_over_a_shipped_playbook_says_what_is_left_out(browser, playbook):
    page = browser.get(reverse("workflow:shipped_playbook", args=["group_care"]))
    assert "“周六在施回访”已在“精简标准”里" in page.content.decode()

    answer = browser.post(reverse("workflow:adoption", args=["group_care"]))

    taken = Rule.objects.published().filter(version__playbook__key="group_care")
    assert taken.count() == page.context["new_count"]
    assert not taken.filter(rule_key="saturday_call").exists()
    assert "group_care" in answer.url


def test_a_version_leaves_as_a_file_and_comes_back_as_a_draft(browser, playbook):
    version = playbook.versions.get(number=1)
    file = browser.get(reverse("workflow:version_file", args=[version.pk]))
    assert f'filename="{playbook.key}-v1.toml"' in file["Content-Disposition"]

    upload = SimpleUploadedFile("x.toml", file.content)
    answer = browser.post(reverse("workflow:rule_file", args=[playbook.pk]), {"file": upload})

    assert answer.status_code == 302
    assert actions.rules_of(actions.draft_of(playbook)) == actions.rules_of(version)


def test_a_file_with_one_bad_rule_is_refused_whole(browser, playbook):
    upload = SimpleUploadedFile("x.toml", b'[[rule]]\nkey = "own_1"\n')
    answer = browser.post(reverse("workflow:rule_file", args=[playbook.pk]), {"file": upload})

    assert answer.status_code == 422
    assert "own_1" in answer.content.decode()
    assert actions.draft_of(playbook) is None


def test_who_may_only_read_sees_no_buttons(agent, sign_in, playbook):
    page = sign_in(agent).get(reverse("workflow:playbooks")).content.decode()
    assert "周六在施回访" in page
    assert reverse("workflow:drafting", args=[playbook.pk]) not in page
    assert 'role="switch"' not in page
