"""A draft, its rules, publishing, going back; and what never happens to the rules in force."""

from dataclasses import replace

import pytest

from core.errors import Refusal, Stale
from tests.factories.workflow import make_playbooks
from workflow import actions, playbooks
from workflow.differences import differences, fingerprint
from workflow.models import Playbook, PlaybookVersion, Rule
from workflow.rulebook import RuleSpec

State = PlaybookVersion.State


@pytest.fixture
def playbook(firm) -> Playbook:
    return make_playbooks(firm)[0]


@pytest.fixture
def draft(playbook, manager) -> PlaybookVersion:
    return actions.begin_draft(playbook, by=manager)


def drafted(playbook, key="saturday_call") -> Rule:
    return Rule.objects.get(version__playbook=playbook, version__state=State.DRAFT, rule_key=key)


def in_force(playbook) -> list[RuleSpec]:
    rows = Rule.objects.published().filter(version__playbook=playbook).order_by("position")
    return [RuleSpec.from_row(row) for row in rows]


def publish(playbook, by):
    rules = actions.rules_of(actions.draft_of(playbook))
    return actions.publish_draft(playbook, by=by, seen=fingerprint(*rules))


def reword(playbook, by, key="saturday_call", **changes) -> Rule:
    spec = RuleSpec.from_row(drafted(playbook, key))
    return actions.put_rule(playbook, replace(spec, **changes), by=by, seen=fingerprint(spec))


def test_a_draft_is_a_copy_with_the_next_number_and_begun_once(playbook, manager):
    before = in_force(playbook)

    draft = actions.begin_draft(playbook, by=manager)

    assert (draft.number, draft.state) == (2, State.DRAFT)
    assert actions.rules_of(draft) == before == in_force(playbook)
    assert actions.begin_draft(playbook, by=manager) == draft


def test_a_new_wording_changes_the_draft_and_nothing_that_is_in_force(playbook, draft, manager):
    before = in_force(playbook)

    reword(playbook, manager, name="周六问候")

    assert drafted(playbook).name == "周六问候"
    assert in_force(playbook) == before


def test_who_was_slower_is_told_and_overwrites_nothing(playbook, draft, manager):
    seen = RuleSpec.from_row(drafted(playbook))
    reword(playbook, manager, name="先写的")

    with pytest.raises(Stale):
        actions.put_rule(playbook, replace(seen, name="后写的"), by=manager, seen=fingerprint(seen))

    assert drafted(playbook).name == "先写的"


def test_a_form_on_a_rule_that_went_away_meanwhile_is_refused(playbook, draft, manager):
    seen = RuleSpec.from_row(drafted(playbook))
    actions.remove_rule(drafted(playbook), by=manager)

    with pytest.raises(Stale):
        actions.put_rule(playbook, seen, by=manager, seen=fingerprint(seen))

    assert not Rule.objects.filter(version=draft, rule_key="saturday_call").exists()


def test_rules_change_places_and_the_ends_stay(playbook, draft, manager):
    keys = [spec.key for spec in actions.rules_of(draft)]

    actions.move_rule(drafted(playbook, keys[0]), up=True, by=manager)
    assert [spec.key for spec in actions.rules_of(draft)] == keys

    actions.move_rule(drafted(playbook, keys[0]), up=False, by=manager)
    assert [spec.key for spec in actions.rules_of(draft)] == [keys[1], keys[0], *keys[2:]]


def test_switching_off_a_rule_in_force_begins_a_draft_in_which_it_is_off(playbook, manager):
    rule = Rule.objects.in_force().get(rule_key="saturday_call")

    actions.switch_rule(rule, enabled=False, by=manager)

    assert not drafted(playbook).enabled
    assert Rule.objects.in_force().filter(rule_key="saturday_call").exists()


def test_a_rule_becomes_again_what_is_in_force_wherever_it_was(playbook, draft, manager):
    before = actions.rules_of(draft)
    reword(playbook, manager, name="改了")
    actions.remove_rule(drafted(playbook, before[1].key), by=manager)
    actions.put_rule(playbook, replace(before[0], key="own_1", name="新的"), by=manager)

    for key in ("saturday_call", before[1].key, "own_1"):
        actions.restore_rule(playbook, key, by=manager)

    assert actions.rules_of(draft) == before


def test_publishing_puts_exactly_what_was_read_in_force(playbook, draft, manager):
    reword(playbook, manager, window={"from": "10:00", "until": "18:00"})

    version = publish(playbook, manager)

    assert (version.number, version.published_by) == (2, manager)
    assert Rule.objects.in_force().get(rule_key="saturday_call").window["until"] == "18:00"
    states = PlaybookVersion.objects.filter(playbook=playbook).order_by("number")
    assert list(states.values_list("state", flat=True)) == [State.RETIRED, State.PUBLISHED]


def test_what_somebody_changed_while_one_read_is_not_published(playbook, draft, manager):
    reword(playbook, manager, name="核对过的")
    seen = fingerprint(*actions.rules_of(draft))
    reword(playbook, manager, name="没核对过的")

    with pytest.raises(Stale):
        actions.publish_draft(playbook, by=manager, seen=seen)

    assert PlaybookVersion.objects.get(playbook=playbook, state=State.PUBLISHED).number == 1


def test_a_draft_without_changes_or_without_rules_is_not_published(playbook, draft, manager):
    with pytest.raises(Refusal, match="完全一样"):
        publish(playbook, manager)
    Rule.objects.filter(version=draft).delete()
    with pytest.raises(Refusal, match="没有规则"):
        publish(playbook, manager)


def test_a_rule_in_force_elsewhere_is_not_published_twice(playbook, draft, manager):
    other = playbooks.adopt("group_care")
    taken = RuleSpec.from_row(Rule.objects.published().filter(version__playbook=other).first())
    actions.put_rule(playbook, taken, by=manager)

    with pytest.raises(Refusal, match="不能重复"):
        publish(playbook, manager)

    assert taken.key not in {spec.key for spec in in_force(playbook)}


def test_going_back_publishes_the_older_wording_anew_and_keeps_the_draft(playbook, draft, manager):
    first = PlaybookVersion.objects.get(playbook=playbook, number=1)
    before = in_force(playbook)
    reword(playbook, manager, name="第二版")
    publish(playbook, manager)
    kept = actions.begin_draft(playbook, by=manager)

    again = actions.roll_back(first, by=manager)

    assert in_force(playbook) == before
    kept.refresh_from_db()
    assert (again.number, kept.number, kept.state) == (3, 4, State.DRAFT)


def test_only_what_was_in_force_before_can_be_put_back(playbook, draft, manager):
    for version in (draft, PlaybookVersion.objects.get(playbook=playbook, number=1)):
        with pytest.raises(Refusal):
            actions.roll_back(version, by=manager)


def test_whoever_answers_for_no_calls_changes_nothing(playbook, draft, manager, agent):
    rule, rules = drafted(playbook), actions.rules_of(draft)
    acts = [
        lambda: actions.begin_draft(playbook, by=agent),
        lambda: actions.put_rule(playbook, rules[0], by=agent, seen=fingerprint(rules[0])),
        lambda: actions.remove_rule(rule, by=agent),
        lambda: actions.switch_rule(rule, enabled=False, by=agent),
        lambda: actions.move_rule(rule, up=False, by=agent),
        lambda: actions.replace_rules(playbook, rules[:1], by=agent),
        lambda: actions.publish_draft(playbook, by=agent, seen=fingerprint(*rules)),
        lambda: actions.discard_draft(playbook, by=agent),
    ]
    for act in acts:
        with pytest.raises(Refusal, match="岗位"):
            act()
    assert actions.rules_of(draft) == rules


def test_differences_are_told_in_the_words_that_changed(playbook, draft, manager):
    before = actions.rules_of(draft)
    reword(playbook, manager, window={"from": "09:00", "until": "18:00"})
    reword(playbook, manager, key=before[0].key, catch_up="9 days")
    actions.switch_rule(drafted(playbook, before[1].key), enabled=False, by=manager)
    actions.remove_rule(drafted(playbook, before[2].key), by=manager)

    found = {change.rule_key: change for change in differences(before, actions.rules_of(draft))}

    assert found["saturday_call"].parts == (("当天 20:00", "当天 18:00"),)
    assert (found[before[0].key].parts, found[before[0].key].also) == ((), ("错过后的补做期限",))
    assert {found[before[1].key].kind, found[before[2].key].kind} == {"off", "removed"}
    assert differences(before, before) == []


def test_another_order_is_a_difference(playbook, draft):
    rules = actions.rules_of(draft)
    assert [change.kind for change in differences(rules, rules[::-1])] == ["moved"]
