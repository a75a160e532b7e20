"""The phases of a project as data: which follow in each mode, what a site's nodes are, how long each may take."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenancy import firm_settings


class Phase(models.TextChoices):
    """domain.md §3. The last three are not phases of the work but places where it stands still or ended."""

    CONSULTATION = "consultation", _("洽谈")
    MEASUREMENT = "measurement", _("量房")
    DESIGN = "design", _("设计")
    BUDGET = "budget", _("选材预算")
    CONTRACT = "contract", _("合同")
    HANDOVER = "handover", _("交底")
    INSPECTIONS = "inspections", _("施工验收")
    COMPLETION = "completion", _("竣工")
    WARRANTY = "warranty", _("保修")
    CLOSED = "closed", _("结案")
    LOST = "lost", _("流失")
    SUSPENDED = "suspended", _("停工")
    CANCELLED = "cancelled", _("退单")


class Mode(models.TextChoices):
    FULL = "full", _("全包")
    HALF = "half", _("半包")
    DESIGN_ONLY = "design_only", _("纯设计")
    LABOUR_ONLY = "labour_only", _("清包")


LANES = (
    Phase.CONSULTATION,
    Phase.MEASUREMENT,
    Phase.DESIGN,
    Phase.BUDGET,
    Phase.CONTRACT,
    Phase.HANDOVER,
    Phase.INSPECTIONS,
    Phase.COMPLETION,
    Phase.WARRANTY,
)
"""The columns of the board."""

BUILDING = (*LANES, Phase.CLOSED)
DESIGNING = (*LANES[:5], Phase.COMPLETION, Phase.CLOSED)
ROUTES: dict[str, tuple[str, ...]] = {
    "": BUILDING,
    Mode.FULL: BUILDING,
    Mode.HALF: BUILDING,
    Mode.LABOUR_ONLY: BUILDING,
    Mode.DESIGN_ONLY: DESIGNING,
}
"""Which phases follow each other in each mode; '' is a project whose mode nobody has chosen yet."""

BEFORE_CONTRACT = LANES[:4]
SUSPENDABLE = LANES[4:7]
UNDER_CONSTRUCTION = (Phase.INSPECTIONS, Phase.COMPLETION)
STANDING = (Phase.LOST, Phase.SUSPENDED, Phase.CANCELLED)
OPEN = LANES[:8]
"""Phases in which somebody of ours is at work on it."""


def next_phase(mode: str, phase: str) -> str | None:
    """What follows; None at the end of the road, or where the mode does not lead through this phase."""
    route = ROUTES[mode]
    if phase not in route or phase == route[-1]:
        return None
    return route[route.index(phase) + 1]


def position(mode: str, phase: str) -> int:
    """The place of a phase on its road, from 1; 0 when it is not on it."""
    route = ROUTES[mode]
    return route.index(phase) + 1 if phase in route else 0


@dataclass(frozen=True)
class Node:
    """One confirmation on site. ``handover``: the three-party handover is its pass; ``final``: the owner's acceptance is.

    ``parties``: who must confirm that they come, owner or slots of the project; ``third_party``: the supervisor from
    outside is told; ``instalment``: the payment it makes due; ``visit``: as what kind of appointment it is made.
    """

    code: str
    label: Promise | str
    handover: bool = False
    final: bool = False
    third_party: bool = False
    instalment: int | None = None
    parties: tuple[str, ...] = ("owner", "inspector")
    visit: str = "inspection"


ALL_THREE = ("owner", "designer", "inspector")


SEVEN = (
    Node("we_handover", _("水电交底"), handover=True, parties=ALL_THREE, visit="handover"),
    Node("we_material", _("水电材料验收"), visit="material"),
    Node("we_accepted", _("水电验收+木工交底"), third_party=True, instalment=2, parties=ALL_THREE),
    Node("mc_material", _("木瓦材料验收"), visit="material"),
    Node("mc_accepted", _("木瓦验收+油工交底"), third_party=True, instalment=3, parties=ALL_THREE),
    Node("paint_material", _("油工材料验收"), visit="material"),
    Node("final", _("竣工验收"), final=True, third_party=True, instalment=4, parties=ALL_THREE),
)
SIX = (
    Node("water_electric", _("水电"), third_party=True, instalment=2, parties=ALL_THREE),
    Node("waterproofing", _("防水")),
    Node("carpentry", _("木工")),
    Node("masonry", _("瓦工"), third_party=True, instalment=3, parties=ALL_THREE),
    Node("paint", _("油漆")),
    Node("completion", _("竣工"), final=True, third_party=True, instalment=4, parties=ALL_THREE),
)
SHIPPED_NODE_SETS: dict[str, tuple[Node, ...]] = {"seven": SEVEN, "six": SIX}


def node_sets() -> dict[str, tuple[Node, ...]]:
    """The shipped sets and the firm's own; a set that projects use is never taken away."""
    own: dict[str, list[dict[str, Any]]] = firm_settings.get("projects.own_node_sets")
    return SHIPPED_NODE_SETS | {code: tuple(Node(**node) for node in nodes) for code, nodes in own.items()}


def nodes_of(node_set: str) -> tuple[Node, ...]:
    """The nodes of one set; a shipped one costs no query."""
    return SHIPPED_NODE_SETS.get(node_set) or node_sets()[node_set]


def find_node(nodes: Iterable[Node], code: str) -> Node | None:
    return next((node for node in nodes if node.code == code), None)


def place_of(nodes: tuple[Node, ...], code: str) -> int:
    """How many nodes lie before this one; all of them are passed once a site stands at it."""
    return next((at for at, node in enumerate(nodes) if node.code == code), 0)


def node_ahead(node_set: str, phase: str, node: str) -> Node | None:
    """The node a site is to be confirmed for next: the handover before it begins, then the one it stands at."""
    nodes = nodes_of(node_set)
    if phase == Phase.HANDOVER and nodes[0].handover:
        return nodes[0]
    return find_node(nodes, node) if phase == Phase.INSPECTIONS else None
