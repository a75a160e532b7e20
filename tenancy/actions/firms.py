"""A firm opens, and says how it wants to work."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core.errors import Refusal
from tenancy import firm_settings, founding
from tenancy.audit.actor import Actor, acting
from tenancy.models import Branch, Firm, FirmSetting, Member, Post, Role, Seat, User
from tenancy.scoping import firm_scope


def found_firm(
    code: str,
    name: str,
    *,
    admin_name: str,
    admin_phone: str = "",
    admin_email: str = "",
    admin_password: str | None = None,
    branch_name: str = "总部",
) -> tuple[Firm, Member]:
    """Open a firm with its first branch, its first administrator and all defaults, in one transaction.

    Without ``admin_password`` the administrator comes in by an invitation (``tenancy.actions.invitations.invite``).
    """
    with transaction.atomic():
        if Firm.objects.filter(code=code).exists():
            raise Refusal(f"企业代码“{code}”已被使用。")
        firm = Firm.objects.create(code=code, name=name)
        user = _administrator(admin_name, admin_phone, admin_email, admin_password)
        with acting(Actor(label="开通企业", door="shell")), firm_scope(firm.pk):
            Branch.objects.create(code="hq", name=branch_name)
            admin = Member.objects.create(user=user, name=admin_name, phone=user.phone or "")
            Post.objects.create(member=admin, role=Role.FIRM_ADMIN)
            founding.install_all(firm)
        Seat.objects.create(user=user, firm=firm)
    return firm, admin


@transaction.atomic
def rename_firm(firm: Firm, *, by: Member, name: str) -> Firm:
    firm.name = name
    firm.save(update_fields=["name"])
    return firm


@transaction.atomic
def change_settings(values: Mapping[str, Any], *, by: Member) -> None:
    """Only what differs from the default is kept, so that a better default still reaches the firm."""
    defaults = {setting.key: setting.default for setting in firm_settings.declared()}
    kept = {row.key: row for row in FirmSetting.objects.filter(key__in=list(values))}
    for key, value in values.items():
        _keep(kept.get(key), key, value, is_default=value == defaults[key])


def _keep(row: FirmSetting | None, key: str, value: Any, *, is_default: bool) -> None:
    if row is None and not is_default:
        FirmSetting.objects.create(key=key, value=value)
    elif row is not None and is_default:
        row.delete()
    elif row is not None and row.value != value:
        row.value = value
        row.save()


def _administrator(name: str, phone: str, email: str, password: str | None) -> User:
    """Somebody who already has an account keeps it: founding a second firm changes no password."""
    known = (
        User.objects.filter(phone=phone).first()
        if phone
        else User.objects.filter(email__iexact=email).first()
    )
    return known or User.objects.create_user(phone=phone, email=email.lower(), name=name, password=password)
