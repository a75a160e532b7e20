"""The choices of this app in the trade's own words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Salutation(models.TextChoices):
    """How somebody is addressed on the phone: 陈先生, 王女士."""

    MR = "mr", _("先生")
    MS = "ms", _("女士")
    TEACHER = "teacher", _("老师")
    DOCTOR = "doctor", _("医生")
    MANAGER = "manager", _("经理")


class BirthdayCalendar(models.TextChoices):
    SOLAR = "solar", _("公历")
    LUNAR = "lunar", _("农历")


class Source(models.TextChoices):
    """How the customer found us; every intake channel of L-01 and those the ledgers name."""

    PHONE = "phone", _("电话咨询")
    ONLINE = "online", _("在线咨询")
    MINI_PROGRAM = "mini_program", _("小程序")
    WALK_IN = "walk_in", _("到店")
    DESIGN_CENTRE = "design_centre", _("设计中心")
    EVENT = "event", _("活动现场")
    REFERRAL = "referral", _("老客户介绍")
    FRIEND = "friend", _("朋友介绍")
    ESTATE = "estate", _("小区推广")
    SOCIAL = "social", _("社交媒体")
    EMAIL = "email", _("邮件")
    PARTNER = "partner", _("合作方")
    OTHER = "other", _("其他")


REFERRED = frozenset({Source.REFERRAL, Source.FRIEND})
"""Sources behind which a person stands whom we thank."""


class Importance(models.TextChoices):
    NORMAL = "normal", _("普通")
    KEY = "key", _("重点")
    VIP = "vip", _("VIP")


class Language(models.TextChoices):
    CHINESE = "zh-hans", _("中文")
    ENGLISH = "en", _("英文")


class ContactKind(models.TextChoices):
    PHONE = "phone", _("电话")
    WECHAT = "wechat", _("微信")
    EMAIL = "email", _("邮箱")


class Relation(models.TextChoices):
    """Whose number it is, seen from the customer."""

    OWNER = "owner", _("本人")
    SPOUSE = "spouse", _("配偶")
    PARENT = "parent", _("父母")
    CHILD = "child", _("子女")
    SIBLING = "sibling", _("兄弟姐妹")
    RELATIVE = "relative", _("其他亲属")
    FRIEND = "friend", _("朋友")
    AGENT = "agent", _("代办人")


class Reach(models.TextChoices):
    """What the last attempt taught us about a contact point."""

    UNKNOWN = "unknown", _("未联系过")
    REACHABLE = "reachable", _("能联系上")
    UNREACHABLE = "unreachable", _("联系不上")
    WRONG = "wrong", _("错号")


class WantedMode(models.TextChoices):
    """How the customer would like to build, before a project settles it."""

    FULL = "full", _("全包")
    HALF = "half", _("半包")
    DESIGN_ONLY = "design_only", _("纯设计")
    LABOUR_ONLY = "labour_only", _("清包")


class EnquiryOutcome(models.TextChoices):
    PROJECT = "project", _("已立项")
    CHOSE_OTHER = "chose_other", _("选择了别家")
    BUDGET = "budget", _("预算不合")
    POSTPONED = "postponed", _("暂不装修")
    UNREACHABLE = "unreachable", _("联系不上")
    INVALID = "invalid", _("无效咨询")
    OTHER = "other", _("其他原因")


class FollowUpChannel(models.TextChoices):
    PHONE = "phone", _("电话")
    VISIT = "visit", _("到店")
    WECHAT = "wechat", _("微信")
    NOTE = "note", _("备忘")


class TagColour(models.TextChoices):
    """Names of colour tokens; tags look the same in the light and the dark theme."""

    GREY = "grey", _("灰")
    BLUE = "blue", _("蓝")
    GREEN = "green", _("绿")
    AMBER = "amber", _("黄")
    RED = "red", _("红")
    PURPLE = "purple", _("紫")
