"""What nobody needs any more: ended sessions, old tries, answers kept for a repeated request."""

from datetime import timedelta

from django.utils import timezone

from tenancy.models import Firm, IdempotencyKey, WebSession
from tenancy.scoping import firm_scope
from tenancy.sign_in import throttle

ANSWERS_KEPT = timedelta(days=30)


def tidy_up() -> dict[str, int]:
    """Safe to run at any time and as often as one likes."""
    now = timezone.now()
    return {
        "sessions": WebSession.objects.filter(expire_date__lt=now).delete()[0],
        "tries": throttle.forget_old(now),
        "answers": sum(_forget_answers(firm_id) for firm_id in Firm.objects.values_list("pk", flat=True)),
    }


def _forget_answers(firm_id: int) -> int:
    """Each firm in a transaction of its own."""
    with firm_scope(firm_id):
        return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - ANSWERS_KEPT).delete()[0]
