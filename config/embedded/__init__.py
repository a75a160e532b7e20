"""PostgreSQL and Redis from Python wheels, on private sockets, for machines that have neither.

Whoever needs the servers enters ``servers()``; the last one out stops them. Production never comes
here: it names its servers in DATABASE_URL and REDIS_URL.
"""

from config.embedded.servers import Servers, servers

__all__ = ["Servers", "servers"]
