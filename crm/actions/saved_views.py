from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Refusal
from crm import policies
from crm.actions.checks import put, refuse_bad_fields, require
from crm.models import SavedView
from tenancy.models import Member

MOST = 30


@transaction.atomic
def save_view(
    name: str, *, by: Member, query: str, page: str = "customers", is_shared: bool = False
) -> SavedView:
    """Keep a list under a name; the same name again replaces one's own earlier view."""
    require(not is_shared or policies.may_share_views(by))
    view = SavedView.objects.filter(owner=by, page=page, name=name.strip()).first() or SavedView(
        owner=by, page=page
    )
    put(view, {"name": name, "query": query, "is_shared": is_shared}, {"name", "query", "is_shared"})
    if not view.name:
        raise Refusal(_("请给视图起个名字。"), code="invalid")
    refuse_bad_fields(view)
    if view._state.adding and SavedView.objects.filter(owner=by, page=page).count() >= MOST:
        raise Refusal(_("每人最多保存 %(n)d 个视图，请先删掉用不到的。") % {"n": MOST})
    view.save()
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by: Member) -> None:
    """One's own; a shared one also by whoever may share."""
    require(view.owner_id == by.pk or (view.is_shared and policies.may_share_views(by)))
    view.delete()
