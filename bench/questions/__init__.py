"""Everything that is measured, in the order it is asked: what needs two workers stands last."""

from collections.abc import Collection

from bench.questions.bulk import BULK, WorkerMemory
from bench.questions.question import Question
from bench.questions.reads import READS
from bench.questions.writes import TOGETHER, WRITES

ALL: tuple[Question, ...] = (*READS, *WRITES, WorkerMemory(), *BULK, TOGETHER)


class NoSuchQuestion(ValueError):
    """With the names there are."""


def named(names: Collection[str]) -> list[Question]:
    """Those of these names, or all; in our order."""
    known = {question.name for question in ALL}
    if strange := set(names) - known:
        raise NoSuchQuestion(
            f"no question {', '.join(sorted(strange))}; there are {', '.join(sorted(known))}"
        )
    return [question for question in ALL if not names or question.name in names]
