"""Six digits from an app on the phone (TOTP), and ten codes on paper for the day the phone is lost.

allauth keeps both in its ``Authenticator`` rows. Codes are compared here, because allauth remembers used ones in the
cache: ours count once even while Redis is down.
"""

import hmac
import time

import segno
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.db import transaction

from core import crypto
from core.phone import display_phone
from tenancy import firm_settings
from tenancy.models import Member, Role, User

REQUIRED_OF = frozenset({Role.FIRM_ADMIN, Role.CS_MANAGER, Role.BRANCH_MANAGER})
PASSED = "second_factor"
"""In the session: this browser has shown a second factor, or has just set one up."""


class Adapter(DefaultMFAAdapter):
    """Keeps seeds encrypted."""

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text)

    def _get_user_identifier(self, user: User) -> str:
        return user.email or display_phone(user.phone or "") or user.name


def is_set_up(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def is_missing(member: Member, session: dict) -> bool:
    """Whether this member may not go on before setting one up. One query, and only for those whom it concerns."""
    if session.get(PASSED) or member.roles.isdisjoint(REQUIRED_OF):
        return False
    return bool(firm_settings.get("totp_required"))


def new_secret() -> str:
    return generate_totp_secret()


def picture(user: User, secret: str) -> str:
    """The QR code for the app, as an address for ``<img src>``."""
    url = get_adapter().build_totp_url(user, secret)
    return segno.make(url).svg_data_uri(scale=5, border=2, dark="#000", light="#fff")


def fits(secret: str, code: str) -> bool:
    return _step(secret, code) is not None


@transaction.atomic
def set_up(user: User, secret: str) -> list[str]:
    """Replace whatever there was; the answer is the recovery codes, to be shown once."""
    Authenticator.objects.filter(user=user).delete()
    TOTP.activate(user, secret)
    return RecoveryCodes.activate(user).generate_codes()


def remove(user: User) -> None:
    Authenticator.objects.filter(user=user).delete()


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    return RecoveryCodes.activate(user).generate_codes()


def codes_left(user: User) -> int:
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(kept).get_unused_codes()) if kept else 0


def accepts(user: User, code: str) -> bool:
    """Either kind of code, each once."""
    code = "".join(code.split()).replace("-", "")
    return _accepts_totp(user, code) or _accepts_recovery(user, code)


@transaction.atomic
def _accepts_totp(user: User, code: str) -> bool:
    """Under the row's lock, and only for a time step later than the last one used: a code overheard is worth nothing."""
    kept = Authenticator.objects.select_for_update().filter(user=user, type=Authenticator.Type.TOTP).first()
    if kept is None:
        return False
    step = _step(crypto.decrypt(kept.data["secret"]), code)
    if step is None or step <= kept.data.get("last_step", 0):
        return False
    kept.data["last_step"] = step
    kept.save(update_fields=["data"])
    return True


def _accepts_recovery(user: User, code: str) -> bool:
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return kept is not None and RecoveryCodes(kept).validate_code(code)


def _step(secret: str, code: str) -> int | None:
    now = int(time.time()) // app_settings.TOTP_PERIOD
    for step in range(now - app_settings.TOTP_TOLERANCE, now + app_settings.TOTP_TOLERANCE + 1):
        if hmac.compare_digest(format_hotp_value(hotp_value(secret, step)).encode(), code.encode()):
            return step
    return None
