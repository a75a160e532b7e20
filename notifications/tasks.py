"""Celery tasks: shells around one function each, safe to run twice and in parallel."""

from celery import shared_task

from notifications.sending import dispatch


@shared_task(name="notifications.tasks.sweep_messages")
def sweep_messages() -> None:
    """Every 15 seconds: texts whose time has come, whose worker died, or whose outcome must be asked about."""
    dispatch.sweep()
