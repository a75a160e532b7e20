"""Habits that would be bugs here, found by reading the syntax tree of every module."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("config", "core", "tenancy", "files", "workflow", "notifications", "crm", "projects", "aftersales", "complaints",
        "workspace", "portal")  # fmt: skip
MODULES = sorted(p for app in APPS for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts)

CATCHES_EVERYTHING = {
    "workflow": "one poisoned delivery must not stop the others; it is parked with its error",
    "notifications": "a provider's surprise leaves the message as unknown, never as sent",
    "config": "a readiness probe reports whatever broke",
    "workspace": "one broken row of a ledger is told in the report",
}
"""Apps in which a worker may catch ``Exception``, and why."""

MARKS_SAFE = {
    "core/charts": "pictures drawn from numbers, every word in them escaped",
    "core/templatetags": "tags of our own, which escape what they are given",
    "core/ui": "as the tags",
    "workspace/help.py": "our own Markdown, rendered with raw HTML off",
}
"""Where a text may be called safe HTML, and why."""


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.AST]:
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def test_nobody_hides_a_bug_by_catching_everything(trees):
    found = [
        f"{name}:{node.lineno}"
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and name.split("/")[0] not in CATCHES_EVERYTHING
    ]
    assert found == []


def test_views_find_objects_through_what_the_member_may_see(trees):
    """``get_object_or_404(Model, …)`` or ``Model.objects.get`` in a view would skip ``visible_to``."""
    found = [
        f"{name}:{call.lineno} {function}"
        for name, tree in trees.items()
        if "/views" in name or "/api/" in name
        for call, function in calls(tree)
        if function.endswith(".objects.get")
        or (
            function == "get_object_or_404"
            and call.args
            and isinstance(call.args[0], ast.Name)
            and call.args[0].id[0].isupper()
        )
    ]
    assert found == []


def test_no_request_data_becomes_keyword_arguments_of_a_query(trees):
    found = [
        f"{name}:{call.lineno}"
        for name, tree in trees.items()
        for call, function in calls(tree)
        if function.rsplit(".", 1)[-1] in {"filter", "exclude", "annotate", "order_by", "get"}
        and any(kw.arg is None and "request" in ast.unparse(kw.value) for kw in call.keywords)
    ]
    assert found == []


def test_nothing_is_marked_safe_or_run_from_text(trees):
    found = [
        f"{name}:{call.lineno} {function}"
        for name, tree in trees.items()
        for call, function in calls(tree)
        if function.rsplit(".", 1)[-1] in {"mark_safe", "eval", "exec"}
        and not function.startswith("re.")
        and not name.startswith(tuple(MARKS_SAFE))
    ]
    assert found == []


def test_the_firm_is_never_set_for_a_whole_connection(trees):
    """``set_config`` and plain ``SET app.…`` outlive the transaction, or do not reach a distributed database."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and (
            ("set_config(" in node.value and "app." in node.value)
            or node.value.lstrip().startswith("SET app.")
        )
    ]
    assert found == []


def test_no_module_has_outgrown_two_screens_by_far(trees):
    long = {n: len((ROOT / n).read_text(encoding="utf-8").splitlines()) for n in trees}
    assert {name: lines for name, lines in long.items() if lines > 450} == {}


def test_no_function_is_longer_than_a_phone_screen_can_scroll(trees):
    found = {
        f"{name}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > 60
    }
    assert found == {}
