"""A firm's own numbers and switches, each declared once with its default (domain.md §7)."""

from dataclasses import dataclass
from typing import Any

from tenancy.models.records import FirmSetting


@dataclass(frozen=True)
class Setting:
    """``kind`` draws the form: int, bool, text, time_window, choice, mapping. ``unit`` stands behind the field."""

    key: str
    label: Any
    default: Any
    kind: str = "int"
    unit: Any = ""
    help: Any = ""
    choices: tuple[tuple[str, Any], ...] = ()
    minimum: int | None = None


_declared: dict[str, Setting] = {}


def declare(*settings: Setting) -> None:
    """Called from an app's ``AppConfig.ready``; a key has one home."""
    for setting in settings:
        if setting.key in _declared:
            raise ValueError(f"setting {setting.key} is declared twice")
        _declared[setting.key] = setting


def declared() -> list[Setting]:
    return list(_declared.values())


def get(key: str) -> Any:
    """The value for the firm in scope. One query; ask ``get_many`` for several."""
    return get_many(key)[key]


def get_many(*keys: str) -> dict[str, Any]:
    """Raises KeyError for a key nobody declared."""
    defaults = {key: _declared[key].default for key in keys}
    stored = FirmSetting.objects.filter(key__in=keys).values_list("key", "value")
    return defaults | dict(stored)
