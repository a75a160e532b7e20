"""Reading a plan: which firm tables it touches, by which index, and how many rows it reads for nothing."""

from collections.abc import Collection, Iterator
from typing import Any, Final

from django.db import connection

LARGE: Final = 10_000
INDEXED = ("Index Scan", "Index Only Scan", "Bitmap Index Scan")


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def loose(plan: dict[str, Any], tables: Collection[str]) -> list[str]:
    """Where the plan comes to a firm's rows by anything but an index that starts with the firm, and asked for it."""
    return [said for node in nodes(plan) if (said := _how_loose(node, tables))]


def read_for_nothing(plan: dict[str, Any], tables: Collection[str]) -> list[str]:
    """The large firm tables read from end to end, and where more than 10,000 rows were read only to be left out."""
    return [
        said for node in nodes(plan) if node.get("Relation Name") in tables and (said := _how_wasteful(node))
    ]


def reached(plan: dict[str, Any]) -> list[str]:
    """Every index and every scanned table of the plan, each once, in its order."""
    said = [node.get("Index Name") or node.get("Relation Name") for node in nodes(plan)]
    return list(dict.fromkeys(name for name in said if name))


def _how_loose(node: dict[str, Any], tables: Collection[str]) -> str:
    kind, table = node["Node Type"], node.get("Relation Name")
    if kind in INDEXED:
        table, first = _index(node["Index Name"])
        asked = node.get("Index Cond", "nothing")
        if table in tables and (first != "firm_id" or "firm_id" not in asked):
            return f"{table}: {node['Index Name']} starts with {first}, asked for {asked}"
    elif table in tables and kind.endswith("Scan") and kind != "Bitmap Heap Scan":
        return f"{table}: {kind}"
    return ""


def _how_wasteful(node: dict[str, Any]) -> str:
    table = node["Relation Name"]
    rows = _rows_of(table)
    if node["Node Type"] == "Seq Scan" and rows > LARGE:
        return f"{table} from end to end ({rows:,} rows)"
    left_out = round(node.get("Rows Removed by Filter", 0) * node["Actual Loops"])
    return f"{left_out:,} rows of {table} left out" if left_out > LARGE else ""


def _index(name: str) -> tuple[str, str]:
    """The table of an index and the first of its columns."""
    with connection.connection.cursor() as cursor:
        cursor.execute(
            "SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid, 1, true) FROM pg_index"
            " WHERE indexrelid = %s::regclass",
            [name],
        )
        table, first = cursor.fetchone()
        return table, first


def _rows_of(table: str) -> int:
    with connection.connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])
