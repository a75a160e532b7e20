import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from workflow import coverage, shipped, stories
from workflow.simulator import Touch, simulate


class Command(BaseCommand):
    help = "Try the shipped playbooks on made subjects: what they cover, and what one makes of a project."

    def add_arguments(self, parser: CommandParser) -> None:
        act = parser.add_subparsers(dest="act", required=True)
        measured = act.add_parser("coverage", help="all timed requirements and the rules that answer them")
        tried = act.add_parser("simulate", help="the touchpoints of an invented project signed on a day")
        tried.add_argument("--playbook", required=True, help="key of a shipped playbook")
        tried.add_argument("--signed", required=True, type=date.fromisoformat, help="YYYY-MM-DD")
        tried.add_argument("--story", default="project", help="which life to play")
        for one in (measured, tried):
            _json(one)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "coverage":
            self._coverage(as_json=options["json"])
        else:
            self._simulate(options)

    def _coverage(self, *, as_json: bool) -> None:
        answers = coverage.measure()
        counts = {"covered": 0, "waiting": 0, "missing": 0, **Counter(answer.state for answer in answers)}
        if as_json:
            told = {"total": len(answers), **counts, "seeds": [asdict(answer) for answer in answers]}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        for answer in answers:
            reasons = f"  ({'; '.join(answer.why)})" if answer.why else ""
            self.stdout.write(f"{answer.seed}  {answer.state:8} {', '.join(answer.rules)}{reasons}")
        self.stdout.write(", ".join(f"{state}: {count}" for state, count in counts.items()))

    def _simulate(self, options: dict[str, Any]) -> None:
        try:
            playbook = shipped.get(options["playbook"])
            story = stories.stories()[options["story"]]
        except LookupError as error:
            raise CommandError(str(error)) from error
        with coverage.made_firm() as stage_of:
            beats, until = story.tell(options["signed"])
            touches = simulate(playbook.rules, beats, until, stage_of())
        if options["json"]:
            self.stdout.write(json.dumps([_told(touch) for touch in touches], ensure_ascii=False))
            return
        for touch in touches:
            whom = touch.assignee or touch.role
            self.stdout.write(
                f"{timezone.localtime(touch.due_from):%F %R}  {touch.channel:7} {touch.rule_key}  {whom}"
            )
        self.stdout.write(f"total: {len(touches)}")


def _told(touch: Touch) -> dict[str, Any]:
    words = asdict(touch)
    return {
        name: value if isinstance(value, str | tuple) else str(value or "") for name, value in words.items()
    }


def _json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one line of JSON")
