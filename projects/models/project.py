"""The project: one home, its people, its phase and the days on which things happened."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, FSMField, transition

from projects import policies
from projects.phases import BEFORE_CONTRACT, SUSPENDABLE, Mode, Phase, next_phase
from projects.querysets import ProjectQuerySet
from tenancy.models import Branch, FirmFK, FirmManager, Member
from workflow.models import StatefulModel


class LossReason(models.TextChoices):
    PRICE = "price", _("价格")
    COMPETITOR = "competitor", _("选择了别家")
    DESIGN = "design", _("对方案不满意")
    POSTPONED = "postponed", _("暂不装修")
    UNREACHABLE = "unreachable", _("联系不上")
    OTHER = "other", _("其他")


class SuspensionReason(models.TextChoices):
    CLIENT = "client", _("业主原因")
    SEASON = "season", _("季节或天气")
    DISPUTE = "dispute", _("纠纷")
    MATERIAL = "material", _("材料未到")
    PROPERTY = "property", _("物业或邻里")
    OTHER = "other", _("其他")


def follows(target: str) -> Any:
    """A transition's condition: the mode's road leads from here straight to ``target`` (``projects.phases.ROUTES``)."""

    def on_the_road(project: "Project") -> bool:
        return next_phase(project.mode, project.phase) == target

    on_the_road.hint = _("这种装修方式不经过这个阶段")  # type: ignore[attr-defined]
    return on_the_road


def door(target: str) -> dict[str, Any]:
    """What ``workflow.moves`` asks before a project may enter ``target``: the unmet guards of that phase."""

    def unmet(project: "Project") -> list[Any]:
        from projects import guards  # noqa: PLC0415 - guards look at this model

        return [guard.as_guard(project) for guard in guards.unmet(project, target)]

    return {"guards": unmet}


class Project(StatefulModel):
    """A home to be designed and built (项目/工地).

    Transitions only say what may follow what; which conditions must be met first is the guards' affair
    (``projects.guards``), what else happens the actions'. A row written by an import carries ``imported_at``: what
    the ledger does not say about the past is not asked of it.
    """

    branch_wall: ClassVar[bool] = True
    personal: ClassVar[frozenset[str]] = frozenset({"address", "room", "third_party_phone"})

    number = models.CharField(_("项目编号"), max_length=30, editable=False)
    customer = FirmFK("crm.Customer", related_name="projects", verbose_name=_("客户"))
    branch = FirmFK(Branch, related_name="projects", verbose_name=_("分公司"))
    estate = FirmFK("crm.Estate", null=True, blank=True, related_name="projects", verbose_name=_("小区"))
    address = models.CharField(_("地址"), max_length=120, blank=True)
    room = models.CharField(_("楼栋房号"), max_length=40, blank=True)
    area_m2 = models.DecimalField(_("面积"), max_digits=8, decimal_places=2, null=True, blank=True)
    mode = models.CharField(_("装修方式"), max_length=12, choices=Mode, blank=True)
    style = models.CharField(_("风格"), max_length=40, blank=True)
    budget_fen = models.BigIntegerField(_("预算"), null=True, blank=True)
    contract_number = models.CharField(_("合同号"), max_length=40, blank=True)
    contract_fen = models.BigIntegerField(_("合同金额"), null=True, blank=True)
    note = models.TextField(_("备注"), blank=True, max_length=2000)

    designer = FirmFK(Member, null=True, blank=True, related_name="+", verbose_name=_("设计师"))
    adviser = FirmFK(Member, null=True, blank=True, related_name="+", verbose_name=_("家装顾问"))
    project_manager = FirmFK(Member, null=True, blank=True, related_name="+", verbose_name=_("项目经理"))
    foreman = FirmFK(Member, null=True, blank=True, related_name="+", verbose_name=_("工长"))
    engineering_supervisor = FirmFK(
        Member, null=True, blank=True, related_name="+", verbose_name=_("工程监督")
    )
    inspector = FirmFK(Member, null=True, blank=True, related_name="+", verbose_name=_("监察员"))
    third_party_supervisor = models.CharField(_("第三方监理"), max_length=40, blank=True)
    third_party_phone = models.CharField(_("第三方监理电话"), max_length=20, blank=True)

    phase = FSMField(_("阶段"), choices=Phase, default=Phase.CONSULTATION, protected=True)
    phase_entered_at = models.DateTimeField(_("进入阶段时间"), default=timezone.now)
    node_set = models.CharField(_("节点方案"), max_length=20, default="seven")
    node = models.CharField(_("当前节点"), max_length=30, blank=True)

    opened_on = models.DateField(_("立项日期"), default=timezone.localdate)
    designer_accepted_on = models.DateField(_("业主接受设计师"), null=True, blank=True)
    measured_on = models.DateField(_("量房日期"), null=True, blank=True)
    proposal_on = models.DateField(_("约定看方案日期"), null=True, blank=True)
    drafted_on = models.DateField(_("设计预案完成"), null=True, blank=True)
    draft_accepted_on = models.DateField(_("业主认可预案"), null=True, blank=True)
    design_agreement_on = models.DateField(_("签订设计协议"), null=True, blank=True)
    final_on = models.DateField(_("定稿与详细预算完成"), null=True, blank=True)
    final_confirmed_on = models.DateField(_("业主确认定稿图纸"), null=True, blank=True)
    budget_confirmed_on = models.DateField(_("预算确认"), null=True, blank=True)
    signed_on = models.DateField(_("签订合同"), null=True, blank=True)
    first_paid_on = models.DateField(_("首期款到账"), null=True, blank=True)
    planned_start_on = models.DateField(_("计划进场"), null=True, blank=True)
    started_on = models.DateField(_("三方交底开工"), null=True, blank=True)
    planned_completion_on = models.DateField(_("计划竣工"), null=True, blank=True)
    internal_accepted_on = models.DateField(_("内部预验"), null=True, blank=True)
    accepted_on = models.DateField(_("竣工验收"), null=True, blank=True)
    settled_on = models.DateField(_("尾款结清"), null=True, blank=True)
    air_tested_on = models.DateField(_("环保检测"), null=True, blank=True)
    card_issued_on = models.DateField(_("保修卡签收"), null=True, blank=True)
    closed_on = models.DateField(_("结案日期"), null=True, blank=True)

    is_returning = models.BooleanField(_("回单"), default=False)
    returning_how = models.CharField(_("回单来由"), max_length=80, blank=True)
    lost_from = models.CharField(_("流失前阶段"), max_length=15, choices=Phase, blank=True)
    lost_reason = models.CharField(_("流失原因"), max_length=15, choices=LossReason, blank=True)
    suspended_from = models.CharField(_("停工前阶段"), max_length=15, choices=Phase, blank=True)
    suspended_reason = models.CharField(_("停工原因"), max_length=15, choices=SuspensionReason, blank=True)
    suspended_on = models.DateField(_("停工日期"), null=True, blank=True)
    cancelled_from = models.CharField(_("退单前阶段"), max_length=15, choices=Phase, blank=True)
    settlement = models.CharField(_("退单结算"), max_length=300, blank=True)
    imported_at = models.DateTimeField(_("导入时间"), null=True, blank=True, editable=False)

    stated_facts: frozenset[str] | set[str] = frozenset()
    """Which facts somebody has stated; ``guards.ask`` fills it before it asks."""

    objects = FirmManager.from_queryset(ProjectQuerySet)()

    class Meta(StatefulModel.Meta):
        verbose_name = _("项目")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "number"], name="project_number_once"),
            models.CheckConstraint(
                name="project_area_positive",
                condition=models.Q(area_m2=None) | models.Q(area_m2__gt=0),
                violation_error_message=_("面积须大于零。"),
            ),
            *(
                models.CheckConstraint(
                    name=f"project_{phase}_needs_facts",
                    condition=~models.Q(phase=phase) | models.Q(imported_at__isnull=False) | facts,
                )
                for phase, facts in {
                    "measurement": models.Q(designer_accepted_on__isnull=False) & ~models.Q(mode=""),
                    "design": models.Q(measured_on__isnull=False, proposal_on__isnull=False),
                    "budget": models.Q(draft_accepted_on__isnull=False, final_confirmed_on__isnull=False),
                    "contract": models.Q(budget_confirmed_on__isnull=False, signed_on__isnull=False),
                    "handover": models.Q(signed_on__isnull=False),
                    "inspections": models.Q(started_on__isnull=False),
                    "completion": models.Q(accepted_on__isnull=False),
                    "warranty": models.Q(accepted_on__isnull=False, card_issued_on__isnull=False),
                    "closed": models.Q(closed_on__isnull=False),
                }.items()
            ),
            models.CheckConstraint(
                name="project_lost_has_reason",
                condition=~models.Q(phase="lost") | (~models.Q(lost_reason="") & ~models.Q(lost_from="")),
            ),
            models.CheckConstraint(
                name="project_suspended_has_reason",
                condition=~models.Q(phase="suspended")
                | (~models.Q(suspended_reason="") & ~models.Q(suspended_from="")),
            ),
            models.CheckConstraint(
                name="project_cancelled_has_settlement",
                condition=~models.Q(phase="cancelled")
                | models.Q(imported_at__isnull=False)
                | ~models.Q(settlement=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["firm", "phase", "-phase_entered_at", "id"], name="project_by_phase"),
            models.Index(fields=["firm", "branch", "phase"], name="project_by_branch"),
            models.Index(fields=["firm", "contract_number"], name="project_by_contract"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.place}".strip()

    def get_absolute_url(self) -> str:
        return reverse("projects:project", args=[self.number])

    @property
    def place(self) -> str:
        """What people call the site: estate and room, else the address."""
        name = self.estate.name if self.estate else self.address
        return f"{name} {self.room}".strip()

    @property
    def is_open(self) -> bool:
        return self.phase not in (Phase.CLOSED, Phase.LOST, Phase.CANCELLED)

    @property
    def to_phase(self) -> str | None:
        """The phase that follows on this project's road."""
        return next_phase(self.mode, self.phase)

    # --- the road ----------------------------------------------------------------------------------------

    @transition(
        phase,
        source=Phase.CONSULTATION,
        target=Phase.MEASUREMENT,
        conditions=[follows(Phase.MEASUREMENT)],
        custom=door(Phase.MEASUREMENT),
        permission=policies.may_advance,
    )
    def to_measurement(self) -> None:
        """The owner took the designer; somebody goes and measures."""

    @transition(
        phase,
        source=Phase.MEASUREMENT,
        target=Phase.DESIGN,
        conditions=[follows(Phase.DESIGN)],
        custom=door(Phase.DESIGN),
        permission=policies.may_advance,
    )
    def to_design(self) -> None:
        """Measured; the day for showing the proposal is agreed."""

    @transition(
        phase,
        source=Phase.DESIGN,
        target=Phase.BUDGET,
        conditions=[follows(Phase.BUDGET)],
        custom=door(Phase.BUDGET),
        permission=policies.may_advance,
    )
    def to_budget(self) -> None:
        """The owner accepted the draft and confirmed the final drawings."""

    @transition(
        phase,
        source=Phase.BUDGET,
        target=Phase.CONTRACT,
        conditions=[follows(Phase.CONTRACT)],
        custom=door(Phase.CONTRACT),
        permission=policies.may_advance,
    )
    def to_contract(self) -> None:
        """Budget confirmed, reviewed and released; signed by both."""

    @transition(
        phase,
        source=Phase.CONTRACT,
        target=Phase.HANDOVER,
        conditions=[follows(Phase.HANDOVER)],
        custom=door(Phase.HANDOVER),
        permission=policies.may_advance,
    )
    def to_handover(self) -> None:
        """The first instalment is in; the site can be handed over."""

    @transition(
        phase,
        source=Phase.HANDOVER,
        target=Phase.INSPECTIONS,
        conditions=[follows(Phase.INSPECTIONS)],
        custom=door(Phase.INSPECTIONS),
        permission=policies.may_advance,
    )
    def to_inspections(self) -> None:
        """Three parties signed the handover, which is the pass of node 1."""

    @transition(
        phase,
        source=[Phase.INSPECTIONS, Phase.CONTRACT],
        target=Phase.COMPLETION,
        conditions=[follows(Phase.COMPLETION)],
        custom=door(Phase.COMPLETION),
        permission=policies.may_advance,
    )
    def to_completion(self) -> None:
        """The owner accepted the work; a design-only order comes here straight from its contract."""

    @transition(
        phase,
        source=Phase.COMPLETION,
        target=Phase.WARRANTY,
        conditions=[follows(Phase.WARRANTY)],
        custom=door(Phase.WARRANTY),
        permission=policies.may_advance,
    )
    def to_warranty(self) -> None:
        """Paid, and the warranty card is in the owner's hands."""

    @transition(
        phase,
        source=[Phase.WARRANTY, Phase.COMPLETION],
        target=Phase.CLOSED,
        conditions=[follows(Phase.CLOSED)],
        custom=door(Phase.CLOSED),
        permission=policies.may_advance,
    )
    def to_closed(self) -> None:
        """Every term is past and nothing is open."""

    # --- where it stands still, and the way back ---------------------------------------------------------

    @transition(phase, source=list(BEFORE_CONTRACT), target=Phase.LOST, permission=policies.may_lose)
    def lose(self, *, reason: str) -> None:
        self.lost_from = self.phase
        self.lost_reason = reason

    @transition(
        phase,
        source=Phase.LOST,
        target=GET_STATE(lambda project: project.lost_from, states=list(BEFORE_CONTRACT)),
        permission=policies.may_lose,
    )
    def reopen(self) -> None:
        """Back to where it was; ``lost_from`` stays to be read."""

    @transition(phase, source=list(SUSPENDABLE), target=Phase.SUSPENDED, permission=policies.may_suspend)
    def suspend(self, *, reason: str, on: Any) -> None:
        self.suspended_from = self.phase
        self.suspended_reason = reason
        self.suspended_on = on

    @transition(
        phase,
        source=Phase.SUSPENDED,
        target=GET_STATE(lambda project: project.suspended_from, states=list(SUSPENDABLE)),
        permission=policies.may_suspend,
    )
    def resume(self) -> None:
        """Back to where it was; how long it stood is read from its steps."""

    @transition(phase, source=list(SUSPENDABLE), target=Phase.CANCELLED, permission=policies.may_cancel)
    def cancel(self, *, settlement: str) -> None:
        self.cancelled_from = self.phase
        self.settlement = settlement
