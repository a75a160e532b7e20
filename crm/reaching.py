"""Phone numbers, WeChat names and mail addresses in the one form they are stored and compared in."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from core.phone import BadPhone, parse_phone
from core.text import clean_text, squeeze
from crm.words import ContactKind, Relation

_WECHAT = re.compile(r"[^\s@]{2,40}")


class BadContact(ValueError):
    """A way to reach somebody that cannot work; ``str()`` is the sentence for the person."""


@dataclass(frozen=True)
class Way:
    """One way to reach a customer as it is handed to an action. ``value`` may still be as somebody typed it."""

    value: str
    kind: str = ContactKind.PHONE
    relation: str = Relation.OWNER
    person_name: str = ""
    preferred_hours: str = ""
    note: str = ""


def normalise(kind: str, raw: str) -> tuple[str, str]:
    """``(value, extension)``; raises ``BadContact`` with a sentence."""
    if kind == ContactKind.PHONE:
        return _phone(raw)
    return (_email(raw) if kind == ContactKind.EMAIL else _wechat(raw)), ""


def _phone(raw: str) -> tuple[str, str]:
    try:
        phone = parse_phone(raw)
    except BadPhone as bad:
        raise BadContact(str(bad)) from bad
    return phone.e164, phone.extension


def _email(raw: str) -> str:
    address = squeeze(raw)
    try:
        validate_email(address)
    except ValidationError as bad:
        raise BadContact(
            _("邮箱“%(value)s”写得不对，应像 name@example.com") % {"value": clean_text(raw)}
        ) from bad
    if len(address) > 120:
        raise BadContact(_("邮箱太长，最多 120 个字符"))
    return address


def _wechat(raw: str) -> str:
    name = clean_text(raw)
    if not _WECHAT.fullmatch(name):
        raise BadContact(_("微信号应为 2 到 40 个字符，中间没有空格"))
    return name
