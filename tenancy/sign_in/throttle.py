"""How often one may guess, counted in PostgreSQL so that it holds while Redis is down.

Two buckets of ten failed tries in fifteen minutes: this account from this network, and this network. A stranger
elsewhere can therefore never lock somebody out; and where somebody has signed in before, a stranger in the same
network cannot either, for such a pair is only held to its own ten.
"""

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from tenancy.models import SignInBucket

TRIES = 10
CODE_TRIES = 30
WINDOW = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=30)

_TAKE = """
    INSERT INTO tenancy_signinbucket AS b (key, tried_at, changed_at) VALUES (%(key)s, ARRAY[%(now)s], %(now)s)
    ON CONFLICT (key) DO UPDATE SET
        tried_at = ARRAY(SELECT t FROM unnest(b.tried_at) t WHERE t > %(since)s) || %(now)s::timestamptz,
        changed_at = %(now)s
    WHERE (SELECT count(*) FROM unnest(b.tried_at) t WHERE t > %(since)s) < %(tries)s
    RETURNING 1
"""
_GIVE_BACK = """
    UPDATE tenancy_signinbucket SET tried_at = array_remove(tried_at, %(now)s), changed_at = %(now)s WHERE key = %(key)s
"""


@dataclass(frozen=True)
class Try:
    """One attempt that was let through; ``succeeded`` gives it back."""

    pair: str
    buckets: tuple[str, ...]
    at: datetime

    def succeeded(self) -> None:
        """Only failures count, and the account is known in this network from now on."""
        with connection.cursor() as cursor:
            for key in self.buckets:
                cursor.execute(_GIVE_BACK, {"key": key, "now": self.at})
        SignInBucket.objects.filter(key=self.pair).update(succeeded_at=self.at)


def admit(account: str, ip: str) -> Try | None:
    """Count a try to sign in before looking at the password; None when there have been too many."""
    network = network_of(ip)
    pair = _key("account", account.casefold(), network)
    buckets = (pair,) if _is_known(pair) else (pair, _key("network", network))
    return _admit(pair, dict.fromkeys(buckets, TRIES))


def admit_code(user_id: object, ip: str) -> Try | None:
    """Count a try of a second factor: six digits would not stand thirty networks of ten tries each for long.

    Whoever gets here knows the password, so the bound over all networks is nothing a stranger can fill.
    """
    pair = _key("code", str(user_id), network_of(ip))
    return _admit(pair, {pair: TRIES, _key("codes", str(user_id)): CODE_TRIES})


def network_of(ip: str) -> str:
    """The /24 of an IPv4 address, the /56 of an IPv6 one: what one household or office usually has."""
    address = ipaddress.ip_address(ip or "0.0.0.0")  # noqa: S104 - a unix socket has no address
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 56}", strict=False))


def forget_old(now: datetime) -> int:
    """Housekeeping: buckets nobody has touched since they stopped to matter."""
    return SignInBucket.objects.filter(changed_at__lt=now - KNOWN_FOR).delete()[0]


def _admit(pair: str, limits: dict[str, int]) -> Try | None:
    now = timezone.now()
    with connection.cursor() as cursor:
        for key, tries in limits.items():
            cursor.execute(_TAKE, {"key": key, "now": now, "since": now - WINDOW, "tries": tries})
            if cursor.fetchone() is None:
                return None
    return Try(pair, tuple(limits), now)


def _is_known(pair: str) -> bool:
    bucket = SignInBucket.objects.filter(key=pair).first()
    return bucket is not None and bucket.is_known(since=timezone.now() - KNOWN_FOR)


def _key(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()
