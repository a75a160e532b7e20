"""Secrets that rest in the database: encrypted with keys that are not in it (Fernet: AES-128-CBC with HMAC-SHA256)."""

import base64
import hashlib
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class Unreadable(ValueError):
    """None of the keys we have opens this secret: FIELD_KEYS lost one that is still in use."""


def encrypt(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    try:
        return _box().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("no key in FIELD_KEYS opens this value") from error


def reencrypt(token: str) -> str:
    """The same secret under the newest key, so that an old key can be taken out of FIELD_KEYS."""
    return _box().rotate(token.encode()).decode()


class EncryptedTextField(models.TextField):
    """Text that is a secret to whoever reads the disk or a backup. It can be neither searched nor compared."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return decrypt(value) if value else value


def _box() -> MultiFernet:
    return _box_of(tuple(settings.FIELD_KEYS), (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _box_of(keys: tuple[str, ...], secrets: tuple[str, ...]) -> MultiFernet:
    """Keys of their own are better: whoever learns SECRET_KEY then still reads no secret."""
    return MultiFernet([Fernet(key) for key in keys or map(_derived, secrets)])


def _derived(secret: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(b"field-keys:" + secret.encode()).digest()).decode()
