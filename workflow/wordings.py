"""What a rule may point at in the apps above: queues, call scripts, message templates. They say here what there is."""

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal

Kind = Literal["lane", "script", "template"]
Choices = list[tuple[str, str]]
Source = Callable[[], Iterable[tuple[Any, Any]]]

_sources: Final[dict[str, Source]] = {}


def register(kind: Kind, source: Source) -> None:
    """``register("script", …)`` from an app's ``facts.py``; ``source`` is called inside a firm's scope."""
    _sources[kind] = source


def choices(kind: Kind) -> Choices:
    """(key, title) pairs of the firm in scope; none where no app brings any."""
    source = _sources.get(kind)
    return [(str(key), str(title)) for key, title in source()] if source else []
