"""The workbench, the call desk and the list of texts."""

from notifications.policies import CALLERS, MESSENGERS, READERS
from tests.architecture.routes import EVERYBODY, Route, get, post
from tests.factories.notifications import make_call
from tests.factories.projects import make_project


def row(world):
    project = make_project(world.branch, phase="inspections", room=world.canary)
    return make_call(
        branch=world.branch, project_id=project.pk, customer_id=project.customer_id, title=world.canary
    )


def reachable(world):
    """A call with a number of its own."""
    return make_call(branch=world.branch, title=world.canary, phone="+8613800138000")


def taken(world):
    """On the phone: held by whoever looks."""
    from notifications.actions import take

    call = make_call(branch=world.branch, title=world.canary)
    return take(call, by=world.me) if world.me and world.me.has_role(*CALLERS) else call


def failed(world):
    from django.utils import timezone

    from notifications.models import Message
    from tests.factories.notifications import make_message

    waiting = make_message(branch=world.branch)
    fields = {f.attname: getattr(waiting, f.attname) for f in Message._meta.concrete_fields if f.name != "id"}
    changed = {"status": "failed", "why": world.canary, "failure_code": "handset", "ended_at": timezone.now()}
    return Message.objects.create(
        **fields | changed | {"dedupe_key": f"failed/{waiting.pk}", "next_at": None}
    )


MAKERS = {"call_row": row, "call_reachable": reachable, "call_taken": taken, "message_failed": failed}


def taken_call(world):
    return {"pk": world.call_taken.pk}


def one_call(world):
    return {"pk": world.desk_call.pk}


PARTS = ("figures", "queue", "clocks", "appointments", "coverage")

ROUTES = [
    Route("workspace:home", get(EVERYBODY, ok=302)),
    Route("workspace:workbench", get(CALLERS, rows=row)),
    *(Route(f"workspace:work_{part}", get(CALLERS, rows=row)) for part in PARTS),
    Route("workspace:calls", get(CALLERS, rows=row)),
    Route("workspace:call_next", post(CALLERS)),
    Route("workspace:call_undo_last", post(CALLERS, ok=422)),
    Route(
        "workspace:call_new",
        get(CALLERS),
        post(CALLERS, data=lambda world: {"reason": "回电"}, ok=422),
        kwargs=lambda world: {"pk": world.customer.pk},
    ),
    Route("workspace:call", get(READERS), kwargs=one_call),
    Route("workspace:call_lease", post(CALLERS), kwargs=one_call),
    Route("workspace:call_draft", post(CALLERS), kwargs=taken_call),
    Route("workspace:call_phone", post(CALLERS), kwargs=lambda world: {"pk": world.call_reachable.pk}),
    Route(
        "workspace:call_outcome",
        post(CALLERS, data=lambda world: {"outcome": "no_answer"}),
        kwargs=taken_call,
    ),
    Route("workspace:call_release", post(CALLERS, data=lambda world: {"reason": "开会"}), kwargs=taken_call),
    Route("workspace:call_cancel", post(CALLERS, data=lambda world: {"reason": "退单"}), kwargs=one_call),
    Route("workspace:call_undo", post(CALLERS), kwargs=lambda world: {"pk": world.attempt.pk}),
    Route("workspace:messages", get(MESSENGERS, rows=lambda world: world.make("message"))),
    Route("workspace:dev_inbox", get(MESSENGERS)),
    Route("workspace:message_cancel", post(CALLERS), kwargs=lambda world: {"pk": world.message.pk}),
    Route("workspace:message_retry", post(CALLERS), kwargs=lambda world: {"pk": world.message_failed.pk}),
]
