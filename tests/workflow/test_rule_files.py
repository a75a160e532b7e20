"""Rules as a file: written, read back the same, and refused whole with the rule and a sentence."""

import pytest

from core.errors import Refusal
from tests.factories.workflow import make_playbooks
from workflow import actions, playbooks, rule_files, shipped
from workflow.models import Playbook
from workflow.rulebook import BadRule

RULE = b"""
[[rule]]
key = "own_1"
name = "a"
subject = "project"
trigger = { kind = "weekly", weekday = 6 }
action = { kind = "call" }
audience = "owner"
"""


@pytest.fixture
def playbook(firm) -> Playbook:
    return make_playbooks(firm)[0]


def test_every_shipped_playbook_reads_back_from_its_file_as_it_was(playbook):
    for ours in shipped.shipped():
        written = rule_files.write(playbook, ours.rules).encode()
        assert rule_files.read(written).rules == ours.rules


def test_what_was_published_and_stored_reads_back_the_same(playbook, manager):
    rules = actions.rules_of(actions.begin_draft(playbook, by=manager))
    assert list(rule_files.read(rule_files.write(playbook, rules).encode()).rules) == rules


def test_a_name_full_of_signs_survives(playbook):
    spec = rule_files.read(RULE.replace(b'"a"', b'"\\"x\\" \\\\ \\u007f"')).rules[0]
    assert spec.name == '"x" \\ \x7f'
    assert rule_files.read(rule_files.write(playbook, [spec]).encode()).rules == (spec,)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"rule = [", "读不懂"),
        (b"a = 1", "不认识“a”"),
        (b'title = "x"', "没有规则"),
        (b"rule = 3", "没有规则"),
        (RULE + RULE, "出现了两次"),
        (RULE.replace(b'"own_1"', b"5"), "写得不对"),
        (RULE.replace(b"{ kind = \"call\" }", b'"call"'), "“action”写得不对"),
        (RULE.replace(b'"a"', b'"' + b"a" * 61 + b'"'), "own_1：name"),
        (RULE.replace(b'"own_1"', b'"own 1"'), "own 1：rule_key"),
        (RULE.replace(b"weekday = 6", b"weekday = 9"), "own_1"),
        (RULE + b"window = { days = 9999999 }\n", "时间窗最长"),
        (RULE + b'awaits = "nobody.Says"\n', "还没有 nobody.Says"),
        (b"#" * (rule_files.LARGEST + 1), "超过"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value,
)  # fmt: skip
def test_a_file_nobody_can_keep_is_refused_with_a_sentence(content, said, playbook):
    with pytest.raises(BadRule, match=said):
        rule_files.read(content)


def test_a_file_becomes_the_draft_and_leaves_what_is_in_force(playbook, manager):
    rules = rule_files.read(RULE).rules
    draft = actions.replace_rules(playbook, rules, by=manager)
    assert actions.rules_of(draft) == list(rules)
    assert len(actions.rules_of(playbook.versions.get(state="published"))) > 1


def test_a_file_with_a_rule_of_another_playbook_changes_nothing(playbook, manager):
    other = playbooks.adopt("group_care")
    theirs = actions.rules_of(other.versions.get(state="published"))[:1]
    with pytest.raises(Refusal, match="不能重复"):
        actions.replace_rules(playbook, theirs, by=manager)
    assert actions.draft_of(playbook) is None
