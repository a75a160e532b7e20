"""The two statements every request of a signed-in person begins with: the user with their firms, the member with their posts.

Written by hand, because each request pays for them: asked through the ORM, in five statements, they took longer than
a list of fifty customers.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models

from tenancy.models import Branch, Firm, Member, Post, Seat, User
from tenancy.scoping import current_firm_id

Shape = tuple[type[models.Model], Sequence[str]]


def _shape(model: type[models.Model]) -> Shape:
    """A model with its columns, without the JSON ones: those are read when somebody asks for them."""
    fields = model._meta.concrete_fields
    return model, [field.attname for field in fields if not isinstance(field, models.JSONField)]


def _columns(shape: Shape, alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in shape[1])


USER, SEAT, FIRM, MEMBER, POST, BRANCH = map(_shape, (User, Seat, Firm, Member, Post, Branch))
_USER_WITH_SEATS = f"""
    SELECT {_columns(USER, "u")}, {_columns(SEAT, "s")}, {_columns(FIRM, "f")}
      FROM tenancy_user u
      LEFT JOIN (tenancy_seat s JOIN tenancy_firm f ON f.id = s.firm_id AND f.state = %s)
             ON s.user_id = u.id AND s.is_active
     WHERE u.id = %s AND u.is_active
"""  # noqa: S608 - made of our models' own column names
_MEMBER_WITH_POSTS = f"""
    SELECT {_columns(MEMBER, "m")}, {_columns(POST, "p")}, {_columns(BRANCH, "b")}
      FROM tenancy_member m
      JOIN tenancy_post p ON p.firm_id = m.firm_id AND p.member_id = m.id
      LEFT JOIN tenancy_branch b ON b.firm_id = p.firm_id AND b.id = p.branch_id
     WHERE m.firm_id = %s AND m.user_id = %s AND m.state = %s
     ORDER BY p.id
"""  # noqa: S608 - as above


def find_user(user_id: UUID) -> User | None:
    """Somebody who may sign in, with the seats they may take."""
    rows = [_read(row, USER, SEAT, FIRM) for row in _ask(_USER_WITH_SEATS, Firm.State.ACTIVE, user_id)]
    if not rows:
        return None
    user: User = rows[0][0]
    user.open_seats = []
    for _same, seat, firm in rows:
        if seat is not None:
            seat.firm = firm
            user.open_seats.append(seat)
    return user


def find_member(user_id: UUID) -> Member | None:
    """Who this user is in the firm in scope; None for somebody without a post."""
    asked = _ask(_MEMBER_WITH_POSTS, current_firm_id(), user_id, Member.State.ACTIVE)
    rows = [_read(row, MEMBER, POST, BRANCH) for row in asked]
    if not rows:
        return None
    member: Member = rows[0][0]
    member.held_posts = [post for _same, post, _branch in rows]
    for _same, post, branch in rows:
        post.member, post.branch = member, branch
    return member


def _ask(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _read(row: Sequence[Any], *shapes: Shape) -> list[Any]:
    """The instances of one joined row, in the order of its columns; None where an outer join found nothing."""
    values, found = iter(row), []
    for model, names in shapes:
        own = [next(values) for _name in names]
        is_there = any(value is not None for value in own)
        found.append(model.from_db(DEFAULT_DB_ALIAS, names, own) if is_there else None)
    return found
