from tenancy.models import AuditEntry, Member, User


def change_password(user: User, *, by: Member, password: str) -> None:
    """Everybody changes their own; the trail says that, and of course not to what."""
    user.set_password(password)
    user.save(update_fields=["password"])
    AuditEntry.note_look(by, AuditEntry.Verb.CHANGED, note="修改了登录密码")
