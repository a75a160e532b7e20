"""Real servers, named in the environment; a missing name stops the start with a sentence."""

from django.core.exceptions import ImproperlyConfigured

from config.env import env
from config.settings.base import *  # noqa: F403 - settings modules are read as one

for _name in ("SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL", "MEDIA_ROOT"):
    if not env(_name, default=""):
        raise ImproperlyConfigured(f"Set {_name} in the environment; .env.example says what it is.")
