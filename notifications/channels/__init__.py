"""The ways a text leaves the house. A new provider is a module beside these with ``send`` and ``look_up``."""

from importlib import import_module

from notifications.channels.base import Channel

ADAPTERS = {
    "dev_inbox": "notifications.channels.dev_inbox",
    "sms_twilio": "notifications.channels.sms_twilio",
}


def adapter(provider: str) -> Channel:
    """Imported when first used: a provider's SDK costs memory only where it sends."""
    channel: Channel = import_module(ADAPTERS[provider]).CHANNEL
    return channel
