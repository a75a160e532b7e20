"""API keys: ``jk_<prefix>_<secret>``, shown once, kept as SHA-256."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from tenancy.models import ApiKeyIndex, Firm

SCHEME = "Bearer "
MARK = "jk"


@dataclass(frozen=True)
class FoundKey:
    prefix: str
    firm: Firm


def make() -> tuple[str, str, str]:
    """``(key, prefix, digest)``: only the first is secret, and only its owner ever sees it."""
    prefix, secret = secrets.token_hex(5), secrets.token_urlsafe(32)
    key = f"{MARK}_{prefix}_{secret}"
    return key, prefix, digest(key)


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def find(header: str) -> FoundKey | None:
    """Look a key up by its prefix and compare in constant time. None for anything that is not a living key."""
    key = header.removeprefix(SCHEME).strip()
    parts = key.split("_", 2)
    if not header.startswith(SCHEME) or len(parts) != 3 or parts[0] != MARK:
        return None
    index = (
        ApiKeyIndex.objects.select_related("firm")
        .filter(prefix=parts[1], is_revoked=False, firm__state=Firm.State.ACTIVE)
        .first()
    )
    if index is None or not hmac.compare_digest(index.digest, digest(key)):
        return None
    return FoundKey(index.prefix, index.firm)
