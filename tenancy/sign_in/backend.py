from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from core.phone import BadPhone, parse_phone
from tenancy import arriving
from tenancy.models import User


class PhoneOrEmail(BaseBackend):
    """Finds a user by mobile or e-mail. A name nobody has costs as much time as a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, name: str = "", password: str = "", **_: Any
    ) -> User | None:
        user = find(name)
        if user is None:
            make_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: Any) -> User | None:
        return arriving.find_user(user_id)


def find(name: str) -> User | None:
    """``13800138000``, ``+86 138 0013 8000`` or an e-mail address, as people type them."""
    field, value = normal(name)
    return User.objects.filter(**{field: value}).first()


def normal(name: str) -> tuple[str, str]:
    """The look-up and the value, the same for every way of writing one account: throttles count by it."""
    name = name.strip().replace("\x00", "")
    if "@" in name:
        return "email__iexact", name.casefold()[:254]
    try:
        return "phone", parse_phone(name).e164
    except BadPhone:
        return "phone", name[:20]
