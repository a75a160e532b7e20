"""The doors into a firm: a browser session, or a partner's API key. Every view behind them asks the same member."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from tenancy import arriving, keys
from tenancy.audit.actor import Actor
from tenancy.models import ApiClient, Firm, Member
from tenancy.sign_in import second_factor, sessions

SESSION_FIRM = "firm_id"
SESSION_BRANCH = "branch_id"
SESSION_MEMBER = "member_id"


class Refused(Exception):
    """Nobody may come in this way; ``sign_out`` when the session itself has gone stale."""

    def __init__(self, sentence: str = "", *, sign_out: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence or _("请先登录，或在 Authorization 头里带上接口密钥。")
        self.sign_out = sign_out


class NeedsSecondFactor(Refused):
    """This member's role asks for a second factor, and there is none yet: only its set-up is open to them."""

    def __init__(self) -> None:
        super().__init__(_("您的岗位要求两步验证，请先在网页上设置。"))


@dataclass
class Door:
    """An opened way into ``firm``; ``enter`` finishes inside the scope, where the member can be read."""

    firm: Firm

    def enter(self, request: Any) -> None:
        raise NotImplementedError

    def actor(self, request: Any) -> Actor:
        raise NotImplementedError


@dataclass
class SessionDoor(Door):
    user_id: UUID

    def enter(self, request: Any) -> None:
        member = arriving.find_member(self.user_id)
        if member is None:
            raise Refused(_("您在这家企业没有在职岗位。"), sign_out=True)
        if chosen := request.session.get(SESSION_BRANCH):
            member.look_at(UUID(chosen))
        if second_factor.is_missing(member, request.session):
            raise NeedsSecondFactor
        _attach(request, self.firm, member, client=None)

    def actor(self, request: Any) -> Actor:
        member_id = request.session.get(SESSION_MEMBER)
        return Actor(
            member_id=UUID(member_id) if member_id else None,
            label=request.user.name,
            door="api" if request.path.startswith("/api/") else "page",
            ip=request.META.get("REMOTE_ADDR"),
            request_id=request.META.get("REQUEST_ID", ""),
        )


@dataclass
class KeyDoor(Door):
    key: "keys.FoundKey"

    def enter(self, request: Any) -> None:
        client = (
            ApiClient.objects.select_related("member", "branch")
            .prefetch_related("member__posts")
            .filter(prefix=self.key.prefix)
            .first()
        )
        if client is None or client.revoked_at or (client.expires_at and client.expires_at <= timezone.now()):
            raise Refused(_("接口密钥已失效，请联系企业管理员。"))
        if not client.branch.is_active or client.member.state != Member.State.ACTIVE:
            raise Refused(_("接口密钥所属的分公司已停用。"))
        _attach(request, self.firm, client.member, client=client)

    def actor(self, request: Any) -> Actor:
        return Actor(
            label=f"API {self.key.prefix}",
            door="api",
            ip=request.META.get("REMOTE_ADDR"),
            request_id=request.META.get("REQUEST_ID", ""),
        )


def find_door(request: Any) -> Door | None:
    """None: signed in without a firm, or not at all. Raises Refused for a key or a seat that is no longer good."""
    if header := request.headers.get("Authorization", ""):
        if not request.path.startswith("/api/"):
            raise Refused
        found = keys.find(header)
        if found is None:
            raise Refused(_("接口密钥不正确。"))
        return KeyDoor(found.firm, key=found)
    if not request.user.is_authenticated:
        return None
    if sessions.is_over(request):
        raise Refused(sign_out=True)
    sessions.note_life(request)
    if SESSION_FIRM not in request.session:
        return None
    chosen = request.session[SESSION_FIRM]
    seat = next((seat for seat in request.user.open_seats if seat.firm_id == chosen), None)
    if seat is None:
        raise Refused(sign_out=True)
    return SessionDoor(seat.firm, user_id=request.user.pk)


def _attach(request: Any, firm: Firm, member: Member, *, client: ApiClient | None) -> None:
    request.firm = firm
    request.member = member
    request.branch_ids = member.branch_ids
    request.api_client = client
