"""The form of a rule: what it shows and what it makes of what was filled in."""

from typing import Any

import pytest

from tests.factories.workflow import make_playbooks
from workflow import shipped
from workflow.forms import RuleForm

READY = [spec for spec in shipped.every_rule().values() if not spec.is_waiting]


@pytest.fixture(autouse=True)
def words(firm):
    make_playbooks(firm)


def test_every_shipped_rule_sent_back_unchanged_is_the_same_rule():
    changed = {}
    for spec in READY:
        form = RuleForm(sent(RuleForm(subject=spec.subject, spec=spec)), subject=spec.subject, spec=spec)
        if not form.is_valid() or form.rule() != spec:
            changed[spec.key] = form.errors or (form.rule(), spec)
    assert changed == {}


def sent(form: RuleForm) -> dict[str, Any]:
    """What a browser sends of a form nobody touched."""
    data: dict[str, Any] = {}
    for one in [form, *form.conditions.rows, *form.stops.rows, *form.ladder.rows]:
        for bound in one:
            value = bound.value()
            if value not in (None, "", False):
                data[bound.html_name] = value
    for rows in (form.conditions, form.stops):
        data[f"{rows.group}-join"] = rows.join
    return Sent(data)


class Sent(dict):
    """Like the browser's: several values of one name."""

    def getlist(self, name: str) -> list[Any]:
        value = self.get(name, [])
        return list(value) if isinstance(value, list | tuple) else [value]
