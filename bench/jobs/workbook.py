"""A customer ledger as firms keep it, of any length: heads, people, homes, stages. Nobody's number stands twice."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import xlsxwriter

from bench.world import words

SHEET: Final = "西安分公司"
HEADS: Final = (
    "序号", "客户姓名", "联系电话", "小区", "楼栋房号", "面积(㎡)", "装修方式", "客户来源", "设计师", "项目经理", "监理",
    "签单日期", "合同总额", "开工日期", "目前阶段", "竣工日期", "备注",
)  # fmt: skip
NAMES: Final = 2_000
ESTATES: Final = 40
DESIGNERS: Final = ("孙梦", "何晓峰", "陶然", "范文博")
MANAGERS: Final = ("孙德海", "马建军", "赵铁柱")
SUPERVISORS: Final = ("严正平", "石磊")
NOTES: Final = ("周末才有时间", "家里有老人，卫生间要做扶手", "对环保要求高，板材要看检测报告", "", "", "")
ASKING: Final = ("在谈", "已量房", "方案设计中")
BUILDING: Final = ("水电施工", "防水", "木瓦", "油漆阶段")
DONE: Final = ("已竣工", "保修中", "过保")
MODES: Final = ("全包", "半包", "清包")
SOURCES: Final = ("电话", "在线咨询", "到店", "活动", "小程序")
NUMBERS_A_PREFIX: Final = 10**5


def rows(count: int, *, seed: int, today: date) -> Iterator[list[Any]]:
    """The same seed and day give the same rows; another seed gives other numbers, so that all rows are new."""
    random = Random(seed)
    names, estates = words.vocabulary(NAMES).names, words.estate_names(ESTATES)
    prefixes = random.sample(range(10**4), count // NUMBERS_A_PREFIX + 1)
    for number in range(count):
        phone = f"17{prefixes[number // NUMBERS_A_PREFIX]:04d}{number % NUMBERS_A_PREFIX:05d}"
        who = [number + 1, random.choice(names), phone, random.choice(estates), _home(random)]
        yield [*who, *_project(random, today), random.choice(NOTES)]


def write(path: Path, listed: Iterator[list[Any]]) -> None:
    """A row at a time: a long ledger does not stand in memory."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(SHEET)
    sheet.write_row(0, 0, HEADS)
    for place, row in enumerate(listed, start=1):
        sheet.write_row(place, 0, row)
    book.close()


def _home(random: Random) -> str:
    return f"{random.randint(1, 16)}-{random.randint(1, 3)}-{random.randint(2, 32)}{random.randint(1, 4):02d}"


def _project(random: Random, today: date) -> list[Any]:
    """From the area to the day of completion: a third each asks, builds, lives there."""
    kind = random.choice((ASKING, BUILDING, DONE))
    wish = [random.randint(68, 215), random.choice(MODES), random.choice(SOURCES), random.choice(DESIGNERS)]
    stage = random.choice(kind)
    if kind is ASKING:
        return [*wish, "", "", "", "", "", stage, ""]
    began = today - timedelta(days=random.randint(10, 70) if kind is BUILDING else random.randint(200, 1500))
    signed, completed = began - timedelta(days=random.randint(1, 20)), began + timedelta(days=120)
    people = [random.choice(MANAGERS), random.choice(SUPERVISORS)]
    amount = random.randrange(98, 420) * 1000
    return [*wish, *people, signed, amount, began, stage, "" if kind is BUILDING else completed]
