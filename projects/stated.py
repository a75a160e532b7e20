"""Facts about a project that people put on record by date, each with who answers for it.

``missing`` names the model that will one day know the fact by itself. Until then somebody responsible states it, and
the step bar says 凭声明. A test fails as soon as the named model exists, so that no statement outlives its excuse.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenancy.models import Member, Role
from tenancy.policies import SERVICE


@dataclass(frozen=True)
class StatedFact:
    """``column``: the day on the project it also writes; ``roles``: who may say so, the responsible one first."""

    code: str
    label: Promise
    roles: tuple[str, ...]
    column: str = ""
    missing_record: "Missing | None" = None

    @property
    def is_statement(self) -> bool:
        return self.missing_record is not None

    @property
    def missing(self) -> str:
        return self.missing_record.model if self.missing_record else ""

    @property
    def missing_label(self) -> Promise | str:
        return self.missing_record.label if self.missing_record else ""

    def may_state(self, member: Member) -> bool:
        """A partner's system answers for its own branch; its key needs the scope for it."""
        return member.has_role(*self.roles, Role.PARTNER_API)


_SERVING = (*sorted(SERVICE), Role.BRANCH_MANAGER)
_DESIGN = (Role.DESIGNER, *_SERVING)


@dataclass(frozen=True)
class Missing:
    """The model that will know the fact by itself, and what people call it."""

    model: str
    label: Promise


_DRAWINGS = Missing("projects.DrawingSet", _("图纸"))
_BUDGET = Missing("projects.Budget", _("预算"))
_REVIEW = Missing("projects.Review", _("图纸预算审核"))
_CONTRACT = Missing("projects.Contract", _("合同"))
_PAYMENT = Missing("projects.Instalment", _("分期款"))
_HANDOVER = Missing("projects.SiteHandover", _("交底单"))
_INSPECTION = Missing("projects.Inspection", _("验收单"))
_RECTIFICATION = Missing("projects.Rectification", _("整改单"))
_CARD = Missing("aftersales.WarrantyCard", _("保修卡"))

FACTS: dict[str, StatedFact] = {
    fact.code: fact
    for fact in (
        StatedFact("designer_accepted", _("业主接受推荐的设计师"), _DESIGN, "designer_accepted_on"),
        StatedFact("proposal_agreed", _("与业主约定看方案日期"), _DESIGN, "proposal_on"),
        StatedFact("drafted", _("设计预案完成"), _DESIGN, "drafted_on"),
        StatedFact("draft_accepted", _("业主认可设计预案"), _DESIGN, "draft_accepted_on"),
        StatedFact("design_agreement", _("签订设计协议"), _DESIGN, "design_agreement_on"),
        StatedFact("final_out", _("定稿与详细预算完成"), _DESIGN, "final_on"),
        StatedFact(
            "air_tested", _("环保检测完成"), (Role.ENGINEERING_MANAGER, Role.SUPERVISOR), "air_tested_on"
        ),
        StatedFact(
            "final_confirmed",
            _("业主确认定稿图纸"),
            (Role.DESIGNER,),
            "final_confirmed_on",
            missing_record=_DRAWINGS,
        ),
        StatedFact(
            "budget_confirmed",
            _("业主确认预算"),
            (Role.BUDGETER, Role.DESIGNER),
            "budget_confirmed_on",
            missing_record=_BUDGET,
        ),
        StatedFact(
            "released", _("图纸与预算审核通过并放行"), (Role.ENGINEERING_MANAGER,), missing_record=_REVIEW
        ),
        StatedFact(
            "drawings_and_brands", _("业主确认施工图与主材品牌"), (Role.DESIGNER,), missing_record=_DRAWINGS
        ),
        StatedFact(
            "clauses_explained",
            _("合同条款逐条解释"),
            (Role.DESIGNER, Role.CS_AGENT, Role.CS_MANAGER),
            missing_record=_CONTRACT,
        ),
        StatedFact(
            "signed",
            _("双方签订合同"),
            (Role.DESIGNER, Role.BRANCH_MANAGER),
            "signed_on",
            missing_record=_CONTRACT,
        ),
        StatedFact("first_paid", _("首期款到账"), (Role.FINANCE,), "first_paid_on", missing_record=_PAYMENT),
        StatedFact(
            "handover_signed",
            _("三方交底签字"),
            (Role.PROJECT_MANAGER, Role.SUPERVISOR, Role.ENGINEERING_MANAGER),
            "started_on",
            missing_record=_HANDOVER,
        ),
        StatedFact(
            "node_passed",
            _("节点验收通过"),
            (Role.SUPERVISOR, Role.ENGINEERING_MANAGER),
            missing_record=_INSPECTION,
        ),
        StatedFact(
            "internal_accepted",
            _("内部预验通过"),
            (Role.ENGINEERING_MANAGER,),
            "internal_accepted_on",
            missing_record=_INSPECTION,
        ),
        StatedFact(
            "rectified",
            _("重点整改已完成，其余整改有标准、日期和业主签字"),
            (Role.SUPERVISOR, Role.ENGINEERING_MANAGER),
            missing_record=_RECTIFICATION,
        ),
        StatedFact(
            "owner_accepted",
            _("业主签署竣工验收"),
            (Role.SUPERVISOR, Role.PROJECT_MANAGER, Role.ENGINEERING_MANAGER),
            "accepted_on",
            missing_record=_INSPECTION,
        ),
        StatedFact(
            "drawings_delivered",
            _("图纸交付并经业主确认"),
            (Role.DESIGNER,),
            "accepted_on",
            missing_record=_DRAWINGS,
        ),
        StatedFact("design_paid", _("设计费付清"), (Role.FINANCE,), "settled_on", missing_record=_PAYMENT),
        StatedFact("final_paid", _("尾款到账"), (Role.FINANCE,), "settled_on", missing_record=_PAYMENT),
        StatedFact(
            "card_signed",
            _("保修卡已发放并由业主签收"),
            (Role.ADMINISTRATION,),
            "card_issued_on",
            missing_record=_CARD,
        ),
    )
}

STATEMENTS = {code: fact for code, fact in FACTS.items() if fact.is_statement}
"""The facts that wait for a model of their own."""
