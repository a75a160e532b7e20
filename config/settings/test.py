"""Tests: cheap passwords, nothing leaves the process, the throw-away cluster of tests/plugins/cluster.py."""

from config.settings.base import *  # noqa: F403 - settings modules are read as one
from config.settings.base import INSTALLED_APPS, MIDDLEWARE, STORAGES

SECRET_KEY = "for-tests-only-and-therefore-public-0123456789abcdef"  # noqa: S105 - guards nothing
ALLOWED_HOSTS = ["*"]
PUBLIC_URL = "http://testserver"
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "KEY_FUNCTION": "tenancy.cache.make_key",
    }
}
FIGURES_SECONDS = 0  # a page costs the same the first time and the second; tests of keeping them say so
CELERY_BROKER_URL = "memory://"
NESTED_FIRM_SCOPES = True  # a test stands in one firm and looks into another
SIGN_IN_FLOOR_SECONDS = 0
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True  # browser tests get our files without collecting them
