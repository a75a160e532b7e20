"""`bin/test`: pytest over what the arguments name, and a last line that says what could not run."""

import os
import shutil
import subprocess
import sys

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PARALLEL = ("-n", "2", "--dist", "worksteal")


def main() -> int:
    arguments = [argument for argument in sys.argv[1:] if argument != "--long"]
    if "--long" in sys.argv:
        os.environ["JUAN_LONG"] = "1"
    status = subprocess.run(
        [sys.executable, "-m", "pytest", *_parallel(arguments), *arguments], check=False
    ).returncode
    return status or _browser_tests()


def _parallel(arguments: list[str]) -> tuple[str, ...]:
    """Two workers, unless somebody looks at single tests or says otherwise."""
    named = any(
        argument.startswith(("-n", "--numprocesses", "--pdb")) or "::" in argument for argument in arguments
    )
    return () if named else PARALLEL


def _browser_tests() -> int:
    if any(map(shutil.which, CHROMIUM)):
        return 0
    print("browser tests not run: install chromium (on Debian: apt-get install chromium)")  # noqa: T201 - the last line
    return 1 if os.environ.get("CI") == "1" else 0


if __name__ == "__main__":
    sys.exit(main())
