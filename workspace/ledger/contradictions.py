"""Values of one row that cannot all be true; the row is taken in as it stands and listed for a person."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from workspace.ledger.columns import Field
from workspace.ledger.stages import BEFORE_CONTRACT, FINISHED, ON_SITE, SIGNED

if TYPE_CHECKING:
    from workspace.ledger.rows import LedgerRow

SHORTEST_WARRANTY: Final = timedelta(days=2 * 365)
_ONE_YUAN: Final = 100


def contradictions(row: "LedgerRow", today: date) -> Iterator[tuple[str, str]]:
    """(field, sentence) for everything that needs a person's eye."""
    yield from _contact(row)
    yield from _mode_and_stage(row)
    yield from _dates(row, today)
    yield from _finish(row, today)
    yield from _money(row)


def _contact(row: "LedgerRow") -> Iterator[tuple[str, str]]:
    if not row.phones and not row.has(Field.PHONE):
        yield Field.PHONE, _("没有电话，请补上")


def _mode_and_stage(row: "LedgerRow") -> Iterator[tuple[str, str]]:
    if row.stage and row.mode == "design_only" and row.stage.phase in {*ON_SITE, "warranty"}:
        yield (
            Field.MODE,
            _("纯设计订单没有“%(stage)s”这一步，请核对装修方式或阶段") % {"stage": row.stage_text},
        )


def _dates(row: "LedgerRow", today: date) -> Iterator[tuple[str, str]]:
    if row.signed_on and row.started_on and row.started_on < row.signed_on:
        yield Field.STARTED_ON, _("开工日期早于签单日期")
    if row.started_on and row.completed_on and row.completed_on < row.started_on:
        yield Field.COMPLETED_ON, _("竣工日期早于开工日期")
    if row.signed_on and row.signed_on > today:
        yield Field.SIGNED_ON, _("签单日期还没到")
    if row.stage and row.stage.phase == "inspections" and row.started_on and row.started_on > today:
        yield Field.STARTED_ON, _("已经在施工，开工日期却还没到")


def _finish(row: "LedgerRow", today: date) -> Iterator[tuple[str, str]]:
    phase = row.stage.phase if row.stage else ""
    if phase in FINISHED and row.completed_on is None:
        yield (
            Field.COMPLETED_ON,
            _("已到“%(stage)s”，但没有竣工日期，保修期无法起算") % {"stage": row.stage_text},
        )
    if phase in FINISHED and row.completed_on and row.completed_on > today:
        yield Field.COMPLETED_ON, _("已到“%(stage)s”，竣工日期却还没到") % {"stage": row.stage_text}
    elif phase == "closed" and row.completed_on and row.completed_on + SHORTEST_WARRANTY > today:
        yield Field.STAGE, _("写着“%(stage)s”，但竣工不满两年，法定保修期还没过") % {"stage": row.stage_text}
    if phase in (*BEFORE_CONTRACT, "contract", "handover") and row.completed_on:
        yield Field.STAGE, _("有竣工日期，阶段却是“%(stage)s”") % {"stage": row.stage_text}


def _money(row: "LedgerRow") -> Iterator[tuple[str, str]]:
    paid = sum(row.paid_fen.values())
    if row.amount_fen is not None and paid > row.amount_fen + 2 * _ONE_YUAN:
        yield Field.AMOUNT, _("各期收款合计超过合同金额")
    if row.amount_fen is None and paid:
        yield Field.AMOUNT, _("有收款，但没有合同金额")
    if row.stage and row.stage.phase in SIGNED and row.amount_fen is None and not row.has(Field.AMOUNT):
        yield Field.AMOUNT, _("已到“%(stage)s”，但没有合同金额") % {"stage": row.stage_text}
