"""pytest plugin: ``--new-budgets`` writes ``tests/architecture/budgets.py`` from what the walk over every door counted.

An address that did not run keeps its line; one that no longer exists loses it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

TABLE = Path(__file__).parents[1] / "architecture" / "budgets.py"
HEAD = '''"""Statements each address asks: ``(page, fragment)``, the same at one row and at three. Written by a command, kept by hand.

The walk counts them (``costs.py``); a changed count is a changed line here, so a review sees it. After a change that
means to: ``bin/test tests/architecture/test_every_door.py -k costs --new-budgets``.
"""

STATEMENTS: dict[str, tuple[int] | tuple[int, int]] = {
'''

_counted: dict[str, tuple[int, ...]] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--new-budgets", action="store_true", help="write tests/architecture/budgets.py anew")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    for name, value in report.user_properties:
        if name == "statements":
            address, *counts = value
            _counted[address] = tuple(count for count in counts if count is not None)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    if config.getoption("new_budgets") and _counted:
        table = _kept() | _counted
        TABLE.write_text(HEAD + "".join(_lines(table)) + "}\n", encoding="utf-8")
        terminalreporter.write_line(f"{TABLE.name}: {len(_counted)} addresses counted, {len(table)} in all")


def _kept() -> dict[str, tuple[int, ...]]:
    from tests.architecture.budgets import STATEMENTS
    from tests.architecture.walk import names_in_the_urlconf

    return {name: counts for name, counts in STATEMENTS.items() if name in names_in_the_urlconf()}


def _lines(table: dict[str, tuple[int, ...]]) -> Iterator[str]:
    return (f'    "{address}": {counts},\n' for address, counts in sorted(table.items()))
