"""What runs beside the pages: planning a round of calls, sending texts, taking a ledger in, printing."""

from dataclasses import dataclass, field

from bench.measure.costs import memory_mb
from bench.questions.job import Job, NotYet
from bench.questions.question import Ground
from bench.results import Goal, Result


@dataclass(frozen=True)
class WorkerMemory:
    """Of the largest web process. Ask it last: by then it has answered everything else."""

    name: str = "memory"
    label: str = "网页进程内存"
    english: str = "memory of a worker"
    goals: tuple[Goal, ...] = (Goal("memory_mb", 120, 90),)
    workers: int = field(default=1, init=False)

    def measure(self, ground: Ground) -> Result:
        figures = {"memory_mb": memory_mb(ground.server.web_pids())}
        return Result(self.name, self.label, self.english, self.goals, figures)


BULK = (
    Job(
        "planner",
        "周六回访计划",
        "plan the Saturday round",
        "bench.jobs.planning",
        (Goal("ratio", 1.3, 1.1), Goal("again_ratio", 0.4)),
    ),
    Job("outbox", "短信发送", "send the outbox", "bench.jobs.sending", (Goal("ratio", 2.0),)),
    Job(
        "import",
        "台账导入",
        "import a ledger",
        "bench.jobs.importing",
        (Goal("ratio", 6), Goal("memory_mb", 300)),
    ),
    NotYet("pdf", "打印页 PDF", "PDF of a page", until="files.documents"),
)
