"""Requests as our views see them, and how a view says who may come in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django_htmx.middleware import HtmxDetails

from tenancy.models import ApiClient, Firm, Member, User

View = TypeVar("View", bound=Callable)


class UserRequest(HttpRequest):
    """Signed in; a firm may not be chosen yet."""

    user: User


class MemberRequest(UserRequest):
    """Signed in, inside one firm, perhaps from HTMX.

    ``branch_ids``: the branches whose rows this request may show (None: all of the firm): the member's own, or the
    one chosen in the branch box. ``api_client`` is set when a partner's key opened the door.
    """

    firm: Firm
    member: Member
    branch_ids: set[UUID] | None
    api_client: ApiClient | None
    htmx: HtmxDetails
    id: str


def only(policy: Callable[[Member], bool]) -> Callable[[View], View]:
    """``@only(policies.may_administer)``: to everybody else the page answers 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: "MemberRequest", *args: Any, **kwargs: Any) -> Any:
            if not policy(request.member):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded  # type: ignore[return-value]  # called just like the view

    return decorate


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty POST is bad input, not a first look."""
    return request.POST if request.method == "POST" else None


def public(view: View) -> View:
    """Let anybody in: sign-in, health, schema. The view runs outside every firm's scope."""
    view.is_public = True  # type: ignore[attr-defined]  # read by the middleware
    return view


def signed_in_only(view: View) -> View:
    """A view for a user who has not chosen a firm yet; it runs outside every firm's scope."""
    view.needs_only_user = True  # type: ignore[attr-defined]  # read by the middleware
    return view
