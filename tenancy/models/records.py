"""Numbers, settings and search tokens of a firm."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models.base import Audit, FirmModel


class Counter(FirmModel):
    """The next number of a kind in a year; its row is locked at the *end* of an action (``tenancy.numbers``)."""

    audit: ClassVar[Audit] = "machine"

    kind = models.CharField(max_length=20)
    year = models.SmallIntegerField()
    last = models.BigIntegerField(default=0)

    class Meta(FirmModel.Meta):
        verbose_name = _("编号计数")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "kind", "year"], name="counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class FirmSetting(FirmModel):
    """One of the firm's own values over a default declared in ``tenancy.firm_settings``."""

    key = models.CharField(max_length=60)
    value = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta(FirmModel.Meta):
        verbose_name = _("企业设置")
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "key"], name="firm_setting_once")]

    def __str__(self) -> str:
        return self.key


class SearchToken(FirmModel):
    """One searchable piece of one subject: a bigram, a pinyin, initials, or four digits of a phone.

    Equality on ``token`` is leakproof, so it can use the index under row security; LIKE cannot.
    ``field`` says what of the subject it came from, so that one field is re-indexed alone.
    """

    audit: ClassVar[Audit] = "machine"

    token = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    field = models.CharField(max_length=20)

    class Meta(FirmModel.Meta):
        verbose_name = _("检索词")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "token", "kind", "subject_id", "field"], name="search_token_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["firm", "subject_id", "field"], name="search_token_of")]

    def __str__(self) -> str:
        return self.token
