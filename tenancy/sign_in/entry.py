"""From a checked password to a place in a firm; and the trail of both, of success and of failure."""

import time
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from tenancy import arriving
from tenancy.audit.actor import Actor, acting
from tenancy.doors import SESSION_BRANCH, SESSION_FIRM, SESSION_MEMBER
from tenancy.models import AuditEntry, Firm, Member, Seat, User
from tenancy.scoping import firm_scope
from tenancy.sign_in import backend, second_factor, sessions

log = structlog.get_logger("sign_in")
BACKEND = "tenancy.sign_in.backend.PhoneOrEmail"


def sign_in(request: HttpRequest, user: User, *, second_factor_shown: bool = False) -> None:
    """A session of a new id for this user: whoever knew the old id has nothing."""
    request.session.flush()
    login(request, user, backend=BACKEND)
    request.session[second_factor.PASSED] = second_factor_shown
    sessions.begin(request)


def seats_of(user: User) -> list[Seat]:
    seats = Seat.objects.filter(user=user, is_active=True, firm__state=Firm.State.ACTIVE)
    return list(seats.select_related("firm").order_by("firm__name"))


def enter_firm(request: Any, seat: Seat) -> Member | None:
    """Choose the firm for this session; None when the person holds no post there any more."""
    with firm_scope(seat.firm_id):
        member = arriving.find_member(request.user.pk)
        if member is None:
            return None
        with acting(_actor(request, member)):
            AuditEntry.note_look(member, AuditEntry.Verb.SIGNED_IN)
    request.session.cycle_key()
    request.session.pop(SESSION_BRANCH, None)
    request.session[SESSION_FIRM] = seat.firm_id
    request.session[SESSION_MEMBER] = str(member.pk)
    return member


def note_refusal(request: HttpRequest, name: str, *, note: str) -> None:
    """Each firm of the account reads of it on its trail; of an account nobody has, only the log knows."""
    user = backend.find(name)
    log.warning("sign-in refused", known=user is not None)
    for seat in seats_of(user) if user else []:
        with firm_scope(seat.firm_id), acting(_actor(request)):
            member = Member.objects.filter(user=user).first()
            if member is not None:
                AuditEntry.note_look(member, AuditEntry.Verb.REFUSED, note=note)


def wait_out(began: float) -> None:
    """So that a refusal takes the same time for every name; ``began`` is of ``time.monotonic()``."""
    time.sleep(max(0.0, settings.SIGN_IN_FLOOR_SECONDS - (time.monotonic() - began)))


def _actor(request: HttpRequest, member: Member | None = None) -> Actor:
    return Actor(
        member_id=member.pk if member else None,
        label=member.name if member else "未登录",
        door="page",
        ip=request.META.get("REMOTE_ADDR") or None,
        request_id=request.META.get("REQUEST_ID", ""),
    )
