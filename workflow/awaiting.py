"""What a shipped rule waits for: names of events, subjects and facts that no app has registered yet."""

from workflow import events, registry


def missing(awaits: str | list[str]) -> list[str]:
    """``"aftersales.RepairNotified"``, ``"subject:repair"`` or ``"fact:project.moved_in_on"``, as far as unknown."""
    names = [awaits] if isinstance(awaits, str) else awaits
    return [name for name in names if name and not _is_known(name)]


def _is_known(name: str) -> bool:
    kind, _colon, rest = name.rpartition(":")
    if kind == "subject":
        return rest in registry.subjects()
    if kind == "fact":
        subject, _dot, fact = rest.partition(".")
        return subject in registry.subjects() and fact in registry.get(subject).by_name
    return rest in events.known()
