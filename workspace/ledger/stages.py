"""Everyday words of a ledger for where a project stands, and the phase each means; a firm may change them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.text import squeeze


@dataclass(frozen=True, slots=True)
class Stage:
    """A phase, and the inspection node the word names when it names one."""

    phase: str
    node: str = ""


BEFORE_CONTRACT: Final = ("consultation", "measurement", "design", "budget")
ON_SITE: Final = ("handover", "inspections")
FINISHED: Final = ("completion", "warranty", "closed")
SIGNED: Final = ("contract", *ON_SITE, *FINISHED, "suspended", "cancelled")

_WORDS: Final[Mapping[Stage, tuple[str, ...]]] = {
    Stage("consultation"): ("在谈", "洽谈", "洽谈中", "咨询", "跟进", "跟进中", "意向", "意向客户", "接待", "沟通中", "初谈"),
    Stage("measurement"): ("已量房", "量房", "待量房", "量房中", "约量房"),
    Stage("design"): ("方案设计中", "设计中", "设计", "方案", "方案中", "出图", "出方案", "平面方案", "效果图"),
    Stage("budget"): ("预算", "预算中", "报价", "报价中", "选材", "选材预算", "谈预算"),
    Stage("contract"): ("已签合同", "已签约", "签约", "签单", "已签单", "合同", "签合同"),
    Stage("handover"): ("待交底", "交底", "交底中", "待开工", "准备开工", "未开工"),
    Stage("inspections"): ("施工中", "在建", "施工", "在施", "已开工", "施工验收"),
    Stage("inspections", "水电施工"): ("水电施工", "水电", "水电改造", "水电中", "水电阶段"),
    Stage("inspections", "水电验收"): ("水电验收", "水电验收中", "水电已验收"),
    Stage("inspections", "防水"): ("防水", "防水施工", "闭水", "闭水试验"),
    Stage("inspections", "木瓦"): ("木瓦", "瓦木", "泥木", "木瓦施工", "泥木施工", "木工", "瓦工", "贴砖", "木瓦验收", "中期验收", "中期"),
    Stage("inspections", "油漆阶段"): ("油漆阶段", "油漆", "油工", "油漆施工", "刷漆", "墙面", "涂料"),
    Stage("inspections", "安装收尾"): ("安装收尾", "安装", "收尾", "主材安装", "安装阶段", "保洁"),
    Stage("completion"): ("已竣工", "竣工", "完工", "已完工", "竣工验收", "已交付"),
    Stage("warranty"): ("保修中", "保修", "质保", "质保中", "质保期", "售后"),
    Stage("closed"): ("过保", "已过保", "结案", "质保到期", "保修到期"),
    Stage("lost"): ("流失", "已流失", "跑单", "丢单", "未成交", "放弃", "作废", "无意向"),
    Stage("suspended"): ("停工", "暂停", "已停工", "停工中", "缓建"),
    Stage("cancelled"): ("退单", "已退单", "退款", "解约", "撤单", "解除合同"),
}  # fmt: skip

DEFAULT_STAGES: Final[Mapping[str, Stage]] = {
    squeeze(word): stage for stage, words in _WORDS.items() for word in words
}


def stages_of(firm_words: Mapping[str, Stage]) -> dict[str, Stage]:
    """The shipped words with a firm's own over them."""
    return {**DEFAULT_STAGES, **{squeeze(word): stage for word, stage in firm_words.items()}}
