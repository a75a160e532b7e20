from notifications.models.calls import CallAttempt, CallDraft, CallReason, CallTask, Satisfaction
from notifications.models.messages import ChannelAccount, Consent, Message, Reply, Suppression
from notifications.models.words import Lane, Purpose, Script, ScriptVersion, Template, TemplateVersion

__all__ = [
    "CallAttempt",
    "CallDraft",
    "CallReason",
    "CallTask",
    "ChannelAccount",
    "Consent",
    "Lane",
    "Message",
    "Purpose",
    "Reply",
    "Satisfaction",
    "Script",
    "ScriptVersion",
    "Suppression",
    "Template",
    "TemplateVersion",
]
