"""People join, change posts, leave, come back; a name from a ledger turns out to be somebody we have."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import Refusal
from tenancy.actions.handing_over import hand_over
from tenancy.actions.invitations import revoke_invitations
from tenancy.models import Branch, Member, Post, Role, Seat, User
from tenancy.sign_in import sessions


@transaction.atomic
def add_member(
    name: str,
    *,
    by: Member,
    posts: list[tuple[str, Branch | None]],
    phone: str = "",
    email: str = "",
    number: str = "",
    note: str = "",
) -> Member:
    """Somebody new in the firm. They can sign in once they have accepted an invitation."""
    member = Member.objects.create(name=name, phone=phone, email=email, number=number, note=note)
    for role, branch in posts:
        grant_post(member, by=by, role=role, branch=branch)
    return member


@transaction.atomic
def change_member(member: Member, *, by: Member, **facts: str) -> Member:
    """A new phone or e-mail is also the new sign-in name, unless the account belongs to another firm as well."""
    member = Member.objects.lock(member)
    for name, value in facts.items():
        setattr(member, name, value)
    member.save()
    _follow_sign_in_name(member)
    return member


@transaction.atomic
def grant_post(member: Member, *, by: Member, role: str, branch: Branch | None) -> Post:
    """From the member's next request on. Asking twice changes nothing."""
    if role == Role.PARTNER_API:
        raise Refusal(_("“%s”是系统之间用的岗位，请在“开放接口”里新建密钥。") % Role.PARTNER_API.label)
    if role == Role.FIRM_ADMIN and branch is not None:
        raise Refusal(_("企业管理员管整个企业，分公司请选“全企业”。"))
    post, _made = Post.objects.get_or_create(member=member, role=role, branch=branch)
    return post


@transaction.atomic
def withdraw_post(post: Post, *, by: Member) -> None:
    """Whoever has no post left keeps the name on what they did, and can no longer come in."""
    _keep_an_administrator(without=Post.objects.filter(pk=post.pk).values_list("pk", flat=True))
    post.delete()


@transaction.atomic
def let_go(member: Member, *, by: Member) -> Member:
    """The seat closes at once, in every browser; posts stay for the day somebody comes back."""
    member = Member.objects.lock(member)
    if member.pk == by.pk:
        raise Refusal(_("不能给自己办离职，请由另一位管理员操作。"))
    _keep_an_administrator(without=Post.objects.filter(member=member).values_list("pk", flat=True))
    member.state = Member.State.LEFT
    member.save()
    revoke_invitations(member, by=by)
    _open_seat(member, is_active=False)
    return member


@transaction.atomic
def take_back(member: Member, *, by: Member) -> Member:
    member = Member.objects.lock(member)
    if member.state != Member.State.LEFT:
        raise Refusal(_("%s 没有离职。") % member.name)
    member.state = Member.State.ACTIVE
    member.save()
    _open_seat(member, is_active=True)
    return member


@transaction.atomic
def confirm_member(member: Member, *, by: Member, role: str = "", branch: Branch | None = None) -> Member:
    """A name from a ledger is a real colleague; an invitation may follow."""
    member = _proposed(member)
    member.state = Member.State.ACTIVE
    member.save()
    if role:
        grant_post(member, by=by, role=role, branch=branch)
    return member


@transaction.atomic
def merge_member(proposed: Member, *, into: Member, by: Member) -> Member:
    """The name in the ledger was somebody we already had: everything named after it becomes theirs."""
    if into.pk == proposed.pk:
        raise Refusal(_("不能合并到自己。"))
    both = Member.objects.select_for_update(of=("self",)).order_by("pk").in_bulk([proposed.pk, into.pk])
    proposed, into = both[proposed.pk], both[into.pk]
    _refuse_confirmed(proposed)
    hand_over(proposed, into)
    proposed.delete()
    return into


def _proposed(member: Member) -> Member:
    member = Member.objects.lock(member)
    _refuse_confirmed(member)
    return member


def _refuse_confirmed(member: Member) -> None:
    if member.state != Member.State.PROPOSED:
        raise Refusal(_("%s 已经确认过了。") % member.name)


def _keep_an_administrator(*, without: Iterable[UUID]) -> None:
    """Locks the posts, so that two people cannot each take away the other one's."""
    administrators = (
        Post.objects.select_for_update(of=("self",))
        .filter(role=Role.FIRM_ADMIN, member__state=Member.State.ACTIVE, member__user__isnull=False)
        .values_list("pk", flat=True)
    )
    held, going = set(administrators), set(without)
    if held & going and not held - going:
        raise Refusal(_("企业至少要有一位能登录的管理员。请先指定另一位。"))


def _follow_sign_in_name(member: Member) -> None:
    user = member.user
    if user is None or Seat.objects.filter(user=user).exclude(firm_id=member.firm_id).exists():
        return
    wanted = {"phone": member.phone or None, "email": member.email or None}
    if not any(wanted.values()) or wanted == {"phone": user.phone, "email": user.email}:
        return
    taken = Q(phone=wanted["phone"]) if wanted["phone"] else Q(pk=None)
    taken |= Q(email__iexact=wanted["email"]) if wanted["email"] else Q(pk=None)
    if User.objects.filter(taken).exclude(pk=user.pk).exists():
        raise Refusal(_("这个手机号或邮箱已是另一个账号的登录名。"))
    user.phone, user.email, user.name = wanted["phone"], wanted["email"], member.name
    user.save(update_fields=["phone", "email", "name"])


def _open_seat(member: Member, *, is_active: bool) -> None:
    if member.user_id is None:
        return
    Seat.objects.filter(user_id=member.user_id, firm_id=member.firm_id).update(is_active=is_active)
    if not is_active and not Seat.objects.filter(user_id=member.user_id, is_active=True).exists():
        sessions.end_all(member.user_id)
