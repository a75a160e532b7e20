"""A firm's own rules as a TOML file: written so that reading it back gives the same rules, and read with suspicion."""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, dataclass, fields
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import JSONField
from django.utils.translation import gettext as _

from workflow import awaiting
from workflow.models import Playbook, Rule
from workflow.rulebook import OTHER_NAMES, BadRule, RuleSpec
from workflow.shipped import HEAD

LARGEST: Final = 256 * 1024
MOST_RULES: Final = 300
MOST_DAYS: Final = 366
TABLES: Final = ("trigger", "condition", "stop", "action", "words", "window", "max", "heads")
TEXTS: Final = ("key", "name", "subject", "delay", "audience", "performer", "questionnaire", "catch_up")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_FILE_NAMES: Final = {ours: theirs for theirs, ours in OTHER_NAMES.items()}
_JSON: Final = frozenset(field.name for field in Rule._meta.get_fields() if isinstance(field, JSONField))


@dataclass(frozen=True)
class RuleFile:
    """A file as read: its title, and rules that can all be put in force."""

    title: str
    rules: tuple[RuleSpec, ...]


def as_data(spec: RuleSpec) -> dict[str, Any]:
    """A rule as a table of a file, what is as usual left out: ``RuleSpec.from_data`` read backwards."""
    data: dict[str, Any] = {}
    for one in fields(spec):
        value = getattr(spec, one.name)
        usual = one.default_factory() if one.default_factory is not MISSING else one.default
        if value != usual:
            data[_FILE_NAMES.get(one.name, one.name)] = value
    action = {name: value for name, value in spec.action.items() if name != "fallback"}
    return {**data, "action": action} | ({"fallback": spec.fallback} if spec.fallback else {})


def write(playbook: Playbook, rules: Iterable[RuleSpec]) -> str:
    head = {"key": playbook.key, "title": playbook.title, "summary": playbook.summary}
    lines = [f"{name} = {_written(value)}" for name, value in head.items() if value]
    for spec in rules:
        lines += ["", "[[rule]]", *(f"{name} = {_written(value)}" for name, value in as_data(spec).items())]
    return "\n".join([*lines, ""])


def read(content: bytes) -> RuleFile:
    """All rules of a file, or ``BadRule`` with the rule and a sentence."""
    data = _parsed(content)
    tables = data.pop("rule", [])
    if unknown := set(data) - {"key", *HEAD}:
        raise BadRule(_("文件里不认识“%(name)s”。") % {"name": min(unknown)})
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise BadRule(_("文件里没有规则：每条规则写成一个 [[rule]]。"))
    if len(tables) > MOST_RULES:
        raise BadRule(_("一个文件最多 %(count)d 条规则。") % {"count": MOST_RULES})
    rules = tuple(_rule(table) for table in tables)
    _refuse_twice(rules)
    return RuleFile(str(data.get("title", "")), rules)


def _parsed(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST:
        raise BadRule(_("文件超过 %(size)d KB。") % {"size": LARGEST // 1024})
    try:
        return tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise BadRule(_("文件不是 UTF-8 文本。")) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadRule(_("文件读不懂：%(why)s") % {"why": error}) from None


def _rule(table: dict[str, Any]) -> RuleSpec:
    _refuse_wrong_kinds(table)
    spec = RuleSpec.from_data(_plain(table))
    if missing := awaiting.missing(spec.awaits):
        raise BadRule(
            _("%(key)s：还用不了，因为还没有 %(what)s。") % {"key": spec.key, "what": "、".join(missing)}
        )
    refuse_what_cannot_be_kept(spec)
    return spec


def _refuse_wrong_kinds(table: dict[str, Any]) -> None:
    wrong = [name for name in TABLES if not isinstance(table.get(name, {}), dict)]
    wrong += [name for name in TEXTS if not isinstance(table.get(name, ""), str)]
    wrong += ["enabled"] if not isinstance(table.get("enabled", True), bool) else []
    if wrong:
        raise BadRule(
            _("规则 %(key)s：“%(name)s”写得不对。") % {"key": table.get("key", "?"), "name": wrong[0]}
        )


def refuse_what_cannot_be_kept(spec: RuleSpec) -> None:
    """Names longer than their column, and windows no calendar reaches."""
    try:
        Rule(**spec.as_row()).clean_fields(exclude={*_JSON, "firm", "version"})
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise BadRule(f"{spec.key}：{name} {sentences[0]}") from None
    if not 0 <= spec.read_window().days <= MOST_DAYS:
        raise BadRule(_("%(key)s：时间窗最长 %(days)d 天。") % {"key": spec.key, "days": MOST_DAYS})


def _refuse_twice(rules: Iterable[RuleSpec]) -> None:
    seen: set[str] = set()
    for spec in rules:
        if spec.key in seen:
            raise BadRule(_("规则编码“%(key)s”出现了两次。") % {"key": spec.key})
        seen.add(spec.key)


def _plain(value: Any) -> Any:
    """As PostgreSQL keeps it: dates and times of a TOML file as text."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | bool | int | float) else value.isoformat()


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(_pairs(value)) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(one) for one in value) + "]"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _pairs(table: dict[str, Any]) -> Iterator[str]:
    for name, value in table.items():
        shown = name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)
        yield f"{shown} = {_written(value)}"


__all__ = ["LARGEST", "BadRule", "RuleFile", "as_data", "read", "refuse_what_cannot_be_kept", "write"]
