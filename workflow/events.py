"""Events: what happened, written beside the change that caused it and told after the commit to whoever listens.

``publish`` writes one outbox row and one delivery per handler in the caller's transaction; the bell after the commit
only makes it quick. A handler runs in the firm's scope, after commit, and may run twice: write it so that this is
boring (see ``workflow.models.Delivery`` for what is exactly once).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.utils import timezone

from tenancy.audit.actor import current_actor
from workflow import bell, due, registry
from workflow.models import Delivery, Due, OutboxEvent

Handler = Callable[[Any], None]
HandlerT = TypeVar("HandlerT", bound=Handler)


@dataclass(frozen=True)
class Event:
    """Base of every event: a frozen dataclass of primitives, ids as ``str``, so that it fits in JSON.

    The first field named ``<something>_id`` says what it is about; rules may be triggered by it.
    """

    about: ClassVar[str] = ""

    @classmethod
    def name(cls) -> str:
        return f"{cls.__module__.split('.')[0]}.{cls.__name__}"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _types[cls.name()] = cls

    def subject(self) -> tuple[str, UUID | None]:
        named = [f.name for f in fields(self) if f.name.endswith("_id")]
        chosen = f"{self.about}_id" if self.about else next(iter(named), "")
        value = getattr(self, chosen, None)
        return (chosen.removesuffix("_id"), UUID(str(value))) if value else ("", None)

    def subjects(self) -> dict[str, UUID]:
        """Everything registered that this event names: rules about any of it are looked at again."""
        known = registry.subjects()
        named = {
            f.name.removesuffix("_id"): getattr(self, f.name) for f in fields(self) if f.name.endswith("_id")
        }
        return {kind: UUID(str(value)) for kind, value in named.items() if kind in known and value}


_types: dict[str, type[Event]] = {}
_handlers: dict[str, dict[str, Handler]] = defaultdict(dict)
_followers: dict[str, Handler] = {}


def on(event_type: type[Event]) -> Callable[[HandlerT], HandlerT]:
    """``@on(PhaseEntered) def start_clock(event): …`` in ``<app>/handlers.py``."""

    def register(handler: HandlerT) -> HandlerT:
        _handlers[event_type.name()][handler_name(handler)] = handler
        return handler

    return register


def follow_subjects(handler: HandlerT) -> HandlerT:
    """A handler for every event that names a registered subject: the planner's."""
    _followers[handler_name(handler)] = handler
    return handler


def handler_name(handler: Handler) -> str:
    return f"{handler.__module__}.{handler.__name__}"


def known() -> dict[str, type[Event]]:
    return dict(_types)


def handlers_of(event: Event) -> dict[str, Handler]:
    return {**_handlers[event.name()], **(_followers if event.subjects() else {})}


def publish(event: Event) -> OutboxEvent:
    """Write the event beside the change that caused it; it is delivered once that commits."""
    return publish_all([event])[0]


def publish_all(events: Sequence[Event]) -> list[OutboxEvent]:
    """Several events of one change, in as many statements as one."""
    told = [(event, _row(event)) for event in events]
    rows = OutboxEvent.objects.bulk_create([row for _event, row in told])
    waiting = [
        Delivery(event=row, handler=name, due_at=row.at) for event, row in told for name in handlers_of(event)
    ]
    if waiting:
        Delivery.objects.bulk_create(waiting)
        due.note(Due.Queue.OUTBOX, min(delivery.due_at for delivery in waiting))
        bell.ring_after_commit()
    return list(rows)


def _row(event: Event) -> OutboxEvent:
    actor, (kind, subject_id) = current_actor(), event.subject()
    return OutboxEvent(
        name=event.name(),
        payload=asdict(event),
        subject_kind=kind,
        subject_id=subject_id,
        actor_id=actor.member_id,
        request_id=actor.request_id,
    )


def run(delivery: Delivery) -> None:
    """Hand one event to one handler. A handler that no longer exists has nothing to do."""
    row = delivery.event
    event_type = _types.get(row.name)
    if event_type is None:
        return
    handler = _handlers[row.name].get(delivery.handler) or _followers.get(delivery.handler)
    if handler is not None:
        handler(event_type(**row.payload))


def waiting_since() -> Any:
    """When the oldest undelivered event of the firm was due: how late the outbox is."""
    late = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=timezone.now())
    return late.order_by("due_at").values_list("due_at", flat=True).first()
