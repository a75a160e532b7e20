"""The form a customer is written down and corrected on."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm import search
from crm.actions import find_or_create_estate
from crm.forms.fields import BirthdayField, CleanText, FenField, WayField
from crm.models import Customer, Tag
from crm.reaching import BadContact, Way, normalise
from crm.words import ContactKind, Importance, Language, Relation, Salutation, Source
from tenancy.forms import MemberForm
from tenancy.models import Branch, Member

NUMBER = re.compile(r"KH-\d{4}-\d{3,}", re.IGNORECASE)
SIMPLE = [
    "name",
    "salutation",
    "family",
    "lifestyle",
    "style",
    "budget_min_fen",
    "budget_max_fen",
    "core_demands",
    "contact_preference",
    "language",
    "source",
    "source_detail",
    "importance",
    "building",
    "unit",
    "room",
    "city",
    "district",
    "address",
    "notes",
]
"""Fields of the form that are facts of the customer under the same name."""


class CustomerForm(MemberForm):
    """Facts about a customer. ``estate_name`` is chosen from what is known or made new; ``referred_by`` may be a
    customer's number or phone, then it is a link, or just a name."""

    name = CleanText(label=_("姓名"), max_length=60, required=True)
    salutation = forms.ChoiceField(
        label=_("称呼"), choices=[("", _("未选择")), *Salutation.choices], required=False
    )
    birthday = BirthdayField(
        label=_("生日"), help_text=_("如 1985-6-3、6月3日、农历冬月廿三、农历闰六月十五")
    )
    importance = forms.ChoiceField(label=_("重要程度"), choices=Importance.choices, initial=Importance.NORMAL)
    language = forms.ChoiceField(label=_("沟通语言"), choices=Language.choices, initial=Language.CHINESE)
    contact_preference = CleanText(label=_("联系偏好"), max_length=120)
    estate_name = CleanText(label=_("小区"), max_length=60)
    building = CleanText(label=_("楼栋"), max_length=20)
    unit = CleanText(label=_("单元"), max_length=20)
    room = CleanText(label=_("房号"), max_length=20)
    city = CleanText(label=_("城市"), max_length=20)
    district = CleanText(label=_("区县"), max_length=20)
    address = CleanText(label=_("详细地址"), max_length=160)
    source = forms.ChoiceField(label=_("来源"), choices=Source.choices, initial=Source.PHONE)
    source_detail = CleanText(label=_("来源说明"), max_length=80)
    referred_by = CleanText(
        label=_("介绍人"), max_length=60, help_text=_("填客户编号或电话可直接关联，也可只写姓名")
    )
    family = CleanText(label=_("家庭成员"), max_length=200)
    lifestyle = CleanText(label=_("生活习惯"), max_length=300)
    style = CleanText(label=_("风格偏好"), max_length=120)
    budget_min_fen = FenField(label=_("预算下限"), help_text=_("如 15万、150000元"))
    budget_max_fen = FenField(label=_("预算上限"))
    core_demands = CleanText(label=_("核心诉求"), max_length=1000, lines=True)
    notes = CleanText(label=_("备注"), max_length=4000, lines=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        low, high = given.get("budget_min_fen"), given.get("budget_max_fen")
        if low is not None and high is not None and low > high:
            self.add_error("budget_max_fen", str(_("预算上限不能低于下限。")))
        return given

    def facts(self) -> dict[str, Any]:
        """What the action wants to know. Makes the estate where it is new."""
        given = self.cleaned_data
        referrer = self._referrer(given["referred_by"])
        return {name: given[name] for name in SIMPLE} | {
            "birthday": given["birthday"],
            "estate": find_or_create_estate(given["estate_name"], by=self.member),
            "referrer": referrer,
            "referrer_name": "" if referrer else given["referred_by"],
        }

    @staticmethod
    def known(customer: Customer) -> dict[str, Any]:
        """The form as it stands before anybody types."""
        birthday = customer.birthday
        return {name: getattr(customer, name) for name in SIMPLE} | {
            "birthday": (birthday.original or str(birthday)) if birthday else "",
            "estate_name": customer.estate.name if customer.estate else "",
            "referred_by": _named(customer),
            "version": customer.version,
        }

    def _referrer(self, text: str) -> Customer | None:
        if not text:
            return None
        known = Customer.objects.visible_to(self.member)
        if number := NUMBER.search(text):
            return known.filter(number=number.group().upper()).first()
        try:
            value, _extension = normalise(ContactKind.PHONE, text)
        except BadContact:
            return None
        found = list(known.filter(pk__in=search.by_value(value))[:2])
        return found[0] if len(found) == 1 else None


class NewCustomerForm(CustomerForm):
    """The same with the first ways to reach the customer, and whose customer it will be."""

    phone = WayField(ContactKind.PHONE, label=_("电话"))
    phone_hours = CleanText(label=_("方便时间"), max_length=60)
    other_phone = WayField(ContactKind.PHONE, label=_("另一个电话"))
    other_relation = forms.ChoiceField(
        label=_("是谁的电话"), choices=Relation.choices, initial=Relation.SPOUSE, required=False
    )
    wechat = WayField(ContactKind.WECHAT, label=_("微信"))
    email = WayField(ContactKind.EMAIL, label=_("邮箱"))
    branch = forms.ModelChoiceField(
        Branch.objects.none(), empty_label=_("未选择"), label=_("分公司"), required=False
    )
    adviser = forms.ModelChoiceField(
        Member.objects.none(), empty_label=_("未选择"), label=_("家装顾问"), required=False
    )
    tags = forms.ModelMultipleChoiceField(
        Tag.objects.none(), label=_("标签"), required=False, widget=forms.CheckboxSelectMultiple
    )
    opens_enquiry = forms.BooleanField(label=_("登记为新咨询"), required=False, initial=True)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, member=member, **kwargs)
        advisers: Any = self.fields["adviser"]
        advisers.queryset = advisers.queryset.active().order_by("name")
        if member.branch_ids is not None:
            self.fields["branch"].required = True
            self.fields["branch"].initial = (
                next(iter(member.branch_ids)) if len(member.branch_ids) == 1 else None
            )

    def ways(self) -> list[Way]:
        given = self.cleaned_data
        ways = [
            Way(given["phone"], preferred_hours=given["phone_hours"]),
            Way(given["other_phone"], relation=given["other_relation"] or Relation.SPOUSE),
            Way(given["wechat"], kind=ContactKind.WECHAT),
            Way(given["email"], kind=ContactKind.EMAIL),
        ]
        return [way for way in ways if way.value]


def _named(customer: Customer) -> str:
    if customer.referrer is None:
        return customer.referrer_name
    return f"{customer.referrer.name} {customer.referrer.number}"
