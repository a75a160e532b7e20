"""Questions that leave something behind."""

from bench.questions.create import CreateCustomer
from bench.questions.desk import Desk
from bench.results import Goal

FEW_STATEMENTS = Goal("statements", 15)

WRITES = (
    CreateCustomer(goals=(Goal("ratio", 4.5, 3.3),)),
    Desk("desk", "回访台：保存并下一通", "call desk: save and next", goals=(FEW_STATEMENTS,)),
)
TOGETHER = Desk(
    "desk_8",
    "回访台：八人同时",
    "call desk: 8 agents at once",
    agents=8,
    workers=2,
    goals=(FEW_STATEMENTS, Goal("p95_ms", 150)),
)
