from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.text import clean_text
from crm.actions.checks import put, refuse_bad_fields, require_arranger, require_writer
from crm.indexing import index_estate, set_sort_key
from crm.models import Estate
from tenancy.models import Member

FACTS = frozenset({"name", "province", "city", "district", "address", "keys_on", "quiet_rules", "note"})


@transaction.atomic
def create_estate(name: str, *, by: Member | None, **facts: Any) -> Estate:
    """A housing estate of the firm; two districts may each have one of the same name."""
    require_writer(by)
    estate = Estate()
    return _keep(estate, {"name": name, **facts})


@transaction.atomic
def change_estate(estate: Estate, *, by: Member | None, **facts: Any) -> Estate:
    require_arranger(by)
    return _keep(Estate.objects.lock(estate), facts)


def find_or_create_estate(name: str, *, by: Member | None) -> Estate | None:
    """The estate somebody named, made where the firm has none of that name; None for nothing."""
    name = clean_text(name)
    if not name:
        return None
    return Estate.objects.filter(name=name).order_by("created_at", "pk").first() or create_estate(name, by=by)


def _keep(estate: Estate, facts: dict[str, Any]) -> Estate:
    put(estate, facts, FACTS)
    if not estate.name:
        raise Refusal(_("请填写小区名称。"), code="invalid")
    refuse_bad_fields(estate, besides={"pinyin"})
    twins = Estate.objects.filter(name=estate.name, city=estate.city, district=estate.district)
    if twins.exclude(pk=estate.pk).exists():
        raise Refusal(_("同一区县已有同名的小区。"), code="duplicate")
    set_sort_key(estate)
    estate.save()
    index_estate(estate)
    return estate
