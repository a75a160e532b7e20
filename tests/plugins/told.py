"""pytest plugin: what long tests measured, and at the very end what did not run and how to make it run.

A test says a figure with ``record_property("measured", "…")``; a skip whose reason begins with ``not run: `` counts.
"""

import os
from collections import Counter

import pytest

from tests.long import LONG, NOT_RUN

_measured: list[str] = []
_not_run: Counter[str] = Counter()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _measured.extend(str(value) for name, value in report.user_properties if _is_new(name, report))
    reason = report.longrepr[2].removeprefix("Skipped: ") if _has_reason(report) else ""
    if reason.startswith(NOT_RUN):
        _not_run[reason.removeprefix(NOT_RUN)] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _measured:
        terminalreporter.section("measured")
    for line in _measured:
        terminalreporter.write_line(line)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return
    for line in lines():
        reporter.write_line(line)


def lines() -> list[str]:
    """One line for each thing that is missing."""
    told = [f"not run: {count} tests: {reason}" for reason, count in sorted(_not_run.items())]
    is_said = bool(os.environ.get("JUAN_LONG")) or LONG in _not_run
    return told if is_said else [*told, f"not run: {LONG}"]


def _is_new(name: str, report: pytest.TestReport) -> bool:
    """Properties are handed on from phase to phase; they are complete after the last one."""
    return name == "measured" and report.when == "teardown"


def _has_reason(report: pytest.TestReport) -> bool:
    return report.skipped and isinstance(report.longrepr, tuple)
