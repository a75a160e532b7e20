"""Where attachments lie: below MEDIA_ROOT, which nothing serves, one folder a firm, under names nobody can guess."""

import secrets
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from tenancy.scoping import current_firm_id


def put(content: bytes, suffix: str) -> str:
    """The name it was stored under."""
    today = timezone.localdate()
    name = f"attachments/{current_firm_id()}/{today:%Y/%m}/{secrets.token_urlsafe(24)}.{suffix}"
    return default_storage.save(name, ContentFile(content))


def take_away(*names: str) -> None:
    for name in filter(None, names):
        default_storage.delete(name)


def open_file(name: str) -> Any:
    return default_storage.open(name, "rb")
