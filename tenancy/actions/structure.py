"""Branches, departments, and the firm's own words for roles."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from core.errors import Refusal
from tenancy.models import Branch, Department, DepartmentMember, Member, Post, RoleLabel


@transaction.atomic
def open_branch(*, by: Member, **facts: Any) -> Branch:
    return Branch.objects.create(**facts)


@transaction.atomic
def change_branch(branch: Branch, *, by: Member, **facts: Any) -> Branch:
    """Closing one (``is_active``) ends its keys at once; its customers stay with it until somebody moves them."""
    branch = Branch.objects.lock(branch)
    if (
        branch.is_active
        and not facts.get("is_active", True)
        and not Branch.objects.active().exclude(pk=branch.pk).exists()
    ):
        raise Refusal(_("至少要有一个营业中的分公司。"))
    for name, value in facts.items():
        setattr(branch, name, value)
    branch.save()
    return branch


@transaction.atomic
def open_department(*, by: Member, members: Collection[Member] = (), **facts: Any) -> Department:
    department = Department.objects.create(**facts)
    _set_members(department, members)
    return department


@transaction.atomic
def change_department(
    department: Department, *, by: Member, members: Collection[Member], **facts: Any
) -> Department:
    department = Department.objects.lock(department)
    for name, value in facts.items():
        setattr(department, name, value)
    department.save()
    _set_members(department, members)
    return department


@transaction.atomic
def dissolve_department(department: Department, *, by: Member) -> None:
    """Only one nobody has written to: contact sheets name their addressee for ever."""
    DepartmentMember.objects.filter(department=department).delete()
    try:
        department.delete()
    except ProtectedError as error:
        raise Refusal(_("“%s”还有往来记录，不能删除。可以改名或换负责人。") % department.name) from error


@transaction.atomic
def name_roles(labels: Mapping[str, str], *, by: Member) -> None:
    """The firm's own words; an empty one goes back to ours."""
    kept = {label.role: label for label in RoleLabel.objects.all()}
    for role, label in labels.items():
        if role in kept and not label:
            kept[role].delete()
        elif role in kept and kept[role].label != label:
            kept[role].label = label
            kept[role].save()
        elif role not in kept and label:
            RoleLabel.objects.create(role=role, label=label)


def _set_members(department: Department, members: Collection[Member]) -> None:
    """The head belongs to it, whether ticked or not."""
    wanted = {member.pk for member in members} | ({department.head_id} if department.head_id else set())
    present = set(department.memberships.values_list("member_id", flat=True))
    department.memberships.filter(member_id__in=present - wanted).delete()
    DepartmentMember.objects.bulk_create(
        DepartmentMember(department=department, member_id=member_id) for member_id in sorted(wanted - present)
    )


def posts_of(branch: Branch) -> int:
    return Post.objects.filter(branch=branch, member__state=Member.State.ACTIVE).count()
