"""What sign-in itself keeps: sessions and tries. Local tables: no key leads in or out."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext, gettext_lazy as _

# The first that fits: every browser also names those it descends from.
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("HarmonyOS", "HarmonyOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


class WebSession(AbstractBaseSession):
    """One browser somebody is signed in with, so that they can see and end it from another one."""

    user_id = models.UUIDField(null=True, db_index=True)
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("登录会话")

    @property
    def device(self) -> str:
        """What a person recognises: ``Chrome · Windows``."""
        browser = next((name for mark, name in BROWSERS if mark in self.agent), gettext("浏览器"))
        system = next((name for mark, name in SYSTEMS if mark in self.agent), gettext("未知系统"))
        return f"{browser} · {system}"

    @classmethod
    def get_session_store_class(cls) -> Any:
        from tenancy.sign_in.sessions import SessionStore  # noqa: PLC0415 - the store asks for this model

        return SessionStore


class SignInBucket(models.Model):
    """The latest failed tries of one account from one network, or of one network (``tenancy.sign_in.throttle``).

    ``key`` is a digest: the table names nobody.
    """

    key = models.CharField(max_length=64, primary_key=True)
    tried_at: ClassVar[ArrayField] = ArrayField(models.DateTimeField(), default=list)
    succeeded_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("登录尝试")

    def __str__(self) -> str:
        return self.key[:8]

    def is_known(self, since: datetime) -> bool:
        return self.succeeded_at is not None and self.succeeded_at >= since
