from collections.abc import Callable
from typing import Any

import pytest

from projects.models import Project
from tenancy.models import Branch, Member, Role
from tests.factories import projects as factories

EVERYTHING = (
    Role.FIRM_ADMIN,
    Role.DESIGNER,
    Role.BUDGETER,
    Role.ENGINEERING_MANAGER,
    Role.FINANCE,
    Role.PROJECT_MANAGER,
    Role.SUPERVISOR,
    Role.ADMINISTRATION,
    Role.BRANCH_MANAGER,
)


@pytest.fixture
def make_project(branch: Branch) -> Callable[..., Project]:
    def make(phase: str = "consultation", **fields: Any) -> Project:
        return factories.make_project(fields.pop("branch", branch), phase=phase, **fields)

    return make


@pytest.fixture
def one_for_all(make_member: Callable[..., Member], branch: Branch) -> Member:
    """Somebody who holds every office of a small branch, so that a test can speak of one thing at a time."""
    return make_member(*EVERYTHING, branch=branch, name="全一帆")
