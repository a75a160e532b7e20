"""What a measure stands at; 0 where it has never moved."""

from prometheus_client import REGISTRY


def reading(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def scraped(text: str) -> dict[str, float]:
    """``{'juan_due_firms{queue="outbox"}': 1.0}``: every line of an answer of /metrics."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}
