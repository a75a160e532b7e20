from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Refusal
from crm.actions.checks import locked_living, put, refuse_bad_fields, require_writer
from crm.models import Customer, CustomerTag, Tag
from crm.words import TagColour
from tenancy.models import Member


@transaction.atomic
def create_tag(name: str, *, by: Member | None, colour: str = TagColour.GREY) -> Tag:
    """A word the firm sorts its customers by; the same word twice is one tag."""
    require_writer(by)
    tag = Tag()
    put(tag, {"name": name, "colour": colour}, {"name", "colour"})
    if not tag.name:
        raise Refusal(_("请填写标签名称。"), code="invalid")
    refuse_bad_fields(tag)
    if known := Tag.objects.filter(name=tag.name).first():
        return known
    tag.save(force_insert=True)
    return tag


@transaction.atomic
def tag_customer(customer: Customer, *, tag: Tag, by: Member | None) -> bool:
    """Whether it was not there yet."""
    require_writer(by)
    customer = locked_living(customer)
    _tagging, is_new = CustomerTag.objects.get_or_create(customer=customer, tag=tag)
    return is_new


@transaction.atomic
def untag_customer(customer: Customer, *, tag: Tag, by: Member | None) -> None:
    require_writer(by)
    customer.taggings.filter(tag=tag).delete()


def set_tags(customer: Customer, *, tags: Iterable[Tag], by: Member | None) -> None:
    """Exactly these tags."""
    require_writer(by)
    wanted = {tag.pk for tag in tags}
    held = set(customer.taggings.values_list("tag_id", flat=True))
    if held - wanted:
        customer.taggings.filter(tag_id__in=held - wanted).delete()
    if wanted - held:
        CustomerTag.objects.bulk_create(CustomerTag(customer=customer, tag_id=pk) for pk in wanted - held)
