"""What a key may be allowed to do: ``<resource>:read`` and ``<resource>:write`` for every resource of the API, and more."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

LABELS = {
    "appointments": pgettext_lazy("many", "预约"),
    "branches": pgettext_lazy("many", "分公司"),
    "call-tasks": gettext_lazy("回访任务"),
    "customers": pgettext_lazy("many", "客户"),
    "estates": gettext_lazy("楼盘"),
    "members": pgettext_lazy("many", "员工"),
    "messages": pgettext_lazy("many", "短信"),
    "projects": pgettext_lazy("many", "项目"),
    "staff-tasks": pgettext_lazy("many", "待办"),
    "warranties": gettext_lazy("保修"),
}

WORDS = {"read": gettext_lazy("读"), "write": gettext_lazy("写"), "phones": gettext_lazy("完整电话")}
"""What may be allowed of a resource. A view names what goes beyond reading and writing in ``extra_scopes``."""


def scope_choices() -> list[tuple[str, str]]:
    """Drawn from the addresses themselves: a resource that exists can be allowed, and nothing else can."""
    return [
        (f"{resource}:{act}", _("%(what)s：%(act)s") % {"what": LABELS.get(resource, resource), "act": word})
        for resource, acts in resources().items()
        for act, word in WORDS.items()
        if act in acts
    ]


def told(scopes: list[str]) -> str:
    """``客户读写 · 分公司读``."""
    acts: dict[str, str] = {}
    for scope in scopes:
        resource, _colon, act = scope.partition(":")
        acts[resource] = acts.get(resource, "") + str(WORDS.get(act, act))
    return " · ".join(f"{LABELS.get(resource, resource)}{words}" for resource, words in acts.items())


@lru_cache(maxsize=1)
def resources() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for view in _api_views(get_resolver(settings.ROOT_URLCONF).url_patterns):
        resource = getattr(view, "api_resource", None)
        if resource:
            found.setdefault(resource, set()).update(_acts(view))
    return dict(sorted(found.items()))


def _api_views(patterns: list[Any]) -> Iterator[Any]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _api_views(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
            if view is not None:
                yield _Bound(view, getattr(pattern.callback, "actions", None))


class _Bound:
    """A view class with the methods this address offers."""

    def __init__(self, view: Any, actions: dict[str, str] | None) -> None:
        self.api_resource = getattr(view, "api_resource", None)
        self.extra_scopes = set(getattr(view, "extra_scopes", ()))
        self.methods = (
            set(actions) if actions else {name for name in view.http_method_names if hasattr(view, name)}
        )


def _acts(view: _Bound) -> set[str]:
    acts = {"read"} if view.methods & {"get"} else set()
    acts |= view.extra_scopes
    return acts | ({"write"} if view.methods & {"post", "put", "patch", "delete"} else set())
