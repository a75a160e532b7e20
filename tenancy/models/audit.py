from typing import Any, ClassVar, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenancy.audit.actor import Actor, current_actor
from tenancy.models.base import Audit, FirmFK, FirmModel


class AuditEntry(FirmModel):
    """One line of the append-only trail (操作记录): who, when, from where, which fields from what to what.

    The app's database role may only insert and read it. Values of personal fields are not here but in
    ``AuditPersonal``: *that* a phone changed stays for ever, *what* it was can be erased.
    """

    audit: ClassVar[Audit] = "recorded"
    grants: ClassVar[str] = "SELECT, INSERT"

    class Verb(models.TextChoices):
        CREATED = "created", _("新建")
        CHANGED = "changed", _("修改")
        DELETED = "deleted", _("删除")
        REVEALED = "revealed", _("查看完整号码")
        EXPORTED = "exported", _("导出")
        DOWNLOADED = "downloaded", _("下载文件")
        SIGNED_IN = "signed_in", _("登录")
        REFUSED = "refused", _("登录失败")

    at = models.DateTimeField(default=timezone.now)
    actor = FirmFK("tenancy.Member", null=True, related_name="+")
    actor_label = models.CharField(max_length=80)
    door = models.CharField(max_length=10)
    ip = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=40, blank=True)
    verb = models.CharField(max_length=12, choices=Verb)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True)
    root_kind = models.CharField(max_length=60)
    root_id = models.UUIDField(null=True)
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    note = models.CharField(max_length=300, blank=True)

    class Meta(FirmModel.Meta):
        verbose_name = _("操作记录")
        indexes: ClassVar = [
            models.Index(fields=["firm", "-at", "-id"], name="audit_newest"),
            models.Index(fields=["firm", "root_kind", "root_id", "-at"], name="audit_of_object"),
            models.Index(fields=["firm", "actor", "-at"], name="audit_by_member"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.subject_kind}"

    @classmethod
    def about(cls, row: FirmModel, verb: str, changes: dict[str, list[Any]], actor: Actor) -> Self:
        root = row.audit_root()
        return cls(
            firm_id=row.firm_id,
            actor_id=actor.member_id,
            actor_label=actor.label,
            door=actor.door,
            ip=actor.ip,
            request_id=actor.request_id,
            verb=verb,
            subject_kind=row._meta.label_lower,
            subject_id=row.pk,
            root_kind=root._meta.label_lower,
            root_id=root.pk,
            changes={name: None if name in row.personal else change for name, change in changes.items()},
        )

    @classmethod
    def note_look(cls, row: FirmModel, verb: str, *, note: str = "", fields: tuple[str, ...] = ()) -> Self:
        """Record a look rather than a change: a number revealed, a list exported, a file taken away."""
        entry = cls.about(row, verb, {name: [None, None] for name in fields}, current_actor())
        entry.changes = dict.fromkeys(fields)
        entry.note = note[:300]
        entry.save()
        return entry


class AuditPersonal(FirmModel):
    """What personal fields said before and after; deleted when the person is erased."""

    audit: ClassVar[Audit] = "recorded"
    grants: ClassVar[str] = "SELECT, INSERT, DELETE"

    entry = FirmFK(AuditEntry, related_name="personal_values")
    root_id = models.UUIDField()
    values = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta(FirmModel.Meta):
        verbose_name = _("操作记录中的个人信息")
        indexes: ClassVar = [models.Index(fields=["firm", "root_id"], name="audit_personal_root")]

    def __str__(self) -> str:
        return str(self.entry_id)

    @classmethod
    def of(cls, entry: AuditEntry, row: FirmModel, changes: dict[str, list[Any]]) -> Self | None:
        values = {name: change for name, change in changes.items() if name in row.personal}
        return cls(firm_id=row.firm_id, entry=entry, root_id=entry.root_id, values=values) if values else None
