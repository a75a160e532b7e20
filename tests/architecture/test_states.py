"""No state is written but by ``move``: every ``update(<state>=…)`` and every UPDATE statement of the whole house.

The queryset refuses at run time what it sees; here the source itself is read, so that a path no test takes cannot hide.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from workflow.models import StatefulModel
from workflow.models.stateful import StatefulQuerySet, state_fields

ROOT = Path(settings.BASE_DIR)
APPS = (
    "config", "core", "tenancy", "files", "workflow", "notifications", "crm", "projects", "aftersales", "complaints",
    "workspace", "portal",
)  # fmt: skip
MODULES = sorted(p for app in APPS for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts)
STATEFUL = {model: state_fields(model) for model in apps.get_models() if issubclass(model, StatefulModel)}
NAMES = {name for names in STATEFUL.values() for name in names}

NOT_STATEFUL = {
    "workflow/touchpoints.py open_ones": "touchpoints follow their work item and are no state machine",
}
"""``update(state=…)`` on a variable whose model the syntax tree does not tell: file, variable, and why it is fine."""


def test_there_are_stateful_models_and_each_has_a_guarded_queryset():
    assert {"Project", "Appointment", "CallTask", "StaffTask"} <= {model.__name__ for model in STATEFUL}
    for model, names in STATEFUL.items():
        assert names, model
        assert isinstance(model._base_manager.none(), StatefulQuerySet), model
        assert all(model._meta.get_field(name).protected for name in names), model


def updates(path: Path) -> Iterator[tuple[str, int, set[str]]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            written = {keyword.arg for keyword in node.keywords if keyword.arg} & NAMES
            if written:
                yield ast.unparse(node.func.value), node.lineno, written


def is_excused(path: Path, receiver: str) -> bool:
    named = re.match(r"(\w+)\.objects|(\w+)\._base_manager", receiver)
    if named:
        model = next((m for m in apps.get_models() if m.__name__ == (named[1] or named[2])), None)
        return model is not None and model not in STATEFUL
    return f"{path.relative_to(ROOT)} {receiver}" in NOT_STATEFUL


@pytest.mark.parametrize("app", APPS)
def test_no_queryset_writes_a_state(app):
    found = [
        f"{path.relative_to(ROOT)}:{line} {receiver}.update({', '.join(written)}=…)"
        for path in MODULES
        if path.relative_to(ROOT).parts[0] == app
        for receiver, line, written in updates(path)
        if not is_excused(path, receiver)
    ]
    assert found == []


def texts(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "update" in node.value.lower():
            yield node.value, node.lineno


def test_no_statement_writes_a_state():
    tables = {model._meta.db_table: names for model, names in STATEFUL.items()}
    found = []
    for path in MODULES:
        for text, line in texts(path):
            for table, names in tables.items():
                if not (
                    changed := re.search(
                        rf"UPDATE\s+{table}\b(.*?)(WHERE|$)", text, re.IGNORECASE | re.DOTALL
                    )
                ):
                    continue
                if any(re.search(rf"\b{name}\s*=", changed[1]) for name in names):
                    found.append(f"{path.relative_to(ROOT)}:{line} {table}")
    assert found == []
