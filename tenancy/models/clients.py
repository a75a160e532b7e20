"""Other systems that speak to us: partner branches by API key."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models.base import Audit, FirmFK, FirmModel
from tenancy.models.firm import Firm
from tenancy.models.people import Branch, Member


class ApiClient(FirmModel):
    """A partner's system (开放接口密钥): it acts as its own Member with the role ``partner_api`` in one branch.

    The secret is shown once and kept only as a SHA-256 in ``ApiKeyIndex``.
    """

    name = models.CharField(_("名称"), max_length=60)
    member = FirmFK(Member, related_name="api_clients")
    branch = FirmFK(Branch, related_name="api_clients", verbose_name=_("分公司"))
    prefix = models.CharField(_("前缀"), max_length=12)
    scopes = models.JSONField(_("权限范围"), default=list)
    expires_at = models.DateTimeField(_("到期"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True)
    created_by = FirmFK(Member, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(FirmModel.Meta):
        verbose_name = _("接口密钥")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "prefix"], name="api_client_prefix_once")
        ]

    def __str__(self) -> str:
        return self.name


class ApiKeyIndex(models.Model):
    """Where a key is looked up before its firm is known. Global; carries nothing but the digest."""

    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="+")
    is_revoked = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("接口密钥索引")

    def __str__(self) -> str:
        return self.prefix


class IdempotencyKey(FirmModel):
    """The stored answer of one POST, so that a client that retries gets it again instead of a second effect.

    Written first in the request's own transaction: a second request with the key waits for the first to commit.
    Only 2xx answers stay; a refused request rolls its key back too.
    """

    audit: ClassVar[Audit] = "machine"

    member = FirmFK(Member, related_name="+")
    key = models.CharField(max_length=255)
    method_and_path = models.CharField(max_length=300)
    body_digest = models.CharField(max_length=64)
    status = models.SmallIntegerField(null=True)
    answer = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(FirmModel.Meta):
        verbose_name = _("幂等键")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "member", "key"], name="idempotency_key_once")
        ]

    def __str__(self) -> str:
        return self.key
