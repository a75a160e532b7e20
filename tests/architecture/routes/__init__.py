"""Every address of the product, with who may use it; ``test_every_door.py`` walks the URL configuration over this list.

Each app lists its addresses in ``tests/architecture/routes/<app>.py``::

    MAKERS = {"customer": lambda world: make_customer(branch=world.branch, name=world.canary)}
    ROUTES = [
        Route("crm:customers", get(SERVICE, rows=lambda world: world.make("customer"))),
        Route("crm:customer", get(BRANCH_WIDE), kwargs=lambda world: {"pk": world.customer.pk}),
        Route("crm:change", post(SERVICE, data=lambda world: {"name": "王芳"}, ok=302), kwargs=…),
    ]

An address that is not listed fails the walk; so does a listed one that no longer exists.
"""

import pkgutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from tenancy.models import Role

EVERYBODY: frozenset[str] = frozenset(set(Role.values) - {Role.PARTNER_API})
"""Every role that signs in through a browser."""


@dataclass(frozen=True)
class Method:
    """One HTTP method of an address.

    ``roles``: who may; a member with none of them must get ``wrong_role``. ``ok``: the status for the right role.
    ``data``: the body (form data for pages, JSON for the API). ``rows``: adds one more row to what the answer lists;
    then the number of queries must be the same at 1 and at 3. ``leaks``: text of the world may appear for others
    (only for addresses that show nothing of a customer).
    """

    verb: str
    roles: frozenset[str]
    ok: frozenset[int]
    wrong_role: frozenset[int]
    data: Callable[[Any], dict[str, Any]] | None = None
    rows: Callable[[Any], Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    own_object: bool = True


@dataclass(frozen=True)
class Route:
    """``kwargs`` name the object in the address: other firms and other branches must get 404 for it.

    ``branch_object=False``: the object belongs to the whole firm, so other branches see it too. ``public``: nobody
    needs to sign in (give the reason). ``user_only``: signed in, but before a firm is chosen. ``shared``: the address
    names something of the product itself, the same for every firm.
    """

    name: str
    methods: tuple[Method, ...]
    kwargs: Callable[[Any], dict[str, Any]] | None = None
    branch_object: bool = True
    public: str = ""
    user_only: bool = False
    shared: bool = False

    def __init__(
        self,
        name: str,
        *methods: Method,
        kwargs: Callable[[Any], dict[str, Any]] | None = None,
        branch_object: bool = True,
        public: str = "",
        user_only: bool = False,
        shared: bool = False,
    ) -> None:
        for key, value in {
            "name": name,
            "methods": methods,
            "kwargs": kwargs,
            "branch_object": branch_object,
            "public": public,
            "user_only": user_only,
            "shared": shared,
        }.items():
            object.__setattr__(self, key, value)

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")


def get(roles: Collection[str] = EVERYBODY, **options: Any) -> Method:
    return _method("GET", roles, {200}, options)


def post(roles: Collection[str] = EVERYBODY, **options: Any) -> Method:
    return _method("POST", roles, {200, 201, 204, 302}, options)


def patch(roles: Collection[str] = EVERYBODY, **options: Any) -> Method:
    return _method("PATCH", roles, {200, 204}, options)


def put(roles: Collection[str] = EVERYBODY, **options: Any) -> Method:
    return _method("PUT", roles, {200, 204}, options)


def delete(roles: Collection[str] = EVERYBODY, **options: Any) -> Method:
    return _method("DELETE", roles, {200, 204, 302}, options)


def _method(verb: str, roles: Collection[str], ok: set[int], options: dict[str, Any]) -> Method:
    given = options.pop("ok", ok)
    wrong = options.pop("wrong_role", {403, 404})
    return Method(
        verb=verb,
        roles=frozenset(roles),
        ok=frozenset({given} if isinstance(given, int) else given),
        wrong_role=frozenset({wrong} if isinstance(wrong, int) else wrong),
        **options,
    )


def listed() -> list[Route]:
    return [route for module in _modules() for route in module.ROUTES]


def makers() -> dict[str, Callable[[Any], Any]]:
    return {name: maker for module in _modules() for name, maker in getattr(module, "MAKERS", {}).items()}


def _modules() -> list[Any]:
    return [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
