"""Which inspection node a ledger's word for the work on site names, in each set of nodes."""

from collections.abc import Mapping
from typing import Final

from core.text import squeeze
from projects.phases import Node

BY_SET: Final[Mapping[str, Mapping[str, str]]] = {
    "seven": {
        "水电施工": "we_material",
        "水电验收": "we_accepted",
        "防水": "we_accepted",
        "木瓦": "mc_accepted",
        "油漆阶段": "paint_material",
        "安装收尾": "final",
    },
    "six": {
        "水电施工": "water_electric",
        "水电验收": "water_electric",
        "防水": "waterproofing",
        "木瓦": "carpentry",
        "油漆阶段": "paint",
        "安装收尾": "completion",
    },
}


def node_code(word: str, node_set: str, nodes: tuple[Node, ...]) -> str:
    """The node's code; a firm's own set is searched by the word itself."""
    known = BY_SET.get(node_set, {}).get(word, "")
    if known or not word:
        return known
    return next(
        (node.code for node in nodes if squeeze(str(node.label)) == squeeze(word) or node.code == word), ""
    )
