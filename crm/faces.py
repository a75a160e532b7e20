"""How customers show themselves on pages of other apps: search, the timeline, what is promised."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from crm import search
from crm.indexing import CUSTOMER
from crm.models import Customer, CustomerMerge, Enquiry, Estate, FollowUp, Visit
from crm.words import ContactKind, FollowUpChannel
from files import subjects
from tenancy import faces
from tenancy.faces import Found, Happening, NextStep
from tenancy.models import AuditEntry, Member

FOLLOW_UP_ICONS = {
    FollowUpChannel.PHONE: "phone",
    FollowUpChannel.VISIT: "building-store",
    FollowUpChannel.WECHAT: "brand-wechat",
    FollowUpChannel.NOTE: "note",
}

subjects.register(CUSTOMER, lambda member: Customer.objects.visible_to(member))  # noqa: PLW0108 - a manager needs a firm in scope


@faces.search(10)
def found_customers(text: str, member: Member, limit: int) -> Iterable[Found]:
    rows = (
        search.few_customers(Customer.objects.visible_to(member), text)
        if text.strip()
        else Customer.objects.none()
    )
    rows = rows.select_related("estate").prefetch_related("contact_points").order_by("pinyin", "pk")
    for customer in rows[:limit]:
        phones = [p.masked for p in customer.contact_points.all() if p.kind == ContactKind.PHONE]
        detail = " · ".join(part for part in (customer.place, *phones[:1], customer.number) if part)
        yield Found("customer", "user", customer.addressed_as, detail, customer.get_absolute_url())


@faces.search(30)
def found_estates(text: str, member: Member, limit: int) -> Iterable[Found]:
    for estate in search.estates(Estate.objects.visible_to(member), text).order_by("pinyin", "pk")[:limit]:
        url = f"{reverse('workspace:customers')}?estate={estate.pk}"
        yield Found("estate", "building-community", estate.name, estate.region or estate.address, url)


@faces.timeline("customer")
def follow_ups(
    ids: Sequence[UUID], member: Member, before: datetime | None, limit: int
) -> Iterable[Happening]:
    for note in _newest(
        FollowUp.objects.filter(customer_id__in=ids).select_related("by"), "at", before, limit
    ):
        yield Happening(
            at=note.at,
            kind="follow_up",
            icon=FOLLOW_UP_ICONS.get(note.channel, "note"),
            title=_("跟进 · %(channel)s") % {"channel": note.get_channel_display()},
            quote=note.text,
            by=note.by.name if note.by else "",
        )


@faces.timeline("customer")
def visits(ids: Sequence[UUID], member: Member, before: datetime | None, limit: int) -> Iterable[Happening]:
    rows = Visit.objects.filter(customer_id__in=ids).select_related("received_by", "branch")
    for visit in _newest(rows, "came_at", before, limit):
        where = visit.branch.name if visit.branch else ""
        yield Happening(
            at=visit.came_at,
            kind="visit",
            icon="building-store",
            title=_("到店"),
            detail=" · ".join(part for part in (where, _("%(n)d 人") % {"n": visit.people}) if part),
            quote=visit.note,
            by=visit.received_by.name if visit.received_by else "",
            tone="b",
        )


@faces.timeline("customer")
def enquiries(
    ids: Sequence[UUID], member: Member, before: datetime | None, limit: int
) -> Iterable[Happening]:
    rows = Enquiry.objects.filter(customer_id__in=ids).select_related("opened_by", "closed_by")
    for enquiry in _newest(rows, "opened_at", before, limit):
        yield Happening(
            at=enquiry.opened_at,
            kind="enquiry",
            icon="message-2",
            title=_("咨询 · %(source)s") % {"source": enquiry.get_source_display()},
            detail=enquiry.get_wanted_mode_display(),
            quote=enquiry.wishes,
            by=enquiry.opened_by.name if enquiry.opened_by else "",
        )
    closed = rows.filter(closed_at__isnull=False)
    for enquiry in _newest(closed, "closed_at", before, limit):
        yield Happening(
            at=enquiry.closed_at,
            kind="enquiry",
            icon="flag",
            title=_("咨询结束 · %(outcome)s") % {"outcome": enquiry.get_outcome_display()},
            quote=enquiry.reason,
            by=enquiry.closed_by.name if enquiry.closed_by else "",
        )


@faces.timeline("customer")
def merges(ids: Sequence[UUID], member: Member, before: datetime | None, limit: int) -> Iterable[Happening]:
    rows = CustomerMerge.objects.filter(Q(kept_id__in=ids) | Q(gone_id__in=ids)).select_related("gone", "by")
    for merge in _newest(rows, "at", before, limit):
        yield Happening(
            at=merge.at,
            kind="change",
            icon="git-merge",
            title=_("并入 %(name)s（%(number)s）") % {"name": merge.gone.name, "number": merge.gone.number},
            detail=_("已撤销") if merge.undone_at else "",
            quote=merge.reason,
            by=merge.by.name if merge.by else "",
            tone="v",
        )


@faces.timeline("customer")
def changes(ids: Sequence[UUID], member: Member, before: datetime | None, limit: int) -> Iterable[Happening]:
    """Facts somebody changed: which, not what they said (that stands on the trail, for whoever may read it)."""
    rows = AuditEntry.objects.filter(
        root_kind="crm.customer", root_id__in=ids, subject_kind__in=("crm.customer", "crm.contactpoint")
    ).select_related("actor")
    for entry in _newest(rows, "at", before, limit):
        title = _change_title(entry)
        if title:
            yield Happening(
                at=entry.at,
                kind="change",
                icon="pencil" if entry.verb == AuditEntry.Verb.CHANGED else "user-plus",
                title=title,
                detail=_named_fields(entry),
                by=entry.actor.name if entry.actor else entry.actor_label,
            )


@faces.next_steps("customer")
def open_enquiries(ids: Sequence[UUID], member: Member) -> Iterable[NextStep]:
    rows = Enquiry.objects.filter(customer_id__in=ids, closed_at=None).select_related("customer__adviser")
    for enquiry in rows:
        adviser = enquiry.customer.adviser
        yield NextStep(
            title=_("跟进咨询：%(what)s")
            % {"what": enquiry.get_wanted_mode_display() or enquiry.get_source_display()},
            url=enquiry.customer.get_absolute_url(),
            who=adviser.name if adviser else "",
            tone="b",
        )


def _newest(rows: Any, column: str, before: datetime | None, limit: int) -> Any:
    if before is not None:
        rows = rows.filter(**{f"{column}__lt": before})
    return rows.order_by(f"-{column}", "-id")[:limit]


def _change_title(entry: AuditEntry) -> str:
    is_customer = entry.subject_kind == "crm.customer"
    titles = {
        (True, AuditEntry.Verb.CREATED): _("客户建档"),
        (True, AuditEntry.Verb.CHANGED): _("修改资料"),
        (False, AuditEntry.Verb.CREATED): _("添加联系方式"),
        (False, AuditEntry.Verb.CHANGED): _("修改联系方式"),
        (False, AuditEntry.Verb.DELETED): _("移除联系方式"),
    }
    return titles.get((is_customer, AuditEntry.Verb(entry.verb)), "")


def _named_fields(entry: AuditEntry) -> str:
    if entry.verb != AuditEntry.Verb.CHANGED:
        return ""
    return "、".join(field_labels(entry))


def field_labels(entry: AuditEntry) -> list[str]:
    """The changed fields in words; what only machines count is left out."""
    try:
        model = apps.get_model(entry.subject_kind)
    except LookupError:
        return list(entry.changes)
    names = {field.name: field for field in model._meta.fields}
    shown = [
        name for name in entry.changes if name in names and name not in ("version", "pinyin", "reach_at")
    ]
    return [str(names[name].verbose_name) for name in shown]
