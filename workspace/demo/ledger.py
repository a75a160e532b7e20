"""The demo firm's own customer ledger, written as an Excel file and taken in by the ordinary import."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final

import xlsxwriter

from tenancy.models import Role
from workspace.demo import cast, names

HEAD: Final = (
    "序号", "客户姓名", "联系电话", "小区", "楼栋房号", "面积(㎡)", "装修方式", "客户来源", "介绍人", "设计师", "项目经理", "监理",
    "签单日期", "合同总额", "开工日期", "目前阶段", "竣工日期", "生日", "备注",
)  # fmt: skip

BEFORE: Final = (("在谈", 14), ("已量房", 8), ("方案设计中", 9), ("预算", 6))
SIGNED: Final = (("已签合同", 3), ("待交底", 3), ("停工", 1), ("退单", 1))
ON_SITE: Final = (
    ("水电施工", 4),
    ("水电验收", 3),
    ("防水", 2),
    ("木瓦", 4),
    ("油漆阶段", 3),
    ("安装收尾", 3),
)
DONE: Final = (("已竣工", 4), ("保修中", 24), ("过保", 8))
GONE: Final = (("流失", 9),)
STAGES: Final = (*BEFORE, *SIGNED, *ON_SITE, *DONE, *GONE)

SOURCES: Final = ("电话", "在线咨询", "到店", "设计中心", "活动", "朋友介绍", "老客户介绍", "小程序")
NOTES: Final = (
    "周末才有时间，工作日中午 12 点后再打",
    "家里有老人，卫生间要做扶手和防滑",
    "两个孩子，书房要能放双人桌",
    "在外地上班，钥匙在父亲那里",
    "希望年前能入住",
    "对环保要求高，板材要看检测报告",
    "想要开放式厨房，担心油烟",
    "养猫，阳台要封网",
    "预算卡得紧，每次变更先说价钱",
    "已问过三家，最在意工期",
    "物业规定午休两小时不能施工",
    "楼下邻居敏感，打孔前先打招呼",
    "喜欢原木色，不要反光的面",
    "主卧想做整墙衣柜",
    "地暖已由开发商做好，开槽要避开",
    "中央空调由业主自己找人装，请留检修口",
    "付款习惯对公转账，要开发票",
    "介绍过邻居来看样板间",
)


@dataclass(frozen=True)
class Life:
    """The dates of one project that fit its stage."""

    stage: str
    mode: str
    signed: date | None = None
    started: date | None = None
    completed: date | None = None


def workbook(today: date, seed: int = 8) -> bytes:
    """About 1,260 customers in three sheets, one per branch. The same day and seed give the same file."""
    random = Random(seed)  # noqa: S311 - invented people, not secrets
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    phone = 19920000000
    for branch in cast.BRANCHES:
        sheet = book.add_worksheet(branch.name)
        sheet.write_row(0, 0, (f"{branch.name}客户台账",))
        sheet.write_row(1, 0, HEAD)
        for number, row in enumerate(_rows(branch, today, random, phone), start=1):
            sheet.write_row(number + 1, 0, (number, *row))
        phone += branch.customers + 100
    book.close()
    return target.getvalue()


def _rows(branch: cast.BranchPart, today: date, random: Random, first_phone: int) -> Iterator[list[Any]]:
    known: list[str] = []
    for number in range(branch.customers):
        life = _life(today, random)
        name, salutation = names.invent(random)
        source = random.choices(SOURCES, (12, 14, 16, 10, 9, 12, 20, 7))[0]
        referrer = random.choice(known) if source == "老客户介绍" and known else ""
        estate = random.choice(branch.estates)[0]
        people = _people(branch.code, life, random)
        known.append(name)
        yield [
            f"{name}{salutation}" if random.random() < 0.15 else name, str(first_phone + number), estate, _room(random),
            random.choice((68, 76, 89, 92, 98, 105, 112, 118, 126, 128, 135, 142, 158, 168, 186, 215)), life.mode, source,
            referrer, *people, life.signed or "", _amount(life, random), life.started or "", life.stage,
            life.completed or "", _birthday(random), random.choice(NOTES) if random.random() < 0.35 else "",
        ]  # fmt: skip


def _life(today: date, random: Random) -> Life:
    words, weights = zip(*STAGES, strict=True)
    stage = random.choices(words, weights)[0]
    on_site_mode = random.choices(("全包", "半包", "清包"), (50, 42, 8))[0]
    if stage in dict(BEFORE) | dict(GONE):
        return Life(stage, random.choices(("全包", "半包", "纯设计"), (52, 38, 10))[0])
    if stage in dict(SIGNED):
        return Life(stage, on_site_mode, signed=_back(today, random, 3, 40))
    if stage in dict(ON_SITE):
        days = _days_into(stage, random)
        started = today - timedelta(days=days)
        return Life(stage, on_site_mode, signed=_back(started, random, 1, 20), started=started)
    completed = _completed(stage, today, random)
    started = _back(completed, random, 80, 150)
    return Life(
        stage, on_site_mode, signed=_back(started, random, 1, 20), started=started, completed=completed
    )


def _days_into(stage: str, random: Random) -> int:
    """How long a site at this stage has been under construction, in days."""
    first = {"水电施工": 4, "水电验收": 16, "防水": 24, "木瓦": 30, "油漆阶段": 52, "安装收尾": 72}[stage]
    return first + random.randint(0, 12)


def _completed(stage: str, today: date, random: Random) -> date:
    """Some terms of 24 and of 60 months end in the coming weeks, so that their calls are due now."""
    if stage == "已竣工":
        return _back(today, random, 2, 60)
    if stage == "过保":
        return _back(today, random, 1840, 2400)
    if random.random() < 0.12:
        months = random.choice((24, 60))
        return today - timedelta(days=round(months * 30.44) - random.randint(22, 40))
    return _back(today, random, 70, 1500)


def _people(branch: str, life: Life, random: Random) -> tuple[str, str, str]:
    designer = random.choice(cast.holding(Role.DESIGNER, branch))
    if life.started is None and life.stage != "待交底":
        return designer, "", ""
    return (
        designer,
        random.choice(cast.holding(Role.PROJECT_MANAGER, branch)),
        random.choice(cast.holding(Role.SUPERVISOR, branch)),
    )


def _amount(life: Life, random: Random) -> str | int:
    if life.signed is None:
        return ""
    amount = random.randrange(98, 420) * 1000
    return f"{amount / 10000:g}万" if random.random() < 0.2 else amount


def _birthday(random: Random) -> str:
    if random.random() < 0.55:
        return ""
    if random.random() < 0.2:
        month = random.choice("正二三四五六七八九十冬腊")
        return f"农历{month}月{random.choice(('初三', '初八', '十二', '十五', '廿一', '廿三'))}"
    return date(random.randint(1958, 1999), random.randint(1, 12), random.randint(1, 28)).isoformat()


def _room(random: Random) -> str:
    return f"{random.randint(1, 16)}-{random.randint(1, 3)}-{random.randint(2, 32)}{random.randint(1, 4):02d}"


def _back(day: date, random: Random, least: int, most: int) -> date:
    return day - timedelta(days=random.randint(least, most))
