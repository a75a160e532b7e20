"""No cache entry without its firm."""

from tenancy.scoping import firm_in_scope


def make_key(key: str, key_prefix: str, version: int) -> str:
    """``f:7:…`` inside a firm's scope, ``g:…`` outside: two firms can never read one another's entry."""
    firm_id = firm_in_scope()
    owner = "g" if firm_id is None else f"f:{firm_id}"
    return f"{owner}:{key_prefix}:{version}:{key}"
