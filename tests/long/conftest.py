"""Tests that take minutes: only with ``bin/test --long``. Everything here commits; servers run in threads."""

import os

import pytest

from tests.long import LONG, NOT_RUN


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/long/" not in str(item.path):
            continue
        item.add_marker(pytest.mark.long)
        item.add_marker(pytest.mark.django_db(transaction=True))
        if not os.environ.get("JUAN_LONG"):
            item.add_marker(pytest.mark.skip(reason=f"{NOT_RUN}{LONG}"))
