"""What invented people are called, where they live and what is said about them."""

from dataclasses import dataclass
from functools import cache
from itertools import product
from random import Random
from typing import Final

from core.pinyin import estate_tokens, name_tokens, sort_key

COMMON: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟"
    "姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷段龙史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常温康施文牛樊葛邢"
)
UNCOMMON: Final = ("仇", "单", "解", "区", "查", "缪", "䶮", "亓", "乜", "逄", "妫", "𠅤", "璩", "爨")
COMPOUND: Final = (
    "欧阳",
    "上官",
    "诸葛",
    "司马",
    "令狐",
    "皇甫",
    "尉迟",
    "万俟",
    "夏侯",
    "慕容",
    "司徒",
    "长孙",
)
GIVEN: Final = (
    "伟敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文慧建国玉兰红梅志远海燕晓春雪婷佳琳颖丹倩宇航浩然子轩雨桐思欣怡梦"
    "瑶诗涵若嘉一凡立群启德胜新民景行永振世家少卫东长青承栋天佑博鹏飞波斌辉亮峰龙俊凯旭阳帆晨曦诺亦"
)
RARE: Final = ("喆", "堃", "犇", "淼", "彧", "翀", "垚", "玥", "珺", "璟", "㛃", "𬭎", "𣸸", "祎", "頔", "〇")  # noqa: RUF001 - a character people are named by
ESTATE_FIRST: Final = (
    "云栖", "和光", "澜岸", "书香", "紫云", "北辰", "浐河", "锦屏", "渭滨", "天玺", "毕塬", "安谷", "石鼓", "陈仓", "曲江",
    "雁南", "凤栖", "长乐", "未央", "龙首", "翠华", "终南", "春临", "万象", "绿洲", "融汇", "国瑞", "鼎新", "望月", "枫林",
)  # fmt: skip
ESTATE_LAST: Final = (
    "花园", "里", "府", "雅苑", "台", "佳苑", "半岛", "公馆", "新城", "家园", "名邸", "国际", "时代", "一号", "小区",
)  # fmt: skip
STREETS: Final = (
    "科技路",
    "人民路",
    "经二路",
    "解放路",
    "太白南路",
    "友谊东路",
    "凤城五路",
    "朱雀大街",
    "丰庆路",
    "未央路",
)
STYLES: Final = ("现代简约", "新中式", "北欧", "法式", "奶油风", "侘寂", "轻奢", "美式")
FOLLOWED: Final = (
    "业主周末有空，约了到店看样板间。", "对预算有顾虑，想先看同小区的报价。", "已发户型图，等设计师回电。",
    "孩子明年上学，希望春节前入住。", "比较了三家，重视环保等级。", "老客户介绍，想看在施工地。",
    "电话里说暂时不装，下个季度再联系。", "要求厨房改中岛，担心承重。",
)  # fmt: skip
SAID: Final = (
    "师傅很准时，现场收拾得干净。", "瓷砖晚到两天，希望提前说一声。", "设计师改图及时，满意。", "水电走线很规整。",
    "项目经理电话有时打不通。", "希望周末也能到现场看看。", "没有别的要求，按计划来就好。", "油漆味有点重，注意通风。",
)  # fmt: skip
TAGS: Final = ("重点跟进", "别墅", "学区房", "老客户", "二次装修", "投诉过")
NO_SUCH_ESTATE: Final = "琉璃湾畔"


@dataclass(frozen=True)
class Vocabulary:
    """Names with how they sort and what finds them, as the product itself computes it. Common ones come first."""

    names: list[str]
    pinyin: list[str]
    tokens: list[list[str]]
    addresses: list[str]
    address_tokens: list[list[str]]


@cache
def vocabulary(size: int = 20_000) -> Vocabulary:
    names = list(dict.fromkeys(_names(size)))
    addresses = [f"西安市雁塔区{street}{number}号" for street, number in product(STREETS, range(1, 41))]
    return Vocabulary(
        names=names,
        pinyin=[sort_key(name) for name in names],
        tokens=[sorted(name_tokens(name)) for name in names],
        addresses=addresses,
        address_tokens=[sorted(estate_tokens(address)) for address in addresses],
    )


def estate_names(count: int) -> list[str]:
    """Each name once; three hundred and fifty pairs, then a second and third period of building."""
    pairs = [first + last for last, first in product(ESTATE_LAST, ESTATE_FIRST)]
    more = [f"{pair}{period}期" for period in ("二", "三") for pair in pairs]
    return (pairs + more)[:count]


def _names(size: int) -> list[str]:
    """Two and three characters; one in forty has a double surname or a rare character."""
    random = Random(20)
    return [_surname(random) + _given(random) for _ in range(size)]


def _surname(random: Random) -> str:
    thrown = random.random()
    if thrown < 0.015:
        return random.choice(COMPOUND)
    if thrown < 0.03:
        return random.choice(UNCOMMON)
    return COMMON[int(len(COMMON) * random.random() ** 2)]


def _given(random: Random) -> str:
    first = random.choice(RARE) if random.random() < 0.02 else random.choice(GIVEN)
    return first if random.random() < 0.25 else first + random.choice(GIVEN)
