"""Figures of the sidebar are kept for some seconds for one member, until they act themselves."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from redis.exceptions import ConnectionError as NoRedis

from tenancy import remembered
from tenancy.models import Member

Counting = Callable[[], int]


@pytest.fixture(autouse=True)
def keeping(settings: Any) -> None:
    settings.FIGURES_SECONDS = 15
    cache.clear()


@pytest.fixture
def count() -> Counting:
    """1, 2, 3 … : how often it was asked."""
    asked: list[None] = []

    def counting() -> int:
        asked.append(None)
        return len(asked)

    return counting


def test_figures_are_counted_once_in_a_while(manager: Member, count: Counting) -> None:
    assert [remembered.figures(manager, "calls", count) for _ in range(3)] == [1, 1, 1]
    assert remembered.figures(manager, "tasks", count) == 2


def test_nobody_sees_the_figures_of_another(manager: Member, admin: Member, count: Counting) -> None:
    remembered.figures(manager, "calls", count)

    assert remembered.figures(admin, "calls", count) == 2


def test_another_branch_has_other_figures(
    agent: Member, manager: Member, branch: Any, count: Counting
) -> None:
    remembered.figures(manager, "calls", count)
    manager.look_at(branch.pk)

    assert remembered.figures(manager, "calls", count) == 2


def test_whoever_acts_sees_the_truth(manager: Member, sign_in: Any, count: Counting) -> None:
    remembered.figures(manager, "calls", count)
    answer = sign_in(manager).post(reverse("workspace:call_next"))

    assert answer.status_code == 302
    assert remembered.figures(manager, "calls", count) == 2


def test_a_refused_act_changes_no_figure(manager: Member, sign_in: Any, count: Counting) -> None:
    remembered.figures(manager, "calls", count)
    answer = sign_in(manager).post(reverse("workspace:call_undo_last"))

    assert answer.status_code == 422
    assert remembered.figures(manager, "calls", count) == 1


def test_without_a_cache_they_are_counted_every_time(
    manager: Member, count: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any, **__: Any) -> None:
        raise NoRedis

    for name in ("get", "set", "delete"):
        monkeypatch.setattr(remembered.cache, name, gone)

    assert [remembered.figures(manager, "calls", count) for _ in range(2)] == [1, 2]
    remembered.forget(manager)
