from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from core.lunar import Birthday
from core.money import format_wan
from crm.models.estates import Estate
from crm.querysets import CustomerQuerySet
from crm.words import BirthdayCalendar, Importance, Language, Salutation, Source
from tenancy.models import Branch, FirmFK, FirmManager, FirmModel, Member


class Customer(FirmModel):
    """A person who builds or may build with us (客户; 业主 once a site exists). One person, several projects.

    A row of another branch is hidden by ``visible_to`` and not by the branch wall: a customer of one branch who
    also builds with a second one must not vanish from that branch's joins.

    ``version`` grows with every change made on the form, so that two people do not overwrite each other unseen.
    ``last_contact_at`` is moved by calls, visits and messages without a line on the trail (they are the record).
    """

    number = models.CharField(_("客户编号"), max_length=20)
    name = models.CharField(_("姓名"), max_length=60)
    pinyin = models.CharField(max_length=120, editable=False, blank=True)
    salutation = models.CharField(_("称呼"), max_length=10, choices=Salutation, blank=True)

    birthday_calendar = models.CharField(_("历法"), max_length=5, choices=BirthdayCalendar, blank=True)
    birthday_year = models.SmallIntegerField(_("出生年份"), null=True, blank=True)
    birthday_month = models.SmallIntegerField(_("出生月份"), null=True, blank=True)
    birthday_day = models.SmallIntegerField(_("出生日"), null=True, blank=True)
    birthday_leap = models.BooleanField(_("闰月"), default=False)
    birthday_original = models.CharField(_("生日原话"), max_length=60, blank=True)

    family = models.CharField(_("家庭成员"), max_length=200, blank=True)
    lifestyle = models.CharField(_("生活习惯"), max_length=300, blank=True)
    style = models.CharField(_("风格偏好"), max_length=120, blank=True)
    budget_min_fen = models.BigIntegerField(_("预算下限"), null=True, blank=True)
    budget_max_fen = models.BigIntegerField(_("预算上限"), null=True, blank=True)
    core_demands = models.TextField(_("核心诉求"), max_length=1000, blank=True)
    contact_preference = models.CharField(_("联系偏好"), max_length=120, blank=True)
    language = models.CharField(_("沟通语言"), max_length=10, choices=Language, default=Language.CHINESE)

    source = models.CharField(_("来源"), max_length=15, choices=Source, default=Source.OTHER)
    source_detail = models.CharField(_("来源说明"), max_length=80, blank=True)
    referrer = FirmFK("self", null=True, blank=True, related_name="referred", verbose_name=_("介绍人"))
    referrer_name = models.CharField(_("介绍人姓名"), max_length=60, blank=True)
    importance = models.CharField(_("重要程度"), max_length=10, choices=Importance, default=Importance.NORMAL)

    estate = FirmFK(Estate, null=True, blank=True, related_name="customers", verbose_name=_("小区"))
    building = models.CharField(_("楼栋"), max_length=20, blank=True)
    unit = models.CharField(_("单元"), max_length=20, blank=True)
    room = models.CharField(_("房号"), max_length=20, blank=True)
    province = models.CharField(_("省份"), max_length=20, blank=True)
    city = models.CharField(_("城市"), max_length=20, blank=True)
    district = models.CharField(_("区县"), max_length=20, blank=True)
    address = models.CharField(_("详细地址"), max_length=160, blank=True)

    branch = FirmFK(Branch, null=True, blank=True, related_name="customers", verbose_name=_("分公司"))
    adviser = FirmFK(
        Member, null=True, blank=True, related_name="advised_customers", verbose_name=_("家装顾问")
    )
    notes = models.TextField(_("备注"), max_length=4000, blank=True)

    created_at = models.DateTimeField(_("建档时间"), default=timezone.now, editable=False)
    created_by = FirmFK(Member, null=True, blank=True, related_name="+", editable=False)
    last_contact_at = models.DateTimeField(_("最近联系"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    deleted_at = models.DateTimeField(_("删除时间"), null=True, blank=True, editable=False)
    deleted_by = FirmFK(Member, null=True, blank=True, related_name="+", editable=False)
    merged_into = FirmFK("self", null=True, blank=True, related_name="merged_here", editable=False)

    personal: ClassVar[frozenset[str]] = frozenset(
        {
            "name",
            "pinyin",
            "birthday_year",
            "birthday_month",
            "birthday_day",
            "birthday_original",
            "family",
            "lifestyle",
            "core_demands",
            "contact_preference",
            "referrer_name",
            "building",
            "unit",
            "room",
            "address",
            "notes",
        }
    )
    objects = FirmManager.from_queryset(CustomerQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("客户")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "number"], name="customer_number_once"),
            models.CheckConstraint(
                name="customer_birthday_whole",
                condition=Q(birthday_month=None, birthday_day=None, birthday_calendar="")
                | Q(
                    birthday_month__isnull=False,
                    birthday_day__isnull=False,
                    birthday_month__range=(1, 12),
                    birthday_day__range=(1, 31),
                    birthday_calendar__in=BirthdayCalendar.values,
                ),
                violation_error_message=_("生日要么留空，要么写明月和日。"),
            ),
            models.CheckConstraint(
                name="customer_leap_is_lunar",
                condition=Q(birthday_leap=False) | Q(birthday_calendar=BirthdayCalendar.LUNAR),
                violation_error_message=_("只有农历生日才有闰月。"),
            ),
            models.CheckConstraint(
                name="customer_budget_in_order",
                condition=Q(budget_min_fen=None)
                | Q(budget_max_fen=None)
                | Q(budget_min_fen__lte=models.F("budget_max_fen")),
                violation_error_message=_("预算下限不能高于上限。"),
            ),
            models.CheckConstraint(
                name="customer_not_own_referrer",
                condition=Q(referrer=None) | ~Q(referrer=models.F("id")),
                violation_error_message=_("介绍人不能是客户自己。"),
            ),
            models.CheckConstraint(
                name="customer_merged_is_gone", condition=Q(merged_into=None) | Q(deleted_at__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["firm", "pinyin", "id"], name="customer_by_pinyin", condition=Q(deleted_at=None)
            ),
            models.Index(
                fields=["firm", "-created_at", "-id"], name="customer_newest", condition=Q(deleted_at=None)
            ),
            models.Index(
                fields=["firm", "-last_contact_at", "-id"],
                name="customer_last_contact",
                condition=Q(deleted_at=None),
            ),
            models.Index(
                fields=["firm", "birthday_month", "birthday_day"],
                name="customer_birthdays",
                condition=Q(birthday_month__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("workspace:customer", args=[self.pk])

    @property
    def addressed_as(self) -> str:
        """陈立群先生; just the name where nobody has said how to address them."""
        return f"{self.name}{self.get_salutation_display()}" if self.salutation else self.name

    @property
    def birthday(self) -> Birthday | None:
        if self.birthday_month is None or self.birthday_day is None:
            return None
        return Birthday(
            calendar="lunar" if self.birthday_calendar == BirthdayCalendar.LUNAR else "solar",
            month=self.birthday_month,
            day=self.birthday_day,
            year=self.birthday_year,
            leap=self.birthday_leap,
            original=self.birthday_original,
        )

    @property
    def house(self) -> str:
        """楼栋-单元-房号, as it is spoken: 3-2-1502."""
        return "-".join(part for part in (self.building, self.unit, self.room) if part)

    @property
    def place(self) -> str:
        """Where the customer lives or builds, in one line."""
        named = " ".join(part for part in (self.estate.name if self.estate else "", self.house) if part)
        return named or self.address

    @property
    def budget(self) -> str:
        low, high = format_wan(self.budget_min_fen), format_wan(self.budget_max_fen)
        if low and high:
            return low if low == high else f"{low}–{high}"
        return gettext("%s 以上") % low if low else gettext("%s 以内") % high if high else ""

    @property
    def is_living(self) -> bool:
        return self.deleted_at is None
