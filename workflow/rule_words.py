"""A rule told as a sentence, whole or cut into words and tokens."""

from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from tenancy.models import Role
from workflow import channels
from workflow.conditions import condition_words
from workflow.spans import NOW, Span

if TYPE_CHECKING:
    from workflow.rulebook import RuleSpec

AUDIENCES: Final[dict[str, Promise]] = {
    "owner": gettext_lazy("业主"),
    "designer": gettext_lazy("设计师"),
    "adviser": gettext_lazy("家装顾问"),
    "project_manager": gettext_lazy("项目经理"),
    "supervisor": gettext_lazy("工程监督"),
    "inspector": gettext_lazy("监察员"),
    "third_party": gettext_lazy("第三方监理"),
    "branch_manager": gettext_lazy("分公司总经理"),
    "cs_manager": gettext_lazy("客服经理"),
    "finance": gettext_lazy("财务"),
    "engineering": gettext_lazy("工程部"),
    "design_review": gettext_lazy("审图"),
    "administration": gettext_lazy("行政"),
    "staff": gettext_lazy("责任员工"),
}
ICONS: Final = {
    "call": "phone",
    "sms": "message-2",
    "task": "list-check",
    "notice": "bell",
    "letter": "file-text",
    "gift": "gift",
    "visit": "map-pin",
}

Piece = dict[str, str]


def sentence(spec: "RuleSpec") -> str:
    return "".join(str(piece["text"]) for piece in pieces(spec)).replace("， ", "，").strip()


def pieces(spec: "RuleSpec") -> list[Piece]:
    return [*_when(spec), *_what(spec), *_by_when(spec), *_exceptions(spec)]


def performer_words(spec: "RuleSpec") -> str:
    fact = spec.subject.by_name.get(f"{spec.performer}_id")
    return str(fact.label if fact is not None else Role(spec.performer).label)


def _when(spec: "RuleSpec") -> list[Piece]:
    trigger, delay = spec.read_trigger(), spec.read_delay()
    said = trigger.words(spec.subject, "" if delay == NOW else delay.words())
    found = [_text(_("当 ")), _token(said, trigger.icon, "")]
    if condition := condition_words(spec.subject, spec.condition):
        found += [_text(_(" 且 ")), _token(condition, "route", "v")]
    return found


def _what(spec: "RuleSpec") -> list[Piece]:
    what = spec.action.get("document") or spec.action.get("what")
    named = f"{channels.get(spec.channel).label}「{what or spec.name}」"
    found = [
        _text(_("，给 ")),
        _token(str(AUDIENCES.get(spec.audience, spec.audience)), "users", "t"),
        _text(_(" 安排 ")),
        _token(named, spec.icon, ""),
        _text(_("，由 ") if spec.performer else _("，")),
    ]
    return [*found, _token(performer_words(spec), "user", "t")] if spec.performer else found


def _by_when(spec: "RuleSpec") -> list[Piece]:
    window = spec.read_window()
    if spec.channel == "sms":
        return [_text(_(" 在 ")), _token(window.hours_words(), "alarm", "y"), _text(_(" 发出"))]
    end = _(" 完成") if window.within is not None or window.days else _(" 前完成")
    found = [_text(_(" 在 ")), _token(window.words(), "alarm", "y"), _text(end)]
    for after, to in (rung.words() for rung in spec.ladder()):
        found += [
            _text(_("；超时 ")),
            _token(after, "alarm", "y"),
            _text(_(" 告知 ")),
            _token(to, "users", "t"),
        ]
    return found


def _exceptions(spec: "RuleSpec") -> list[Piece]:
    """When not, how often at most, and what instead."""
    found: list[Piece] = []
    if spec.stop:
        found += [_text(_("；一旦 ")), _token(condition_words(spec.subject, spec.stop), "hand-stop", "v")]
        found += [_text(_(" 就停止"))]
    if spec.cap:
        said = {"per": Span.read(spec.cap["per"]).length_words(), "count": spec.cap["count"]}
        found += [_text(_("；")), _token(_("同一客户%(per)s内最多 %(count)d 次") % said, "ban", "y")]
    if spec.fallback:
        kind = spec.fallback["kind"]
        found += [_text(_("；办不到时改为 ")), _token(str(channels.get(kind).label), ICONS[kind], "")]
    return found


def _text(text: str) -> Piece:
    return {"text": text, "icon": "", "tone": "", "is_token": ""}


def _token(text: str, icon: str, tone: str) -> Piece:
    return {"text": text, "icon": icon, "tone": tone, "is_token": "1"}
