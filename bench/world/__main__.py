"""`python -m bench.world --size small|large`: make a world, or find that it is there."""

import sys
from argparse import ArgumentParser

from bench.world import NotABench, open_world
from bench.world.shape import SIZES
from config.embedded.errors import EmbeddedError


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--firms", type=int)
    parser.add_argument("--customers", type=int, help="of the first firm")
    parser.add_argument("--scale", type=float, default=1.0, help="0.1: a tenth of everything")
    parser.add_argument("--seed", type=int, default=1)
    asked = vars(parser.parse_args())
    try:
        world = open_world(asked.pop("size"), **asked)
    except (NotABench, EmbeddedError) as problem:
        sys.exit(str(problem))
    print(f"{world.name}: {world.place.database}, fingerprint {world.fingerprint}")
    for name, number in world.all_counts.items():
        print(f"  {name:<24}{number:>12,}{world.counts.get(name, 0):>12,} in {world.firm_code}")


if __name__ == "__main__":
    main()
