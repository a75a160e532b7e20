from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models.customers import Customer
from tenancy.models import FirmFK, FirmModel, Member


class CustomerMerge(FirmModel):
    """That a person merged two records of one customer, with everything needed to undo it.

    ``moves``: which rows were pointed from the one that went to the one that stayed, per table and column; rows that
    would have stood there twice stayed where they were. ``filled``: what the one that stayed took over, [before,
    after] per field.
    """

    kept = FirmFK(Customer, related_name="merges_kept")
    gone = FirmFK(Customer, related_name="merges_gone")
    at = models.DateTimeField(default=timezone.now)
    by = FirmFK(Member, null=True, related_name="+")
    reason = models.CharField(_("依据"), max_length=200, blank=True)
    moves = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    filled = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    undone_at = models.DateTimeField(null=True)
    undone_by = FirmFK(Member, null=True, related_name="+")

    personal: ClassVar[frozenset[str]] = frozenset({"filled"})

    class Meta(FirmModel.Meta):
        verbose_name = _("客户合并")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "gone"], condition=Q(undone_at=None), name="customer_merged_once"
            ),
            models.CheckConstraint(name="merge_of_two", condition=~Q(kept=models.F("gone"))),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"

    def audit_root(self) -> FirmModel:
        return Customer(id=self.kept_id)  # only its kind and key are asked for: no query
