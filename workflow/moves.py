"""Moving a row along its life: the one way every app takes a transition."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import FSMFieldMixin, can_proceed

from core.errors import Refusal, Stale
from tenancy.models import Member, Role
from workflow.models.stateful import StatefulModel, moving
from workflow.models.steps import Step

MAY_PASS_UNNAMED = frozenset({Role.FIRM_ADMIN, Role.CS_MANAGER})


@dataclass(frozen=True)
class Guard:
    """Something that should be true before a move, said to the user when it is not.

    ``must`` is never passed over, unless a dated ``statement`` stands in for a fact the product cannot see yet
    (凭声明). ``should`` is passed by ``pass_role`` (or a manager) with a ``reason`` (带条件). ``url``: where to put
    it right.
    """

    code: str
    sentence: Any
    strength: Literal["must", "should"] = "must"
    pass_role: str | None = None
    url: str = ""
    reason: str = ""
    statement: dict[str, Any] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        kept = {"code": self.code, "sentence": str(self.sentence), "strength": self.strength}
        kept |= {"reason": self.reason} if self.reason else {}
        return kept | ({"statement": self.statement} if self.statement else {})


def unmet_guards(transition: Any) -> list[Guard]:
    """What still stands in the way of a transition: ``custom={"guards": callable(row) → unmet guards}`` on it."""
    guards = _definition(transition).custom.get("guards")
    return list(guards(transition.__self__)) if guards else []


def is_possible(transition: Any, by: Member | None) -> bool:
    """Whether a button for this transition is shown: right state, right role; its guards are asked in the dialog."""
    meta, row = _meta(transition), transition.__self__
    state = meta.field.get_state(row)
    return bool(meta.has_transition(state) and (by is None or meta.has_transition_perm(row, state, by)))


def move(
    transition: Any,
    *,
    by: Member | None,
    note: str = "",
    waived: Sequence[Guard] = (),
    kind: Literal["move", "imported", "back"] = "move",
    **facts: Any,
) -> Step:
    """Take one transition (a bound method such as ``project.begin_design``), save the row and record the step.

    ``waived`` are the unmet guards this member passes over, each with its reason or statement. ``facts`` go to the
    transition. Works on a row already locked (``objects.lock``) and notices when somebody else was first: of any
    number of clicks one moves. Nothing has changed when it raises.
    """
    row: StatefulModel = transition.__self__
    state_field: FSMFieldMixin = state_field_of(transition)
    source = _current_state(row, state_field)
    refuse_unless_allowed(transition, by=by, waived=waived)
    with moving(row):
        transition(**facts)
        row.save()
    step = step_of(transition, source, by=by, note=note, waived=waived, kind=kind, facts=facts)
    step.save()
    return step


def state_field_of(transition: Any) -> FSMFieldMixin:
    return _meta(transition).field


def refuse_unless_allowed(transition: Any, *, by: Member | None, waived: Sequence[Guard] = ()) -> None:
    """Raises Refusal unless the row is in the right state, ``by`` in the right role and every guard met or passed."""
    row, state_field = transition.__self__, state_field_of(transition)
    _check_state(transition, row, state_field)
    _check_role(transition, row, state_field.get_state(row), by)
    _check_guards(transition, waived, by)


def step_of(
    transition: Any,
    source: str,
    *,
    by: Member | None,
    note: str = "",
    waived: Sequence[Guard] = (),
    kind: str = "move",
    facts: dict[str, Any],
) -> Step:
    """The record of a transition just taken, not stored yet."""
    row: StatefulModel = transition.__self__
    return Step(
        subject_kind=row.kind_of_subject(),
        subject_id=row.pk,
        source=source,
        target=state_field_of(transition).get_state(row),
        by=by,
        note=note[:500],
        kind=kind,
        unmet=[guard.as_data() for guard in waived],
        facts=_plain(facts),
    )


def record_origin(
    rows: Iterable[StatefulModel],
    *,
    by: Member | None,
    state_field: str,
    kind: Literal["move", "imported"] = "move",
    note: str = "",
    at: datetime | None = None,
) -> list[Step]:
    """The first step of freshly made rows: where each stood when it came in. One insert for all of them.

    An import gives ``kind="imported"`` and asks no guard; a row opened by hand starts with an ordinary step.
    """
    return Step.objects.bulk_create(
        [
            Step(
                subject_kind=row.kind_of_subject(),
                subject_id=row.pk,
                target=getattr(row, state_field),
                by=by,
                kind=kind,
                note=note[:500],
                at=at or timezone.now(),
            )
            for row in rows
        ],
        batch_size=1000,
    )


def _meta(transition: Any) -> Any:
    """What django-fsm noted on the method: its field, sources and targets."""
    return transition._django_fsm  # noqa: SLF001 - the library offers no other name for it


def _definition(transition: Any) -> Any:
    """The rule behind a bound method, for the state the row is in."""
    meta = _meta(transition)
    return meta.get_transition(meta.field.get_state(transition.__self__)) or next(
        iter(meta.transitions.values())
    )


def _current_state(row: StatefulModel, state_field: FSMFieldMixin) -> str:
    """Lock the stored row and compare: the state we check must be the state we change."""
    stored = type(row)._base_manager.select_for_update(of=("self",)).filter(pk=row.pk)
    state = stored.values_list(state_field.attname, flat=True).first()
    if state is None or state != state_field.get_state(row):
        raise Stale(_("刚刚有人处理过，请刷新后再看。"))
    return str(state)


def _check_state(transition: Any, row: StatefulModel, state_field: FSMFieldMixin) -> None:
    """In the right state, and with every condition met; a condition says what is missing by its ``hint``."""
    if can_proceed(transition):
        return
    state = state_field.get_state(row)
    unmet = [check for check in _definition(transition).conditions if not check(row)]
    if _meta(transition).has_transition(state) and (
        hints := [check.hint for check in unmet if hasattr(check, "hint")]
    ):
        raise Refusal(*(f"{hint}。" for hint in hints), code="condition_unmet")
    label = dict(state_field.flatchoices).get(state, state)
    raise Refusal(_("当前是“%(state)s”，不能这样操作。") % {"state": label}, code="wrong_state")


def _check_role(transition: Any, row: StatefulModel, source: str, by: Member | None) -> None:
    """``by=None`` is the system itself: an import, a clock, a planner."""
    if by is not None and not _meta(transition).has_transition_perm(row, source, by):
        raise Refusal(_("您的岗位不能执行这一步。"), code="wrong_role")


def _check_guards(transition: Any, waived: Sequence[Guard], by: Member | None) -> None:
    passed = {guard.code: guard for guard in waived}
    open_guards = [guard for guard in unmet_guards(transition) if guard.code not in passed]
    complaints = [complaint for guard in waived if (complaint := _why_not_passed(guard, by))]
    if open_guards or complaints:
        raise Refusal(*[guard.sentence for guard in open_guards], *complaints, code="guards_unmet")


def _why_not_passed(guard: Guard, by: Member | None) -> str:
    if guard.strength == "must" and not guard.statement:
        return _("“%(guard)s”不能跳过。") % {"guard": guard.sentence}
    if not (guard.reason or guard.statement):
        return _("请写明跳过“%(guard)s”的理由。") % {"guard": guard.sentence}
    allowed = {guard.pass_role} if guard.pass_role else MAY_PASS_UNNAMED
    if by is not None and not by.has_role(*allowed, Role.FIRM_ADMIN):
        role = Role(guard.pass_role).label if guard.pass_role else Role.CS_MANAGER.label
        return _("“%(guard)s”须由%(role)s确认。") % {"guard": guard.sentence, "role": role}
    return ""


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as the step keeps them: rows by their key, everything else as JSON can say it."""
    return {name: str(value.pk) if hasattr(value, "pk") else value for name, value in facts.items()}
