"""What a provider tells us later. Repeats, late ones and ones that overtake our own answer change nothing wrong."""

from uuid import UUID

from notifications.channels.base import Receipt
from notifications.models import Message
from notifications.sending import settling

FINAL = {Message.Status.DELIVERED, Message.Status.FAILED}
ON_THE_WAY = {Message.Status.SENDING, Message.Status.UNKNOWN}


def note_status(message_id: UUID, *, provider: str, receipt: Receipt, status: str) -> Message | None:
    """One report for one text; None when it is not ours. ``delivered`` never goes back to ``sent``."""
    message = Message.objects.select_for_update(of=("self",)).filter(pk=message_id, provider=provider).first()
    if message is None or not _is_same_text(message, receipt):
        return None
    if message.status in FINAL or message.status in Message.WAITING:
        return message
    with settling.written_together() as told:
        if status == "delivered":
            told.deliver(message, provider_id=receipt.provider_id)
        elif status == "failed":
            told.reject(message, receipt, is_permanent=receipt.code in settling.CAUSES)
        elif message.status in ON_THE_WAY:
            told.accept(message, receipt)
    return message


def _is_same_text(message: Message, receipt: Receipt) -> bool:
    """A report names the receipt we got, or the first one we hear of."""
    return message.provider_id in ("", receipt.provider_id)
