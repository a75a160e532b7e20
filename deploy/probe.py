"""`python deploy/probe.py`: exit 0 when this container's web server answers. The image has no curl."""

import os
import sys
from urllib.request import Request, urlopen


def main() -> int:
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
    asked = Request("http://127.0.0.1:8000/healthz", headers={"Host": host})
    with urlopen(asked, timeout=4) as answer:  # noqa: S310 - a fixed address
        return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
