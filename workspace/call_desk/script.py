"""What an agent reads out, with this project's facts in it, and the questions with what has been answered so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.phone import display_phone
from core.ui.formats import clock
from crm.models import Customer
from notifications import wording
from notifications.models import CallReason, CallTask
from projects.models import Project
from projects.phases import find_node, nodes_of
from tenancy.models import Branch, Firm, Member
from workflow import registry
from workflow.models import Touchpoint

SLOT_WORDS = {
    "designer": "设计师",
    "adviser": "顾问",
    "project_manager": "项目经理",
    "engineering_supervisor": "监督",
    "inspector": "监察员",
}


@dataclass(frozen=True)
class Asked:
    """One question as the form draws it. ``person`` is whom it is about; ``value`` what was answered."""

    number: int
    code: str
    kind: str
    text: str
    hint: str
    value: Any
    choices: tuple[tuple[str, str, str], ...] = ()

    @property
    def field(self) -> str:
        return f"q_{self.code}"


def values(
    task: CallTask, *, member: Member, firm: Firm, customer: Customer | None, project: Project | None
) -> dict[str, str]:
    """The words for the script's slots; what we do not know is left out and stays visible as a gap."""
    found = {
        "公司": firm.name,
        "姓名": member.name,
        "称呼": address(customer),
        "客户": customer.name if customer else "",
    }
    if project is not None:
        found |= {"客户": project.customer.name, "小区": project.place, "阶段": stage(project)}
        found |= {word: _name(getattr(project, slot)) for slot, word in SLOT_WORDS.items()}
        found["监督电话"] = _phone(project.engineering_supervisor)
    return {"热线": _hotline(task, project)} | found | _facts(task)


def address(customer: Customer | None) -> str:
    """陈先生 to their face; the whole name where nobody noted how to say it."""
    if customer is None:
        return ""
    if not customer.salutation:
        return str(customer.name)
    return f"{customer.name[:1]}{customer.get_salutation_display()}"


def stage(project: Project) -> str:
    node = find_node(nodes_of(project.node_set), project.node) if project.node else None
    return str(node.label if node else project.get_phase_display())


def opening(task: CallTask, found: Mapping[str, str]) -> list[wording.Piece]:
    return list(wording.pieces(task.script.opening, found)) if task.script else []


def closing(task: CallTask, found: Mapping[str, str]) -> list[wording.Piece]:
    return list(wording.pieces(task.script.closing, found)) if task.script else []


def questions(task: CallTask, answered: Mapping[str, Any], project: Project | None) -> list[Asked]:
    """Every question of this call's version of the script, numbered, with the names of the people it asks about."""
    asked = task.script.questions if task.script else []
    return [
        Asked(
            number=number,
            code=question["code"],
            kind=question["kind"],
            text=_with_name(question, project),
            hint=question.get("hint", "") or _hint(question),
            value=answered.get(question["code"]),
            choices=_choices(question),
        )
        for number, question in enumerate(asked, 1)
    ]


def _with_name(question: Mapping[str, Any], project: Project | None) -> str:
    person = getattr(project, str(question.get("about", "")), None) if project else None
    return f"{question['text']} {person.name}" if isinstance(person, Member) else str(question["text"])


def _hint(question: Mapping[str, Any]) -> str:
    return _("选「是」会直接通知分公司总经理") if question["kind"] == "integrity" else ""


def _choices(question: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    good = question.get("good", "yes")
    tone = {"yes": "ok" if good == "yes" else "bad", "no": "ok" if good == "no" else "bad"}
    if question["kind"] == "integrity":
        return (("no", _("否"), tone["no"]), ("yes", _("是"), tone["yes"]))
    return (("yes", _("是"), tone["yes"]), ("no", _("否"), tone["no"]), ("unknown", _("记不清"), ""))


def _facts(task: CallTask) -> dict[str, str]:
    """Dates and categories of what the call is about: an appointment, or every term of warranty it was merged from."""
    subject = registry.subjects().get(task.subject_kind)
    wanted = [n for n in ("category", "starts_at", "ends_on") if subject and n in subject.by_name]
    if subject is None or not wanted:
        return {}
    rows = subject.annotated(wanted, timezone.now()).filter(Q(pk=task.subject_id) | Q(pk__in=_merged(task)))
    found = list(rows.order_by("pk").values(*[f"fact_{name}" for name in wanted]))
    said: dict[str, str] = {}
    if categories := [row["fact_category"] for row in found if row.get("fact_category")]:
        said["项目"] = "、".join(
            subject.fact("category").words_for(each) for each in dict.fromkeys(categories)
        )
    facts = found[0] if found else {}
    if moment := facts.get("fact_starts_at") or facts.get("fact_ends_on"):
        said["日期"] = _day(moment)
    if isinstance(facts.get("fact_starts_at"), datetime):
        said["时间"] = clock(facts["fact_starts_at"])
    return said


def _merged(task: CallTask) -> QuerySet:
    """The subjects of all reasons of one call, as a subquery."""
    reasons = CallReason.objects.filter(task=task).values("touchpoint_id")
    planned = Touchpoint.objects.filter(pk__in=reasons, subject_kind=task.subject_kind)
    return planned.values("subject_id")


def _day(moment: date | datetime) -> str:
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return _("%(month)d月%(day)d日") % {"month": local.month, "day": local.day}


def _name(member: Member | None) -> str:
    return str(member.name) if member else ""


def _phone(member: Member | None) -> str:
    return display_phone(member.phone) if member and member.phone else ""


def _hotline(task: CallTask, project: Project | None) -> str:
    if project is not None:
        return str(project.branch.hotline)
    branch = Branch.objects.filter(pk=task.branch_id).first() if task.branch_id else None
    return str(branch.hotline) if branch else ""
