"""Figures shown again and again, such as those of the sidebar: kept a few seconds for one member, and counted anew
after whatever they do themselves. Nothing that somebody decides by may come from here.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from tenancy.models import Member

Figures = TypeVar("Figures")
log = structlog.get_logger("figures")


def figures(member: Member, name: str, count: Callable[[], Figures]) -> Figures:
    """What ``count`` says, or said a moment ago. Without a cache it is asked every time."""
    kept = _kept(member)
    if name not in kept:
        kept[name] = count()
        _keep(member, kept)
    found: Figures = kept[name]
    return found


def forget(member: Member) -> None:
    """The member has done something: what they see next is true."""
    try:
        cache.delete(_key(member))
    except RedisError as error:
        log.warning("figures without cache", error=type(error).__name__)


def _kept(member: Member) -> dict[str, Any]:
    try:
        return cache.get(_key(member)) or {}
    except RedisError as error:
        log.warning("figures without cache", error=type(error).__name__)
        return {}


def _keep(member: Member, kept: dict[str, Any]) -> None:
    try:
        cache.set(_key(member), kept, settings.FIGURES_SECONDS)
    except RedisError as error:
        log.warning("figures without cache", error=type(error).__name__)


def _key(member: Member) -> str:
    """Of the branches looked at now: the same person sees other figures in another one."""
    branches = "all" if member.branch_ids is None else "-".join(sorted(map(str, member.branch_ids)))
    return f"figures:{member.pk}:{branches}"
