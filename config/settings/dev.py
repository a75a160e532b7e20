"""`bin/up` and `bin/manage`: as production behaves, with embedded servers and readable logs.

Everything that is not in the environment comes from the state folder, so a second checkout is a second world.
"""

from config import sockets
from config.embedded import state
from config.env import env
from config.settings.base import *  # noqa: F403 - settings modules are read as one
from config.settings.base import CACHE_URL, CACHES, DATABASES, LOGGING, SECRET_KEY, TEMPLATES

STATE = state.passable_folder(state.state_folder())
SECRET_KEY = SECRET_KEY or state.kept_secret(STATE)
DEBUG = env.bool("DEBUG", default=False)
STATIC_ROOT = env("STATIC_ROOT", default=str(STATE / "static"))
MEDIA_ROOT = env("MEDIA_ROOT", default=str(STATE / "media"))
if DEBUG:
    TEMPLATES[0]["BACKEND"] = "config.server_timing.TimedTemplates"
LOGGING = LOGGING | {"readable": env.bool("LOG_READABLE", default=True)}

for _alias in DATABASES.values():
    _alias["HOST"] = _alias["HOST"] or str(STATE / "pg")
if not env("REDIS_URL", default=""):
    REDIS_URL = f"unix://{STATE}/redis/redis.sock?db=0"
    CELERY_BROKER_URL = sockets.celery_url(REDIS_URL)
    CACHES["default"]["LOCATION"] = CACHE_URL or sockets.next_database(REDIS_URL)
