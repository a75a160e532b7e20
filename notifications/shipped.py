"""The words every firm starts from, read from notifications/scripts/*.toml; afterwards they are the firm's own."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from notifications.models import Script, ScriptVersion, Template, TemplateVersion
from tenancy.models import Firm
from tenancy.scoping import current_firm_id

FOLDER = Path(__file__).parent / "scripts"


@cache
def read(name: str) -> dict[str, Any]:
    """A shipped file as it stands on disk."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def install(firm: Firm) -> None:
    """Copy the shipped scripts and templates to the firm in scope; what is already there stays as it is.

    Running it again changes nothing. A newer shipped wording becomes a new version only where the firm still uses a
    shipped one unchanged.
    """
    if firm.pk != current_firm_id():
        raise ValueError("install runs inside the firm's own scope")
    calls, messages = read("calls"), read("messages")
    for shipped in calls["script"]:
        _install_script(shipped, version=calls["version"])
    for shipped in messages["template"]:
        _install_template(shipped, version=messages["version"])


def _install_script(shipped: dict[str, Any], *, version: int) -> None:
    head = {"title": shipped["title"], "lane": shipped["lane"]}
    script, is_new = Script.objects.get_or_create(key=shipped["key"], defaults=head)
    words = {name: shipped.get(name, "") for name in ("opening", "closing")}
    asked = {name: shipped[name] for name in ("questions", "issues")}
    _add_version(script, ScriptVersion, "script", is_new=is_new, shipped=version, words=words | asked)


def _install_template(shipped: dict[str, Any], *, version: int) -> None:
    head = {
        "title": shipped["title"],
        "purpose": shipped["purpose"],
        "approval": Template.Approval.APPROVED,
    }
    template, is_new = Template.objects.get_or_create(key=shipped["key"], defaults=head)
    words = {"body": shipped["body"], "variables": shipped["variables"]}
    _add_version(template, TemplateVersion, "template", is_new=is_new, shipped=version, words=words)


def _add_version(
    owner: Any, model: Any, field: str, *, is_new: bool, shipped: int, words: dict[str, Any]
) -> None:
    if not is_new:
        current = model.objects.filter(**{field: owner, "number": owner.number}).first()
        if current is None or current.shipped == 0 or current.shipped >= shipped:
            return
        owner.number += 1
        owner.save(update_fields=["number"])
    model.objects.create(**{field: owner}, number=owner.number, shipped=shipped, **words)
