"""How large a world is, and under which key it is kept."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
SHAPES_A_SCHEMA: Final = ("*/migrations/*.py", "tenancy/operations.py", "config/embedded/roles.py")
SHAPES_A_WORLD: Final = tuple(
    f"bench/world/{name}.py"
    for name in ("calls", "customers", "everything", "filled", "filling", "founding", "messages", "projects", "shape", "sql",
                 "tokens", "told", "trail", "words")
)  # fmt: skip
"""What decides on rows; the other modules only look after places and speed."""
LARGEST_FIRMS_PART: Final = 0.6
"""Of the history; the other firms share the rest by their customers."""


@dataclass(frozen=True)
class FirmShape:
    code: str
    customers: int
    under_construction: int
    calls: int
    messages: int


@dataclass(frozen=True)
class Shape:
    """``customers`` and ``under_construction`` are those of the first firm, history that of all firms."""

    size: str
    firms: int
    customers: int
    under_construction: int
    calls: int
    messages: int
    scale: float = 1.0
    seed: int = 1

    @property
    def name(self) -> str:
        """``small``, or ``large_f5_x0_1``: whatever differs from the size's own figures is part of it."""
        usual = SIZES[self.size]
        told = [self.size]
        told += [f"f{self.firms}"] if self.firms != _scaled(usual.firms, self.scale) else []
        told += [f"c{self.customers}"] if self.customers != _scaled(usual.customers, self.scale) else []
        told += [f"x{self.scale:g}".replace(".", "_")] if self.scale != 1 else []
        told += [f"s{self.seed}"] if self.seed != 1 else []
        return "_".join(told)

    @property
    def key(self) -> str:
        """Changes with the figures and the code that makes rows of them."""
        return hashlib.sha256(
            f"{sorted(asdict(self).items())} {digest_of(SHAPES_A_WORLD)}".encode()
        ).hexdigest()[:16]

    def each_firm(self) -> list[FirmShape]:
        """The large one first; of the others a few are large and most are small."""
        others = range(1, self.firms)
        sizes = [self.customers, *(_size_of_other(number, self.firms, self._part) for number in others)]
        rest = sum(sizes[1:])
        parts = [LARGEST_FIRMS_PART if rest else 1.0]
        parts += [(1 - LARGEST_FIRMS_PART) * size / rest for size in sizes[1:]]
        building = self.under_construction / self.customers
        return [
            FirmShape(
                code=f"bench-{number:03d}",
                customers=size,
                under_construction=round(size * building),
                calls=round(self.calls * part),
                messages=round(self.messages * part),
            )
            for number, (size, part) in enumerate(zip(sizes, parts, strict=True))
        ]

    @property
    def _part(self) -> float:
        """Of the large world's figures for the firms next door; a small world has small neighbours."""
        return self.scale if self.size == "large" else self.customers / SIZES["large"].customers

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


SIZES: Final = {
    "small": Shape("small", 1, 10_000, 3_000, 50_000, 100_000),
    "large": Shape("large", 200, 200_000, 60_000, 1_000_000, 5_000_000),
}


def shape(
    size: str = "small",
    *,
    firms: int | None = None,
    customers: int | None = None,
    scale: float = 1.0,
    seed: int = 1,
) -> Shape:
    """A size, cut by ``scale``, with figures of one's own; the history follows the customers."""
    usual = SIZES[size]
    mine = customers or _scaled(usual.customers, scale)
    part = mine / usual.customers
    return replace(
        usual,
        firms=firms or _scaled(usual.firms, scale),
        customers=mine,
        under_construction=max(1, round(usual.under_construction * part)),
        calls=max(1, round(usual.calls * (part if size == "small" else scale))),
        messages=max(1, round(usual.messages * (part if size == "small" else scale))),
        scale=scale,
        seed=seed,
    )


def _scaled(figure: int, scale: float) -> int:
    return max(1, round(figure * scale))


def _size_of_other(number: int, firms: int, part: float) -> int:
    """1,000 to 20,000 of them in a whole world, the small firms by far the most."""
    place = (number - 0.5) / max(1, firms - 1)
    return max(20, math.floor((1_000 + 19_000 * place**4) * part))


@cache
def schema() -> dict[str, str]:
    """Each file that makes tables → the digest of what stands in it."""
    paths = sorted(path for pattern in SHAPES_A_SCHEMA for path in ROOT.glob(pattern))
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in paths}


def may_be_migrated(made_with: Mapping[str, str]) -> bool:
    """Whether files were only added to the schema a world was made with: none changed, none went."""
    return made_with.items() <= schema().items()


@cache
def digest_of(patterns: tuple[str, ...]) -> str:
    """Of the files' names and contents."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        if path.parts[-2] != "tests":
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()
