"""Letters that let one person in: shown once as a link, kept only as a digest."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from tenancy import firm_settings
from tenancy.models import Firm, Invitation, Member, Seat, User


@transaction.atomic
def invite(member: Member, *, by: Member) -> str:
    """The path of the link; earlier links of this member end. Also how a forgotten password is set anew.

    Whoever sits in two firms is not one firm's to let in again: its administrator could walk into the other.
    """
    member = Member.objects.lock(member)
    if member.state == Member.State.LEFT:
        raise Refusal(_("%s 已离职，请先办理返岗。") % member.name)
    if member.state == Member.State.PROPOSED:
        raise Refusal(_("%s 还待确认，请先确认再邀请。") % member.name)
    if member.user_id is None and not (member.phone or member.email):
        raise Refusal(_("请先填写 %s 的手机号或邮箱，它就是登录名。") % member.name)
    if (
        member.user_id
        and Seat.objects.filter(user_id=member.user_id).exclude(firm_id=member.firm_id).exists()
    ):
        raise Refusal(_("%s 的账号也属于另一家企业，密码只能由本人修改。") % member.name)
    revoke_invitations(member, by=by)
    return _write(member, by)


@transaction.atomic
def accept(invitation: Invitation, *, password: str) -> User:
    """The member's account: a new one, or their own with a new password. The link is spent."""
    invitation = Invitation.objects.lock(invitation)
    _refuse_spent(invitation)
    member = Member.objects.lock(invitation.member)
    user = member.user or User(phone=member.phone or None, email=member.email or None, name=member.name)
    user.set_password(password)
    user.save()
    _seat(member, user, invitation)
    return user


@transaction.atomic
def accept_as(invitation: Invitation, *, user: User) -> User:
    """Somebody who has an account in another firm takes a seat here too; they have just shown its password."""
    invitation = Invitation.objects.lock(invitation)
    _refuse_spent(invitation)
    _seat(Member.objects.lock(invitation.member), user, invitation)
    return user


def existing_account(member: Member) -> User | None:
    """Somebody has an account by this phone or e-mail already: an invitation must not set a new password for it."""
    if member.user_id is not None:
        return None
    by_phone = Q(phone=member.phone) if member.phone else Q(pk=None)
    by_email = Q(email__iexact=member.email) if member.email else Q(pk=None)
    return User.objects.filter(by_phone | by_email).first()


def find(token: str) -> Invitation | None:
    """An invitation that can still be used, in the firm in scope."""
    invitation = Invitation.objects.select_related("member__user").filter(digest=_digest(token)).first()
    return invitation if invitation and not _is_spent(invitation) else None


def revoke_invitations(member: Member, *, by: Member) -> None:
    open_ones = Invitation.objects.filter(member=member, accepted_at=None, revoked_at=None)
    open_ones.update(revoked_at=timezone.now())


def _write(member: Member, by: Member) -> str:
    token = secrets.token_urlsafe(32)
    days = int(firm_settings.get("invitation_days"))
    Invitation.objects.create(
        member=member, digest=_digest(token), invited_by=by, expires_at=timezone.now() + timedelta(days=days)
    )
    code = Firm.objects.values_list("code", flat=True).get(pk=member.firm_id)
    return reverse("tenancy:invitation", kwargs={"code": code, "token": token})


def _seat(member: Member, user: User, invitation: Invitation) -> None:
    member.user = user
    member.save()
    Seat.objects.update_or_create(user=user, firm_id=member.firm_id, defaults={"is_active": True})
    invitation.accepted_at = timezone.now()
    invitation.save()


def _refuse_spent(invitation: Invitation) -> None:
    if _is_spent(invitation):
        raise Refusal(_("这个链接已经用过或已过期，请企业管理员重新发一个。"))


def _is_spent(invitation: Invitation) -> bool:
    ended = invitation.accepted_at or invitation.revoked_at
    return (
        bool(ended)
        or invitation.expires_at <= timezone.now()
        or invitation.member.state != Member.State.ACTIVE
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
