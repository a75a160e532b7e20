"""Where the embedded servers keep their files, and the account that runs them."""

import hashlib
import os
import pwd
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from config.embedded.errors import EmbeddedError

CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST_FOLDER = 60  # a unix socket's path ends at 107 bytes and must still hold "/pg/.s.PGSQL.5432.lock"
SERVER_ACCOUNTS = ("postgres", "nobody")


def state_folder(checkout: Path = CHECKOUT) -> Path:
    """The folder of `bin/up`: in the checkout where a server can live there, else under /var/tmp."""
    return _chosen(os.environ.get("JUAN_STATE"), checkout, suffix="")


def state_folder_of_tests(checkout: Path = CHECKOUT) -> Path:
    """Its twin for tests, so that a test run never meets the data somebody is working with."""
    return _chosen(os.environ.get("JUAN_TEST_STATE"), checkout, suffix="-test")


def state_folder_of_bench(checkout: Path = CHECKOUT) -> Path:
    """And for the worlds that are measured: they are made in minutes and kept."""
    return _chosen(os.environ.get("JUAN_BENCH_STATE"), checkout, suffix="-bench")


def _chosen(override: str | None, checkout: Path, *, suffix: str) -> Path:
    if override:
        return _short_enough(Path(override).expanduser().absolute())
    inside = checkout / f".state{suffix}"
    if len(bytes(inside)) <= LONGEST_FOLDER and _account_can_traverse(checkout):
        return inside
    digest = hashlib.sha256(bytes(checkout)).hexdigest()[:8]
    return Path(f"/var/tmp/juan-{os.getuid()}-{digest}{suffix}")  # noqa: S108 - refused unless it is ours


def _short_enough(folder: Path) -> Path:
    if len(bytes(folder)) > LONGEST_FOLDER:
        raise EmbeddedError(f"{folder} is too long for a unix socket; choose a path of at most 60 bytes.")
    return folder


def server_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so root lends it an account that owns nothing; others use their own."""
    if os.geteuid() != 0:
        return None
    for name in SERVER_ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError(
        "PostgreSQL cannot run as root and there is no account 'postgres' or 'nobody'; add one."
    )


def _account_can_traverse(folder: Path) -> bool:
    """Whether the account can pass through every folder on the way; ordinary users are that account themselves."""
    if server_account() is None:
        return os.access(folder, os.W_OK | os.X_OK)
    return all(stat.S_IMODE(part.stat().st_mode) & stat.S_IXOTH for part in (folder, *folder.parents))


def private_folder(folder: Path, *, account: pwd.struct_passwd | None = None) -> Path:
    """Make a folder nobody else may enter. The servers trust whoever reaches their socket: the folder is the lock."""
    folder.mkdir(parents=True, exist_ok=True)
    owner = account.pw_uid if account else os.geteuid()
    found = folder.lstat()
    if stat.S_ISLNK(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
        raise EmbeddedError(
            f"{folder} belongs to somebody else; remove it or set JUAN_STATE to another folder."
        )
    folder.chmod(0o700)
    if account and found.st_uid != owner:
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def passable_folder(folder: Path) -> Path:
    """The state folder itself: ours, unreadable to others, but the server account may pass through to its own."""
    folder.mkdir(parents=True, exist_ok=True)
    found = folder.lstat()
    if stat.S_ISLNK(found.st_mode) or found.st_uid != os.geteuid():
        raise EmbeddedError(
            f"{folder} belongs to somebody else; remove it or set JUAN_STATE to another folder."
        )
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder


def kept_secret(folder: Path) -> str:
    """A signing key made once, so that people stay signed in over a restart. Whoever links it first wins."""
    kept = folder / "secret_key"
    if not kept.exists():
        draft = folder / f"secret_key.{os.getpid()}"
        draft.touch(0o600)
        draft.write_text(secrets.token_urlsafe(64))
        with suppress(FileExistsError):
            os.link(draft, kept)
        draft.unlink()
    return kept.read_text().strip()
