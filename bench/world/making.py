"""`python -m bench.world.making '{"size": …}'`: what ``open_world`` runs where a world is missing.

A process of its own, whose environment names an empty database: the settings read it.
"""

import json
import sys

import django

from bench.world.shape import Shape


def main() -> None:
    django.setup()
    from bench.world import everything  # noqa: PLC0415 - its models need the settings

    everything.make(Shape(**json.loads(sys.argv[1])))


if __name__ == "__main__":
    main()
