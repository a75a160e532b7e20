"""Which rows of this app a member may see."""

from collections.abc import Callable
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Subquery, Value

from tenancy import policies
from tenancy.models import FirmQuerySet, Member

NamesCustomer = Callable[[Member], QuerySet]

_named_by: list[NamesCustomer] = []


def names_customers(rows: NamesCustomer) -> NamesCustomer:
    """Register rows with a ``customer`` through which a member sees that customer too.

    ``projects`` says ``names_customers(lambda member: Project.objects.visible_to(member))``: a designer sees the
    customers of her sites, and a branch the customer of another branch who also builds with it.
    """
    _named_by.append(rows)
    return rows


class CustomerQuerySet(FirmQuerySet):
    def living(self) -> Any:
        """Neither deleted nor merged into somebody else."""
        return self.filter(deleted_at=None)

    def visible_to(self, member: Member) -> Any:
        """The customers of the member's branches, those in their care, and those on whose projects they are named."""
        return self.living().within(member)

    def within(self, member: Member) -> Any:
        """The same for rows that are deleted too: who could see a customer may bring it back."""
        wide = policies.sees_whole_branch(member)
        if wide and member.branch_ids is None:
            return self
        own = Q(adviser_id=member.pk)
        if member.branch_ids is not None:
            own &= Q(branch_id__in=member.branch_ids) | Q(branch_id=None)
        if wide:
            own |= Q(branch_id__in=member.branch_ids)
        for rows in _named_by:
            own |= _named_in_many(rows(member)) if wide else _named(rows(member))
        return self.filter(own)

    def leads(self) -> Any:
        """With an open enquiry: nothing signed, somebody waits for our answer."""
        return self.filter(enquiries__closed_at=None, enquiries__isnull=False).distinct()


def _named(rows: QuerySet) -> Q:
    return Q(Exists(rows.order_by().filter(customer_id=OuterRef("pk"))))


def _named_in_many(rows: QuerySet) -> Q:
    """For those who see a whole branch: asked of one customer after another, and only where their own branch does not
    say it. As EXISTS PostgreSQL would first read every project of the branch into a hash table, for a page of fifty."""
    first = (
        rows.order_by()
        .filter(customer_id=OuterRef("pk"))
        .annotate(is_named=Value(True))
        .values("is_named")[:1]
    )
    return Q(Subquery(first, output_field=BooleanField()))


class OfCustomerQuerySet(FirmQuerySet):
    """Rows that belong to a customer are seen by whoever sees the customer."""

    def visible_to(self, member: Member) -> Any:
        from crm.models import Customer  # noqa: PLC0415 - models import this module

        if policies.sees_whole_branch(member) and member.branch_ids is None:
            return self.filter(customer__deleted_at=None)
        return self.filter(customer__in=Customer.objects.visible_to(member))


class SharedQuerySet(FirmQuerySet):
    """What everybody in the firm may see: estates, tags."""

    def visible_to(self, member: Member) -> Any:
        return self


class SavedViewQuerySet(FirmQuerySet):
    def visible_to(self, member: Member) -> Any:
        """One's own views and those shared with everybody."""
        return self.filter(Q(owner=member) | Q(is_shared=True))
