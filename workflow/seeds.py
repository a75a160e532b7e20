"""The requirements of the seed documents that a rule must answer: what ``manage.py playbook coverage`` counts against."""

from collections.abc import Iterator
from typing import Final

_TIMED: Final = """
    L-07 L-08 L-14
    D-03 D-06 D-07 D-09 D-13 D-14
    K-01 K-04 K-06 K-08
    H-01 H-02 H-03 H-13
    V-01..V-10 V-12
    O-01 O-03 O-05 O-07..O-11
    C-01 C-02 C-04..C-16 C-18 C-26
    F-04..F-10
    W-01..W-06 W-08 W-09 W-11..W-14 W-16 W-17
    P-03..P-06 P-10 P-14 P-15 P-16 P-18 P-19
    G-01..G-06 G-08 G-09 G-10 G-13
    B-13 B-14 B-15 B-17 B-18
    S-10
"""


def _written_out() -> Iterator[str]:
    for word in _TIMED.split():
        first, _dots, last = word.partition("..")
        group, number = first.split("-")
        for each in range(int(number), int(last.split("-")[1]) + 1 if last else int(number) + 1):
            yield f"{group}-{each:02d}"


TIMED: Final = tuple(_written_out())
