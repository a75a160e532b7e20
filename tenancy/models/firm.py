from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Firm(models.Model):
    """One renovation company (装企): the tenant. Global, because it is read before a firm is in scope."""

    class State(models.TextChoices):
        ACTIVE = "active", _("使用中")
        SUSPENDED = "suspended", _("已停用")

    code = models.SlugField(_("企业代码"), max_length=30, unique=True)
    name = models.CharField(_("企业名称"), max_length=80)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("企业")

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """That a user may enter a firm; what they may do there is asked of their Member. Read at sign-in."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="seats")
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="seats")
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("席位")
        constraints = [models.UniqueConstraint(fields=["firm", "user"], name="seat_once_per_firm")]

    def __str__(self) -> str:
        return f"{self.user} · {self.firm}"
