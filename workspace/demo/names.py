"""Invented people: surnames by how common they are, given names as parents of four decades chose them."""

from random import Random
from typing import Final

SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟"
    "姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷段龙史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)
RARE: Final = ("欧阳", "上官", "诸葛", "司马", "仇", "单", "解", "区", "查", "缪")
WOMEN: Final = [
    "敏",
    "静",
    "丽",
    "娟",
    "艳",
    "芳",
    "玲",
    "霞",
    "燕",
    "婷",
    "雪",
    "琳",
    "倩",
    "颖",
    "佳",
    "丹",
    "秀英",
    "桂英",
    "玉兰",
    "淑珍",
    "丽娟",
    "海燕",
    "晓燕",
    "雪梅",
    "春燕",
    "文静",
    "佳怡",
    "雨桐",
    "思雨",
    "欣怡",
    "晓红",
    "丽华",
    "秀兰",
    "美玲",
    "亚楠",
    "晨曦",
    "梦瑶",
    "诗涵",
    "若琳",
    "静雯",
    "慧敏",
    "雅琴",
    "红梅",
    "彩霞",
    "小娟",
    "玉洁",
    "一诺",
    "子涵",
]
MEN: Final = [
    "伟",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "杰",
    "涛",
    "超",
    "明",
    "刚",
    "平",
    "辉",
    "鹏",
    "飞",
    "波",
    "斌",
    "建国",
    "建军",
    "志强",
    "国庆",
    "志远",
    "海涛",
    "文博",
    "浩然",
    "子轩",
    "宇航",
    "俊杰",
    "天佑",
    "立群",
    "启明",
    "建华",
    "永强",
    "振华",
    "世杰",
    "家豪",
    "晓东",
    "少华",
    "卫东",
    "长青",
    "嘉伟",
    "一凡",
    "承志",
    "国栋",
    "德胜",
    "新民",
    "景行",
    "思远",
]


def invent(random: Random) -> tuple[str, str]:
    """``(name, salutation)``: 陈立群 先生. One in sixty has a rare or double surname."""
    surname = (
        random.choice(RARE)
        if random.random() < 1 / 60
        else SURNAMES[int(len(SURNAMES) * random.random() ** 2)]
    )
    if random.random() < 0.5:
        return surname + random.choice(WOMEN), "女士"
    return surname + random.choice(MEN), "先生"
