"""How many text messages a text costs in mainland China: every character counts one, the signature too."""

import re

from django.utils.translation import gettext as _

ONE = 70
EACH_OF_SEVERAL = 67
LONGEST = 500
FORBIDDEN = re.compile("[【】¥￥★]")
LINK = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|cn|net|top|cc)\b", re.IGNORECASE)
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def signed(body: str, signature: str) -> str:
    """The text as the carrier sends it: 【签名】 in front."""
    return f"【{signature}】{body}"


def count(text: str) -> int:
    """Segments of the whole text, signature included: 70 in one, 67 in each of several."""
    length = len(text)
    return 1 if length <= ONE else -(-length // EACH_OF_SEVERAL)


def faults(body: str) -> list[str]:
    """Why a carrier would refuse this body, each in a sentence; empty when it would not."""
    found = []
    if mark := FORBIDDEN.search(body):
        found.append(_("正文里不能有“%(mark)s”，运营商会拦截。") % {"mark": mark.group()})
    if LINK.search(body):
        found.append(_("正文里不能有网址，请写企业名称和热线。"))
    if MOBILE.search(body):
        found.append(_("正文里不能有个人手机号，请写企业热线。"))
    if len(body) > LONGEST:
        found.append(_("正文最多 %(most)d 字，现在是 %(now)d 字。") % {"most": LONGEST, "now": len(body)})
    return found
