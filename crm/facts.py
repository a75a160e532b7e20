"""What rules of a playbook may ask about customers, their visits and their enquiries."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from crm.models import ContactPoint, Customer, Enquiry, Estate, Visit
from crm.words import ContactKind, EnquiryOutcome, Importance, Reach, Source, WantedMode
from workflow.registry import Fact, Subject, register

Expression = Callable[[datetime], Any]


def column(path: str) -> Expression:
    """A column as it stands now."""
    return lambda _at: F(path)


def phone_of(path: str) -> Expression:
    """The number one would call: the primary one, never one known to be wrong."""

    def expression(_at: datetime) -> Subquery:
        numbers = ContactPoint.objects.filter(customer_id=OuterRef(path), kind=ContactKind.PHONE)
        return Subquery(numbers.exclude(reach=Reach.WRONG).order_by("-is_primary", "id").values("value")[:1])

    return expression


def no_project(_at: datetime) -> Any:
    return Value(None, output_field=UUIDField())


def no_number(_at: datetime) -> Any:
    return Value("", output_field=CharField())


def has_open_enquiry(path: str) -> Expression:
    def expression(_at: datetime) -> Any:
        return Exists(Enquiry.objects.filter(customer_id=OuterRef(path), closed_at=None))

    return expression


def enquiry_ended(at: datetime) -> Any:
    """Since this visit an enquiry of the customer came to its end, in a project or in a no."""
    ended = Enquiry.objects.filter(customer_id=OuterRef("customer_id"), closed_at__lte=at)
    return Exists(ended.filter(closed_at__gte=OuterRef("came_at")))


def clients_of_estate(_at: datetime) -> Any:
    """Customers there who neither still think about it nor said no."""
    undecided = Enquiry.objects.filter(customer_id=OuterRef("pk")).exclude(outcome=EnquiryOutcome.PROJECT)
    there = Customer.objects.living().filter(~Exists(undecided), estate_id=OuterRef("pk"))
    counted = there.order_by().values("estate_id").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), Value(0))


def is_gone(prefix: str) -> Expression:
    """Deleted or merged away: rules leave them out."""
    return lambda _at: Case(
        When(**{f"{prefix}deleted_at__isnull": False}, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def of_the_customer(prefix: str, key: str) -> tuple[Fact, ...]:
    """Facts every subject of this app shares. ``prefix`` leads to the customer, ``key`` is the column of their id."""
    return (
        Fact("customer_id", _("客户"), "uuid", column(key)),
        Fact("branch_id", _("分公司"), "uuid", column(f"{prefix}branch_id")),
        Fact("title", _("客户"), "text", column(f"{prefix}name")),
        Fact("customer_name", _("客户姓名"), "text", column(f"{prefix}name"), personal=True),
        Fact("salutation", _("称呼"), "text", column(f"{prefix}salutation")),
        Fact("phone", _("电话"), "text", phone_of(key), personal=True),
        Fact("adviser_id", _("家装顾问"), "uuid", column(f"{prefix}adviser_id")),
        Fact("adviser_name", _("家装顾问"), "text", column(f"{prefix}adviser__name")),
        Fact("source", _("来源"), "choice", column(f"{prefix}source"), choices=Source.choices),
        Fact(
            "importance", _("重要程度"), "choice", column(f"{prefix}importance"), choices=Importance.choices
        ),
        Fact("estate_id", _("小区"), "uuid", column(f"{prefix}estate_id")),
        Fact("estate_name", _("小区名称"), "text", column(f"{prefix}estate__name")),
        Fact("keys_on", _("交房日期"), "date", column(f"{prefix}estate__keys_on")),
        Fact("has_open_enquiry", _("有未结束的咨询"), "bool", has_open_enquiry(key), looked_up=True),
        Fact("is_gone", _("已删除或合并"), "bool", is_gone(prefix)),
    )


register(
    Subject(
        kind="customer",
        label=_("客户"),
        model_label="crm.Customer",
        queryset=lambda: Customer.objects.living(),  # noqa: PLW0108 - a manager needs a firm in scope
        facts=(
            *of_the_customer("", "id"),
            Fact("project_id", _("项目"), "uuid", no_project),
            Fact("birthday_calendar", _("生日历法"), "text", column("birthday_calendar")),
            Fact("birthday_month", _("出生月份"), "int", column("birthday_month")),
            Fact("birthday_day", _("出生日"), "int", column("birthday_day")),
            Fact("birthday_leap", _("闰月出生"), "bool", column("birthday_leap")),
            Fact("created_at", _("建档时间"), "datetime", column("created_at")),
            Fact("last_contact_at", _("最近联系"), "datetime", column("last_contact_at")),
        ),
    )
)
register(
    Subject(
        kind="visit",
        label=_("到访"),
        model_label="crm.Visit",
        queryset=lambda: Visit.objects.filter(customer__deleted_at=None),
        facts=(
            *of_the_customer("customer__", "customer_id"),
            Fact("project_id", _("项目"), "uuid", no_project),
            Fact("came_at", _("到店时间"), "datetime", column("came_at")),
            Fact("left_at", _("离店时间"), "datetime", column("left_at")),
            Fact("received_by_id", _("接待人"), "uuid", column("received_by_id")),
            Fact("enquiry_ended", _("来访后咨询已结束"), "bool", enquiry_ended, looked_up=True),
        ),
    )
)
register(
    Subject(
        kind="enquiry",
        label=_("咨询"),
        model_label="crm.Enquiry",
        queryset=lambda: Enquiry.objects.filter(customer__deleted_at=None),
        facts=(
            *of_the_customer("customer__", "customer_id"),
            Fact("project_id", _("项目"), "uuid", column("project_id")),
            Fact("opened_at", _("咨询时间"), "datetime", column("opened_at")),
            Fact("closed_at", _("结束时间"), "datetime", column("closed_at")),
            Fact("outcome", _("结果"), "choice", column("outcome"), choices=EnquiryOutcome.choices),
            Fact("wanted_mode", _("意向方式"), "choice", column("wanted_mode"), choices=WantedMode.choices),
        ),
    )
)
register(
    Subject(
        kind="estate",
        label=_("小区"),
        model_label="crm.Estate",
        queryset=lambda: Estate.objects.all(),  # noqa: PLW0108 - as above
        facts=(
            Fact("customer_id", _("客户"), "uuid", no_project),
            Fact("project_id", _("项目"), "uuid", no_project),
            Fact("branch_id", _("分公司"), "uuid", no_project),
            Fact("title", _("小区"), "text", column("name")),
            Fact("phone", _("电话"), "text", no_number, personal=True),
            Fact("keys_on", _("交房日期"), "date", column("keys_on")),
            Fact("clients", _("老客户数"), "int", clients_of_estate, looked_up=True),
        ),
    )
)
