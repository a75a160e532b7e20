"""Keys for partners' systems. A key is shown once; what we keep cannot be turned back into it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from tenancy import keys
from tenancy.models import ApiClient, ApiKeyIndex, Branch, Member, Post, Role


@transaction.atomic
def issue_key(
    name: str, *, by: Member, branch: Branch, scopes: Sequence[str], expires_at: datetime | None = None
) -> tuple[ApiClient, str]:
    """The client and its key in the clear: the only time anybody sees it."""
    if not scopes:
        raise Refusal(_("请至少勾选一项权限。"))
    if expires_at and expires_at <= timezone.now():
        raise Refusal(_("到期日应在今天之后。"))
    member = Member.objects.create(name=name[:40], note=_("接口密钥“%s”") % name)
    Post.objects.create(member=member, role=Role.PARTNER_API, branch=branch)
    return _issue(member, name, by, branch, list(scopes), expires_at)


@transaction.atomic
def replace_key(client: ApiClient, *, by: Member) -> tuple[ApiClient, str]:
    """A new key for the same system with the same rights; the old one ends at once."""
    client = revoke_key(client, by=by, ends_member=False)
    return _issue(client.member, client.name, by, client.branch, client.scopes, client.expires_at)


@transaction.atomic
def revoke_key(client: ApiClient, *, by: Member, ends_member: bool = True) -> ApiClient:
    """From the next request on; the global index forgets it too, so a revoked key never reaches a firm."""
    client = ApiClient.objects.lock(client)
    if client.revoked_at:
        raise Refusal(_("这个密钥已经吊销。"))
    client.revoked_at = timezone.now()
    client.save()
    ApiKeyIndex.objects.filter(prefix=client.prefix).update(is_revoked=True)
    if ends_member:
        Member.objects.filter(pk=client.member_id).update(state=Member.State.LEFT)
    return client


def _issue(
    member: Member, name: str, by: Member, branch: Branch, scopes: list[str], expires_at: datetime | None
) -> tuple[ApiClient, str]:
    key, prefix, digest = keys.make()
    client = ApiClient.objects.create(
        name=name,
        member=member,
        branch=branch,
        prefix=prefix,
        scopes=scopes,
        expires_at=expires_at,
        created_by=by,
    )
    ApiKeyIndex.objects.create(prefix=prefix, digest=digest, firm_id=client.firm_id)
    return client, key
