"""The playbooks our apps ship, read from ``<app>/playbooks/*.toml``.

Several files may hold parts of one playbook; exactly one of them has its head (title, summary, position, seeds). A
playbook may ``include`` rules that stand in another one; every rule is written once.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps
from django.utils.translation import gettext as _

from workflow.rulebook import BadRule, RuleSpec

HEAD = ("title", "summary", "position", "seeds")


@dataclass(frozen=True)
class Part:
    """One file: rules of one playbook, perhaps its head, perhaps keys of rules it takes from others."""

    key: str
    source: str
    rules: tuple[RuleSpec, ...]
    include: tuple[str, ...] = ()
    title: str = ""
    summary: str = ""
    position: int = 0
    seeds: str = ""


@dataclass(frozen=True)
class Shipped:
    """One playbook, put together. ``rules`` are those that can be installed, ``waiting`` those that cannot yet."""

    key: str
    title: str
    summary: str
    position: int
    seeds: str
    source: str
    rules: tuple[RuleSpec, ...]
    waiting: tuple[RuleSpec, ...] = ()


def read(path: Path) -> Part:
    """Read and check one TOML file; a mistake is refused with the file, the rule and a sentence."""
    source = "/".join(path.parts[-3:])
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        rules = tuple(RuleSpec.from_data(rule) for rule in data.pop("rule", []))
        head = {name: data.pop(name) for name in HEAD if name in data}
        part = Part(data.pop("key"), source, rules, tuple(data.pop("include", [])), **head)
    except (tomllib.TOMLDecodeError, BadRule, KeyError) as error:
        raise BadRule(f"{source}: {error}") from error
    if data:
        raise BadRule(_("%(file)s：不认识“%(name)s”。") % {"file": source, "name": next(iter(data))})
    return part


@cache
def shipped() -> tuple[Shipped, ...]:
    """Every playbook our apps bring, in the order they are shown."""
    files = [
        path for app in apps.get_app_configs() for path in sorted(Path(app.path).glob("playbooks/*.toml"))
    ]
    return put_together([read(path) for path in files])


def put_together(parts: Iterable[Part]) -> tuple[Shipped, ...]:
    """Parts of the same key become one playbook, with the rules it includes from the others."""
    by_key: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        by_key[part.key].append(part)
    every = _every_rule(by_key)
    found = [_playbook(key, own, every) for key, own in by_key.items()]
    return tuple(sorted(found, key=lambda playbook: (playbook.position, playbook.key)))


def get(key: str) -> Shipped:
    """The shipped playbook of this key; ``LookupError`` when we ship none."""
    for playbook in shipped():
        if playbook.key == key:
            return playbook
    raise LookupError(_("没有“%(key)s”这份服务标准。") % {"key": key})


def every_rule() -> dict[str, RuleSpec]:
    """All rules of all playbooks, each once, those that wait too."""
    return {spec.key: spec for playbook in shipped() for spec in (*playbook.rules, *playbook.waiting)}


def _every_rule(by_key: dict[str, list[Part]]) -> dict[str, RuleSpec]:
    every: dict[str, RuleSpec] = {}
    for spec in (spec for parts in by_key.values() for part in parts for spec in part.rules):
        if spec.key in every:
            raise BadRule(_("规则编码“%(key)s”出现了两次。") % {"key": spec.key})
        every[spec.key] = spec
    return every


def _playbook(key: str, parts: list[Part], every: dict[str, RuleSpec]) -> Shipped:
    heads = [part for part in parts if part.title]
    if len(heads) != 1:
        raise BadRule(
            _("服务标准“%(key)s”的 title 要在一个文件里写一次，现在是 %(count)d 次。")
            % {"key": key, "count": len(heads)}
        )
    included = [name for part in parts for name in part.include]
    if unknown := [name for name in included if name not in every]:
        raise BadRule(_("%(file)s：没有“%(name)s”这条规则。") % {"file": heads[0].source, "name": unknown[0]})
    keys = [*included, *(spec.key for part in parts for spec in part.rules)]
    rules = [every[name] for name in dict.fromkeys(keys)]
    head = heads[0]
    return Shipped(
        key,
        head.title,
        head.summary,
        head.position,
        head.seeds,
        head.source,
        rules=tuple(spec for spec in rules if not spec.is_waiting),
        waiting=tuple(spec for spec in rules if spec.is_waiting),
    )
