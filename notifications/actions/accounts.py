"""How a firm's texts leave the house: one account for each kind of channel, its secret encrypted."""

from django.utils.translation import gettext as _

from core import crypto
from core.errors import Refusal
from notifications import segments
from notifications.models import ChannelAccount


def set_sms_account(
    *, provider: str, account: str, secret: str, sender: str, signature: str
) -> ChannelAccount:
    """Send through this provider from now on; what has left already keeps the receipts of the old one."""
    if segments.FORBIDDEN.search(signature) or not 2 <= len(signature) <= 12:
        raise Refusal(_("签名请写 2 到 12 个字，不带【】。"))
    if provider != ChannelAccount.Provider.DEV_INBOX and not (account and secret and sender):
        raise Refusal(_("请把账号、密钥和发送号码写全。"))
    for old in ChannelAccount.objects.filter(kind="sms", is_active=True):
        old.is_active = False
        old.save(update_fields=["is_active"])
    return ChannelAccount.objects.create(
        provider=provider,
        account=account,
        secret=crypto.encrypt(secret) if secret else "",
        sender=sender,
        signature=signature,
    )
