"""Celery tasks: shells around one function each, safe to run twice and in parallel."""

from datetime import date
from uuid import UUID

from celery import shared_task

from tenancy.tasks import firm_task
from workflow import clocks, delivery, due, escalations, planner, trial_runs
from workflow.models import Due


@shared_task(name="workflow.tasks.deliver")
def deliver(*, firm_id: int) -> None:
    """The bell rang for this firm."""
    delivery.deliver(firm_id)


@shared_task(name="workflow.tasks.sweep_outbox")
def sweep_outbox() -> None:
    """Every 15 seconds: events whose bell was lost, whose worker died or whose retry has come."""
    delivery.sweep()


@shared_task(name="workflow.tasks.watch_clocks")
def watch_clocks() -> None:
    """Every 15 seconds: promises that are to be warned about or were broken."""
    due.visit(Due.Queue.CLOCKS, clocks.watch)


@shared_task(name="workflow.tasks.plan_firms")
def plan_firms() -> None:
    """Every minute: firms whose next day of planning has come, or where something planned was not done in time."""
    due.visit(Due.Queue.PLAN, planner.plan_due)
    due.visit(Due.Queue.ESCALATIONS, escalations.escalate)


@firm_task()
def try_playbook(*, version_id: str, signed_on: str, language: str) -> None:
    """Somebody waits to read what a playbook would do."""
    trial_runs.run(UUID(version_id), date.fromisoformat(signed_on), language)
