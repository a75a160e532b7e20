"""The pictures in docs/workflows/ are drawn from the code and say what the code says."""

from pathlib import Path

import pytest

from projects.management.commands.draw_workflows import FOLDER, drawings

ROOT = Path(__file__).resolve().parents[2]
DRAWN = drawings()


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_the_picture_is_what_the_code_draws(name):
    """When this fails: ``bin/manage draw_workflows``."""
    assert (ROOT / FOLDER / name).read_text(encoding="utf-8") == DRAWN[name]


def test_no_picture_outlives_its_workflow():
    assert {file.name for file in (ROOT / FOLDER).glob("*.svg")} == set(DRAWN)


def test_the_road_of_a_project_is_on_its_picture():
    picture = DRAWN["projects-project.svg"]
    assert all(
        word in picture
        for word in ("洽谈", "施工验收", "结案", "流失", "停工", "退单", "to_contract", "reopen")
    )
