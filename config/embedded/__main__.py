"""`python -m config.embedded …` = `manage.py …` with the embedded servers running meanwhile."""

import os
import sys

from config.embedded import servers
from config.embedded.errors import EmbeddedError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    with servers():
        from django.core.management import execute_from_command_line  # noqa: PLC0415 - settings read the sockets

        execute_from_command_line(["manage.py", *sys.argv[1:]])


if __name__ == "__main__":
    try:
        main()
    except EmbeddedError as problem:
        sys.exit(str(problem))
