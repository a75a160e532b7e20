import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from tenancy.models.firm import Seat


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, phone: str | None = None, email: str | None = None, **fields: Any) -> "User":
        """A sign-in identity. ``password`` in ``fields`` may be missing: then only an invitation can set one."""
        password = fields.pop("password", None)
        user = self.model(phone=phone or None, email=self.normalize_email(email) if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(models.Q(phone=username) | models.Q(email__iexact=username))


class User(AbstractBaseUser):
    """Somebody who can sign in, by mobile (E.164) or e-mail. Global: the firm is chosen after sign-in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phone = models.CharField(_("手机号"), max_length=20, unique=True, null=True, blank=True)
    email = models.EmailField(_("邮箱"), unique=True, null=True, blank=True)
    name = models.CharField(_("姓名"), max_length=40)
    is_active = models.BooleanField(_("可登录"), default=True)
    is_operator = models.BooleanField(_("平台运营"), default=False)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    theme = models.CharField(_("外观"), max_length=10, default="light")
    preferences = models.JSONField(_("个人设置"), default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    last_login = None  # a global row with a hot column would be locked at every sign-in; the trail has it

    objects = UserManager()

    USERNAME_FIELD = "phone"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("用户")
        constraints = [
            models.CheckConstraint(
                name="user_has_a_sign_in_name",
                condition=models.Q(phone__isnull=False) | models.Q(email__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def open_seats(self) -> "list[Seat]":
        """Seats that may be taken, in firms that are in use; ``tenancy.arriving`` reads them with the user."""
        return list(self.seats.filter(is_active=True, firm__state="active").select_related("firm"))
