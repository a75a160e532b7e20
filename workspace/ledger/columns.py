"""Which column holds what: heads in the trade's many words, matched to our fields; corrections win."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.phone import parse_phones
from core.text import squeeze
from workspace.ledger.reading import Cell


class Field(StrEnum):
    """What one column of a ledger may hold."""

    SERIAL = "serial"
    BRANCH = "branch"
    NAME = "name"
    SALUTATION = "salutation"
    PHONE = "phone"
    PHONE_2 = "phone_2"
    WECHAT = "wechat"
    ESTATE = "estate"
    ROOM = "room"
    ADDRESS = "address"
    AREA = "area"
    LAYOUT = "layout"
    STYLE = "style"
    MODE = "mode"
    SOURCE = "source"
    REFERRER = "referrer"
    ADVISER = "adviser"
    DESIGNER = "designer"
    PROJECT_MANAGER = "project_manager"
    FOREMAN = "foreman"
    SUPERVISOR = "supervisor"
    INSPECTOR = "inspector"
    REGISTERED_ON = "registered_on"
    SIGNED_ON = "signed_on"
    CONTRACT_NUMBER = "contract_number"
    AMOUNT = "amount"
    BUDGET = "budget"
    PAID_1 = "paid_1"
    PAID_2 = "paid_2"
    PAID_3 = "paid_3"
    PAID_FINAL = "paid_final"
    STARTED_ON = "started_on"
    STAGE = "stage"
    COMPLETED_ON = "completed_on"
    BIRTHDAY = "birthday"
    NOTES = "notes"


LABELS: Final = {
    Field.SERIAL: _("序号"), Field.BRANCH: _("分公司"), Field.NAME: _("客户姓名"), Field.SALUTATION: _("称呼"),
    Field.PHONE: _("联系电话"), Field.PHONE_2: _("第二电话"), Field.WECHAT: _("微信号"), Field.ESTATE: _("小区"),
    Field.ROOM: _("楼栋房号"), Field.ADDRESS: _("地址"), Field.AREA: _("面积"), Field.LAYOUT: _("户型"),
    Field.STYLE: _("风格"), Field.MODE: _("装修方式"), Field.SOURCE: _("客户来源"), Field.REFERRER: _("介绍人"),
    Field.ADVISER: _("家装顾问"), Field.DESIGNER: _("设计师"), Field.PROJECT_MANAGER: _("项目经理"),
    Field.FOREMAN: _("工长"), Field.SUPERVISOR: _("工程监督"), Field.INSPECTOR: _("监察员"),
    Field.REGISTERED_ON: _("登记日期"), Field.SIGNED_ON: _("签单日期"), Field.CONTRACT_NUMBER: _("合同编号"),
    Field.AMOUNT: _("合同金额"), Field.BUDGET: _("预算"), Field.PAID_1: _("首期款"), Field.PAID_2: _("二期款"),
    Field.PAID_3: _("三期款"), Field.PAID_FINAL: _("尾款"), Field.STARTED_ON: _("开工日期"),
    Field.STAGE: _("目前阶段"), Field.COMPLETED_ON: _("竣工日期"), Field.BIRTHDAY: _("生日"), Field.NOTES: _("备注"),
}  # fmt: skip

SYNONYMS: Final[Mapping[Field, tuple[str, ...]]] = {
    Field.SERIAL: ("序号", "编号", "no", "no.", "行号", "序"),
    Field.BRANCH: ("分公司", "门店", "店面", "所属分公司", "所属门店", "公司"),
    Field.NAME: ("客户姓名", "姓名", "客户", "客户名称", "业主", "业主姓名", "业主名称", "名字", "客户名", "联系人"),
    Field.SALUTATION: ("称呼", "尊称", "称谓"),
    Field.PHONE: ("联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "电话号码", "客户电话", "业主电话", "tel"),
    Field.PHONE_2: ("备用电话", "第二电话", "电话2", "其他电话", "家人电话", "备用联系方式"),
    Field.WECHAT: ("微信", "微信号", "wechat"),
    Field.ESTATE: ("小区", "楼盘", "小区名称", "楼盘名称", "项目楼盘", "所在小区", "楼盘小区"),
    Field.ROOM: ("楼栋房号", "房号", "门牌号", "楼号", "户号", "单元房号", "栋房号", "楼栋", "房间号"),
    Field.ADDRESS: ("地址", "工程地址", "装修地址", "项目地址", "详细地址", "工地地址", "家庭住址"),
    Field.AREA: ("面积", "建筑面积", "房屋面积", "套内面积", "平米", "平方", "建面", "平方数", "平米数"),
    Field.LAYOUT: ("户型", "房型", "户型结构"),
    Field.STYLE: ("风格", "装修风格", "设计风格", "意向风格"),
    Field.MODE: ("装修方式", "装修类型", "承包方式", "施工方式", "工程类型", "方式", "套餐", "装修模式"),
    Field.SOURCE: ("客户来源", "来源", "渠道", "来源渠道", "客户渠道", "获客渠道"),
    Field.REFERRER: ("介绍人", "推荐人", "转介绍人", "老客户", "引荐人"),
    Field.ADVISER: ("家装顾问", "客户经理", "业务员", "客服", "客服专员", "顾问", "市场专员", "跟进人", "销售"),
    Field.DESIGNER: ("设计师", "主案设计", "主案", "设计", "设计人员", "设计师姓名"),
    Field.PROJECT_MANAGER: ("项目经理", "工程经理", "施工经理", "现场经理"),
    Field.FOREMAN: ("工长", "施工队", "施工队长", "施工班组", "队长"),
    Field.SUPERVISOR: ("监理", "工程监理", "工程监督", "监督", "质检"),
    Field.INSPECTOR: ("监察员", "巡检", "巡检员", "监察"),
    Field.REGISTERED_ON: ("登记日期", "进店日期", "来访日期", "建档日期", "录入日期", "接待日期", "登记时间"),
    Field.SIGNED_ON: ("签单日期", "签约日期", "合同日期", "签订日期", "签合同日期", "签单时间", "签约时间", "签单日"),
    Field.CONTRACT_NUMBER: ("合同编号", "合同号", "工程编号"),
    Field.AMOUNT: ("合同总额", "合同金额", "合同价", "签单金额", "合同造价", "总价", "工程总价", "合同额", "总金额", "金额"),
    Field.BUDGET: ("预算", "装修预算", "预算金额", "意向预算"),
    Field.PAID_1: ("首期款", "首付款", "首款", "一期款", "第一期款", "首期", "一期", "预付款"),
    Field.PAID_2: ("二期款", "第二期款", "二期", "中期款"),
    Field.PAID_3: ("三期款", "第三期款", "三期"),
    Field.PAID_FINAL: ("尾款", "末期款", "四期款", "第四期款", "四期", "结算款"),
    Field.STARTED_ON: ("开工日期", "开工时间", "进场日期", "开工", "进场时间"),
    Field.STAGE: ("目前阶段", "进度", "阶段", "状态", "当前阶段", "工程进度", "施工进度", "当前状态", "客户状态", "目前进度"),
    Field.COMPLETED_ON: ("竣工日期", "竣工时间", "完工日期", "完工时间", "交工日期", "验收日期", "竣工"),
    Field.BIRTHDAY: ("生日", "出生日期", "客户生日", "业主生日", "出生年月"),
    Field.NOTES: ("备注", "说明", "备注说明", "其他", "客户情况", "跟进情况"),
}  # fmt: skip

SURE: Final = 100
LIKELY: Final = 80
GUESSED: Final = 60
_UNIT: Final = re.compile(r"[(\[【].*?[)\]】]|[:：*#]|(?:元|㎡|m2|平米|万元)$")
_EXACT: Final = {squeeze(word): field for field, words in SYNONYMS.items() for word in words}
_SOUGHT: Final = sorted((word for word in _EXACT if len(word) > 1), key=len, reverse=True)
IGNORED: Final = ""
_OF_SOMETHING_ELSE: Final = re.compile(
    r"(?:设计师|经理|监理|工长|监督|介绍人|推荐人|顾问).*(?:电话|手机|微信)|(?:费|费用|签字|意见|评分|满意度|回访|提成|照片)$"
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column with our guess. ``remembered`` when a person of this firm corrected the same head before."""

    index: int
    head: str
    field: Field | None
    confidence: int = 0
    remembered: bool = False
    samples: tuple[str, ...] = ()


def head_key(head: object) -> str:
    """A head without width, spaces, units and marks: what corrections are remembered under."""
    return _UNIT.sub("", squeeze(head))


def match_head(head: object) -> tuple[Field | None, int]:
    """The field a head means, and how sure we are (0–100)."""
    key = head_key(head)
    if key in _EXACT:
        return _EXACT[key], SURE
    found = None if _OF_SOMETHING_ELSE.search(key) else next((word for word in _SOUGHT if word in key), None)
    return (_EXACT[found], LIKELY) if found else (None, 0)


def match_columns(
    heads: Sequence[str], rows: Sequence[Sequence[Cell]] = (), remembered: Mapping[str, str] | None = None
) -> list[Column]:
    """Every column with its field; each field is given once, to the head that fits best."""
    memory = remembered or {}
    guesses = [_guess(index, head, rows, memory) for index, head in enumerate(heads)]
    taken: dict[Field, int] = {}
    for column in sorted(guesses, key=lambda column: (-column.confidence, column.index)):
        if column.field is not None and column.field not in taken:
            taken[column.field] = column.index
    return [_given(column, taken) for column in guesses]


def _given(column: Column, taken: dict[Field, int]) -> Column:
    """A second telephone column becomes the second number; any other double is left for a person."""
    if column.field is None or taken.get(column.field) == column.index:
        return column
    if column.field is Field.PHONE and Field.PHONE_2 not in taken:
        taken[Field.PHONE_2] = column.index
        return Column(column.index, column.head, Field.PHONE_2, LIKELY, samples=column.samples)
    return Column(column.index, column.head, None, samples=column.samples)


def _guess(index: int, head: str, rows: Sequence[Sequence[Cell]], memory: Mapping[str, str]) -> Column:
    samples = _samples(index, rows)
    known = memory.get(head_key(head))
    if known is not None:
        return Column(
            index, head, Field(known) if known else None, SURE + 1, remembered=True, samples=samples
        )
    field, confidence = match_head(head)
    if field is None and _are_phones(samples):
        field, confidence = Field.PHONE, GUESSED
    return Column(index, head, field, confidence, samples=samples)


def _samples(index: int, rows: Sequence[Sequence[Cell]], count: int = 3) -> tuple[str, ...]:
    found: list[str] = []
    for row in rows[:200]:
        text = cell_text(row[index]) if index < len(row) else ""
        if text and text not in found:
            found.append(text)
        if len(found) == count:
            break
    return tuple(found)


def _are_phones(samples: Sequence[str]) -> bool:
    return bool(samples) and all(parse_phones(sample).phones for sample in samples)


def cell_text(cell: Cell) -> str:
    """A cell as a person saw it: whole floats without ``.0``, dates as dates."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).strip()
