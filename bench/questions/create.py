"""Writing through the API: one new customer each time, with the key that makes a repeated POST harmless."""

import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from bench.measure.browsing import Answer
from bench.questions.page import beside_floors, floor
from bench.questions.question import API, Ground
from bench.results import Goal, Result

FAMILY_NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN_NAMES = "明华建国志强秀英丽娟海燕雪梅文博子涵雨桐"


@dataclass(frozen=True)
class CreateCustomer:
    """The new customers stay: a world is made again by its seed, and a hundred more change no figure."""

    name: str = "create"
    label: str = "新建客户（接口）"
    english: str = "create a customer by API"
    goals: tuple[Goal, ...] = ()
    workers: int = field(default=1, init=False)

    def measure(self, ground: Ground) -> Result:
        visitor = ground.visitor(API)

        def ours(*, counted: bool) -> Answer:
            headers = {"Idempotency-Key": str(uuid4())}
            made = visitor.post_json("/api/v1/customers/", somebody(), headers, counted=counted)
            return made.sound(self.name)

        figures = beside_floors(ground, ours, floor(visitor, self.name))
        return Result(self.name, self.label, self.english, self.goals, figures)


def somebody() -> dict[str, Any]:
    """Nobody twice: a name and a number that are drawn, not counted."""
    name = secrets.choice(FAMILY_NAMES) + "".join(secrets.choice(GIVEN_NAMES) for _character in range(2))
    phone = f"199{secrets.randbelow(10**8):08d}"
    return {
        "name": name,
        "source": "phone",
        "building": str(1 + secrets.randbelow(30)),
        "room": str(101 + secrets.randbelow(3000)),
        "notes": "周末才有时间，工作日中午十二点后再打",
        "contact_points": [{"kind": "phone", "value": phone, "relation": "owner"}],
    }
