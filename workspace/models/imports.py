"""A ledger on its way in: the file, how it was understood, and what became of every row."""

from typing import Any, ClassVar
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.phases import Phase
from tenancy.models import FirmFK, FirmManager, FirmModel, FirmQuerySet, Member
from tenancy.models.base import Audit


class ImportBatchQuerySet(FirmQuerySet):
    def visible_to(self, member: Member) -> Any:
        """Whoever answers for the whole firm sees every import; a branch those that concern it alone."""
        if member.branch_ids is None:
            return self
        return self.exclude(branch_ids=[]).filter(
            branch_ids__contained_by=sorted(map(str, member.branch_ids))
        )

    def at_work(self) -> Any:
        """Asked for and not finished: what a worker, or the sweeper after a killed one, carries on with."""
        return self.filter(asked_at__isnull=False, failed_at=None, stopped_at=None)


class ImportBatch(FirmModel):
    """One uploaded ledger (导入批次).

    ``layout``: per sheet the branch, whether it is taken in, and what each column holds (``workspace.ledger.layout``).
    ``asked_at`` is set while a worker is wanted, for the rehearsal until ``rehearsed_at``, then for the real thing
    until ``applied_at``. ``branch_ids``: the branches its uploader answers for; none means the whole firm.
    """

    audit: ClassVar[Audit] = "recorded"

    name = models.CharField(_("文件"), max_length=120)
    sha256 = models.CharField(max_length=64)
    by = FirmFK(Member, null=True, related_name="+", verbose_name=_("导入人"))
    branch_ids = models.JSONField(default=list)
    layout = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    uploaded_at = models.DateTimeField(_("上传时间"), default=timezone.now)
    asked_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    rehearsed_at = models.DateTimeField(_("预演时间"), null=True)
    applying_at = models.DateTimeField(_("开始导入"), null=True)
    applied_at = models.DateTimeField(_("完成时间"), null=True)
    stopped_at = models.DateTimeField(_("停止时间"), null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(_("失败原因"), max_length=300, blank=True)
    total = models.PositiveIntegerField(_("行数"), default=0)
    people = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    branches = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    objects = FirmManager.from_queryset(ImportBatchQuerySet)()

    class Meta(FirmModel.Meta):
        verbose_name = _("导入批次")
        indexes: ClassVar = [models.Index(fields=["firm", "-uploaded_at", "-id"], name="import_newest")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("workspace:import", args=[self.pk])

    @property
    def state(self) -> str:
        """layout → rehearsing → rehearsed → applying → applied; or failed, stopped."""
        if self.failed_at:
            return "failed"
        if self.applied_at:
            return "applied"
        if self.stopped_at:
            return "stopped"
        if self.applying_at:
            return "applying"
        if self.rehearsed_at:
            return "rehearsed"
        return "rehearsing" if self.asked_at else "layout"

    @property
    def is_working(self) -> bool:
        return self.state in {"rehearsing", "applying"}

    def allows(self, branch_id: UUID | None) -> bool:
        """Whether rows of this branch may be taken in by whoever uploaded the file."""
        return not self.branch_ids or str(branch_id) in self.branch_ids


class ImportFile(FirmModel):
    """The uploaded bytes, kept until the batch is done with them."""

    audit: ClassVar[Audit] = "machine"

    batch = FirmFK(ImportBatch, related_name="files")
    content = models.BinaryField()

    class Meta(FirmModel.Meta):
        verbose_name = _("导入文件")
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "batch"], name="import_file_once")]

    def __str__(self) -> str:
        return str(self.batch_id)


class Outcome(models.TextChoices):
    """What became of a data row; every row ends as exactly one."""

    CREATED = "created", _("新建")
    UPDATED = "updated", _("更新")
    UNCHANGED = "unchanged", _("无变化")
    DUPLICATE = "duplicate", _("重复")
    REJECTED = "rejected", _("未导入")


class ImportRow(FirmModel):
    """One data row: what it said, what was foreseen, what happened.

    ``data`` is the row as it was read (``workspace.ledger.rows.LedgerRow``). ``outcome`` is the rehearsal's until
    ``applied_at``, then the truth. ``lines`` say what happens field by field; ``sentences`` are for a person;
    ``new`` names what the row makes (customer, project).
    """

    audit: ClassVar[Audit] = "recorded"
    personal: ClassVar[frozenset[str]] = frozenset({"data", "lines", "sentences"})

    batch = FirmFK(ImportBatch, related_name="rows")
    position = models.PositiveIntegerField()
    sheet = models.CharField(_("工作表"), max_length=60)
    number = models.PositiveIntegerField(_("行号"))
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome, blank=True)
    lines = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    sentences = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    new = models.CharField(max_length=20, blank=True)
    needs_person = models.BooleanField(_("待人工"), default=False)
    customer_id = models.UUIDField(null=True)
    project_id = models.UUIDField(null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta(FirmModel.Meta):
        verbose_name = _("导入行")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "batch", "position"], name="import_row_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["firm", "customer_id", "-applied_at"], name="import_row_of_customer"),
            models.Index(fields=["firm", "batch", "outcome", "position"], name="import_row_by_outcome"),
            models.Index(
                fields=["firm", "batch", "position"],
                name="import_row_waiting",
                condition=models.Q(applied_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.number}"


class ColumnMemory(FirmModel):
    """What a person of this firm said a head means; the next ledger is understood by itself."""

    head = models.CharField(_("表头"), max_length=60)
    field = models.CharField(_("含义"), max_length=30, blank=True)
    by = FirmFK(Member, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta(FirmModel.Meta):
        verbose_name = _("表头记忆")
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "head"], name="column_memory_once")]

    def __str__(self) -> str:
        return f"{self.head} → {self.field}"


class StageWord(FirmModel):
    """What an everyday word for where a project stands means to this firm; an empty phase asks a person."""

    word = models.CharField(_("说法"), max_length=30)
    phase = models.CharField(_("阶段"), max_length=15, choices=Phase, blank=True)
    node = models.CharField(_("节点"), max_length=30, blank=True)
    by = FirmFK(Member, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta(FirmModel.Meta):
        verbose_name = _("阶段说法")
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "word"], name="stage_word_once")]

    def __str__(self) -> str:
        return f"{self.word} → {self.phase}"
