"""`python -m bench.hot [--size small|large]`: write bench/plans anew. `--check`: only look for what is read for nothing."""

import sys
from argparse import ArgumentParser

from bench.hot import ReadsForNothing, check_plans, write_plans
from bench.world import NotABench, open_world
from bench.world.shape import SIZES
from config.embedded.errors import EmbeddedError


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--scale", type=float, default=1.0, help="0.1: a tenth of everything")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    try:
        world = open_world(asked.size, scale=asked.scale)
        (check_plans if asked.check else write_plans)(world)
    except (NotABench, EmbeddedError, ReadsForNothing) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
