"""What the bench prints: aligned, complete, and a missed goal cannot be overlooked."""

import json

from bench import report
from bench.results import Check, Goal, Result

LIST = Result(
    "list",
    "客户列表（接口）",
    "list of 50 by API",
    (Goal("ratio", 2.6, 2.0), Goal("statements", 6, 4)),
    {"ratio": 3.9, "ratio_best": 3.7, "p50_ms": 9.14, "p95_ms": 12.0, "floor_ms": 2.34, "statements": 5},
)
QUICK = Result("detail", "客户详情", "detail", (Goal("ratio", 2.6, 1.8),), {"ratio": 1.5, "p50_ms": 123.4})
IMPORT = Result(
    "import", "台账导入", "import a ledger", (Goal("memory_mb", 300),), {"ours_s": 61.2, "rows": 5000.0, "memory_mb": 180.0}
)  # fmt: skip
PDF = Result("pdf", "合同 PDF", "PDF of a page", skipped="the product has no renderer yet")
DOWN = Result("board", "看板", "board", (Goal("ratio", 4),), failed="Unanswered: board: 500")


def test_a_goal_that_is_missed_says_by_how_much():
    assert Check(Goal("ratio", 2.6), 3.9).words == "✗ 3.9× > 2.6 (1.50 times the goal)"


def test_a_goal_that_is_met_says_whether_its_stretch_is_too():
    assert Check(Goal("ratio", 2.6, 2.0), 2.3).words == "✓ 2.3× ≤ 2.6"
    assert Check(Goal("ratio", 2.6, 2.0), 1.9).words == "✓✓ 1.9× ≤ 2.6"


def test_a_figure_that_could_not_be_had_meets_no_goal():
    check = Check(Goal("statements", 6), None)

    assert not check.is_met
    assert check.words == "? SQL not measured, goal 6"


def test_the_table_is_aligned_and_leaves_empty_columns_out():
    grid = report.table([LIST, QUICK]).split("\n\n")[0].splitlines()

    assert grid[0].split() == ["×", "floor", "best", "p50", "ms", "p95", "ms", "floor", "ms", "SQL"]
    assert grid[1].split() == ["list", "of", "50", "by", "API", "3.9", "3.7", "9.1", "12.0", "2.3", "5"]
    assert grid[2].split() == ["detail", "1.5", "–", "123", "–", "–", "–"]
    ends = [[place for place, sign in enumerate(line) if sign != " " and line[place + 1 : place + 3] in {"  ", ""}]
            for line in grid]  # fmt: skip
    assert ends[0] == ends[1][1:] == ends[2][1:]


def test_chinese_names_take_two_columns():
    wide = Result("board", "看板", "看板", figures={"ratio": 1.0})

    lines = report.table([wide, QUICK]).splitlines()

    assert lines[1].startswith("看板    ")
    assert lines[2].startswith("detail  ")


def test_every_goal_skip_and_breakdown_stands_below_the_table():
    told = report.table([LIST, IMPORT, PDF, DOWN], heading="world small")

    assert told.startswith("world small\n\n")
    assert "list of 50 by API  ✗ 3.9× > 2.6 (1.50 times the goal)" in told
    assert "list of 50 by API  ✓ 5.0 SQL ≤ 6" in told
    assert "import a ledger    ✓ 180 MB ≤ 300" in told
    assert "PDF of a page      – skipped: the product has no renderer yet" in told
    assert "board              ✗ broke down: Unanswered: board: 500" in told


def test_json_is_one_line_with_every_figure_and_goal():
    line = report.json_line([LIST, PDF], {"world": "small", "cores": 2})

    told = json.loads(line)
    assert "\n" not in line
    assert (told["world"], told["cores"]) == ("small", 2)
    assert told["results"][0]["label"] == "客户列表（接口）"
    assert told["results"][0]["figures"] == dict(LIST.figures)
    assert told["results"][0]["goals"][0] == {
        "figure": "ratio", "most": 2.6, "stretch": 2.0, "value": 3.9, "met": False
    }  # fmt: skip
    assert told["results"][1] == {
        "name": "pdf", "label": "合同 PDF", "english": "PDF of a page", "figures": {}, "goals": [],
        "skipped": "the product has no renderer yet",
    }  # fmt: skip


def test_markdown_is_one_row_a_question():
    heads, rule, first, second = report.markdown([LIST, PDF]).splitlines()

    assert heads.count("|") == rule.count("|") == first.count("|") == second.count("|")
    assert "✗ 3.9× > 2.6" in first
    assert "skipped" in second


def test_a_breakdown_is_a_miss_and_a_skip_is_none():
    assert [result.is_missed for result in (LIST, QUICK, PDF, DOWN)] == [True, False, False, True]
