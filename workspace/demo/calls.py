"""The Saturday round of the demo firm: last week's is done, this week's half way; other calls of rules are due."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from django.utils import timezone

from notifications.actions.calls import take
from notifications.actions.outcomes import record_outcome
from notifications.desk import DeskRules
from notifications.models import CallAttempt, CallTask, Lane
from tenancy.models import Member
from workflow import planner
from workspace.demo import clock
from workspace.demo.clock import at, living_at
from workspace.demo.opening import Demo

Outcome = CallAttempt.Outcome
QUOTES: Final = (
    "这周去看过，现场挺干净，水电走得很整齐。", "希望下周能把卫生间的砖先贴完。", "插座位置高了点，跟孙经理说过了，等他改。", "设计师昨天到现场了，解释得清楚。",
    "整体满意，就是早上敲得太早，邻居有意见。", "材料进场没通知我，下次提前一天说。", "工期比合同慢了三天，想知道怎么赶。", "没什么问题，辛苦你们。",
)  # fmt: skip


def tell(demo: Demo, random: Random) -> None:
    """Plan what the rules want up to today and make most of the calls of the running round."""
    today = clock.today()
    saturday = clock.last_saturday(today)
    with living_at(at(saturday, 0, 5)):
        planner.plan(saturday, by_hand=True)
    planner.plan(today, by_hand=True)
    _ring(demo, saturday, random)


def _ring(demo: Demo, saturday: date, random: Random) -> None:
    """Two agents work through about two thirds of the round, three minutes a call."""
    callers = [demo.people["林小雨"], demo.people["蒋文静"]]
    moment = at(saturday, 9, 2)
    tasks = list(CallTask.objects.filter(lane=Lane.SATURDAY).order_by("due_at", "pk"))
    latest = timezone.now()
    for number, task in enumerate(tasks[: len(tasks) * 2 // 3]):
        if moment < latest:
            _one_call(task, callers[number % 2], moment, random)
        moment += timedelta(minutes=1, seconds=40)


def _one_call(task: CallTask, by: Member, moment: datetime, random: Random) -> None:
    rules = _rules()
    with living_at(moment):
        held = take(task, by=by, rules=rules)
        record_outcome(held, by=by, rules=rules, **_said(held, random))


def _rules() -> DeskRules:
    if "rules" not in _kept:
        _kept["rules"] = DeskRules.of_firm()
    return _kept["rules"]


_kept: dict[str, Any] = {}


def _said(task: CallTask, random: Random) -> dict[str, Any]:
    outcome = random.choices((Outcome.REACHED, Outcome.NO_ANSWER, Outcome.BUSY), (86, 10, 4))[0]
    if outcome != Outcome.REACHED:
        return {"outcome": outcome}
    mood = random.choices((5, 4, 3, 2), (55, 33, 9, 3))[0]
    questions = task.script.questions if task.script else []
    answers = {q["code"]: _answer(q, mood, random) for q in questions}
    issues = [random.choice(task.script.issues)["label"]] if task.script and mood <= 3 else []
    return {
        "outcome": outcome,
        "answers": {code: value for code, value in answers.items() if value is not None},
        "issues": issues,
        "note": random.choice(QUOTES) if random.random() < 0.6 else "",
    }


def _answer(question: dict[str, Any], mood: int, random: Random) -> Any:
    if question["kind"] == "rate":
        return max(1, min(5, mood + random.choice((0, 0, 0, 1, -1))))
    if question["kind"] == "integrity":
        return "no"
    return random.choice(("yes", "yes", "no")) if question["kind"] == "yes_no" else None
