"""The words every firm starts from, read from notifications/scripts/; afterwards they are the firm's own."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from notifications.models import Script, ScriptVersion, Template, TemplateVersion
from tenancy.models import Firm
from tenancy.scoping import current_firm_id

FOLDER = Path(__file__).parent / "scripts"
SHARED_VARIABLES = "variables.toml"

Words = dict[str, Any]


@cache
def scripts() -> tuple[Words, ...]:
    """Every shipped call script with the version of its file; one without conduct of its own has the file's."""
    return tuple(
        {"version": file["version"], "conduct": file["conduct"], **script}
        for file in _files("calls")
        for script in file["script"]
    )


@cache
def templates() -> tuple[Words, ...]:
    """Every shipped text with the version of its file and its variables written out."""
    shared = _read(FOLDER / "messages" / SHARED_VARIABLES)
    approved = {"approval": Template.Approval.APPROVED.value}
    return tuple(
        {"version": file["version"], **approved, **template, "variables": _variables(template, shared)}
        for file in _files("messages")
        for template in file["template"]
    )


@transaction.atomic
def install(firm: Firm) -> None:
    """Copy the shipped scripts and templates to the firm in scope; what is already there stays as it is.

    Running it again changes nothing. A newer shipped wording becomes a new version only where the firm still uses a
    shipped one unchanged. A handful of queries, however many words are shipped.
    """
    if firm.pk != current_firm_id():
        raise ValueError("install runs inside the firm's own scope")
    SCRIPTS.fill(scripts())
    TEMPLATES.fill(templates())


@dataclass(frozen=True)
class Shelf:
    """One kind of words: the table of their names, the table of their versions, and which fields each holds."""

    names: Any
    versions: Any
    field: str
    head: tuple[str, ...]
    wording: tuple[str, ...]

    def fill(self, shipped: Iterable[Words]) -> None:
        wanted = {words["key"]: words for words in shipped}
        known = {owner.key: owner for owner in self.names.objects.filter(key__in=wanted)}
        owners = self._reworded(known, wanted) + self._new(wanted, known)
        self.versions.objects.bulk_create(self._version(owner, wanted[owner.key]) for owner in owners)

    def _new(self, wanted: dict[str, Words], known: dict[str, Any]) -> list[Any]:
        made = [
            self.names(**{name: words[name] for name in self.head})
            for key, words in wanted.items()
            if key not in known
        ]
        return list(self.names.objects.bulk_create(made))

    def _reworded(self, known: dict[str, Any], wanted: dict[str, Words]) -> list[Any]:
        """Those whose version in use is a shipped one, older than the file and different from it."""
        in_use = self.versions.objects.filter(number=F(f"{self.field}__number"))
        current = {getattr(version, f"{self.field}_id"): version for version in in_use}
        newer = [
            owner for key, owner in known.items() if self._is_outdated(current.get(owner.pk), wanted[key])
        ]
        for owner in newer:
            owner.number += 1
            owner.save(update_fields=["number"])
        return newer

    def _is_outdated(self, version: Any, words: Words) -> bool:
        if version is None or not 0 < version.shipped < words["version"]:
            return False
        return any(getattr(version, name) != words[name] for name in self.wording)

    def _version(self, owner: Any, words: Words) -> Any:
        said = {name: words[name] for name in self.wording}
        return self.versions(**{self.field: owner}, number=owner.number, shipped=words["version"], **said)


SCRIPTS = Shelf(
    Script,
    ScriptVersion,
    "script",
    head=("key", "title", "lane"),
    wording=("opening", "closing", "questions", "issues", "conduct"),
)
TEMPLATES = Shelf(
    Template,
    TemplateVersion,
    "template",
    head=("key", "title", "purpose", "approval"),
    wording=("body", "variables"),
)


def _files(folder: str) -> Iterator[Words]:
    paths = sorted((FOLDER / folder).glob("*.toml"))
    return (_read(path) for path in paths if path.name != SHARED_VARIABLES)


def _read(path: Path) -> Words:
    return tomllib.loads(path.read_text("utf-8"))


def _variables(template: Words, shared: Words) -> list[Words]:
    """A name stands for the shared variable of that name; a table speaks for itself."""
    return [
        {"name": given, **shared[given]} if isinstance(given, str) else given
        for given in template["variables"]
    ]
