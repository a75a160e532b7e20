"""Loads the modules of fixed name by which apps fill the registries of the apps below them."""

from importlib import import_module
from importlib.util import find_spec

MODULES = ("settings", "navigation", "facts", "faces", "guards", "handlers")


def load(app: str) -> None:
    """Called from ``AppConfig.ready``: imports those of ``MODULES`` the app has."""
    for name in MODULES:
        if find_spec(f"{app}.{name}") is not None:
            import_module(f"{app}.{name}")
