from files.models.attachments import Attachment

__all__ = ["Attachment"]
