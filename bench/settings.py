"""As production, on a world of ``bench.world``; throttles are counted but never close, and every floor has its address."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.prod import *  # noqa: F403 - settings modules are read as one
from config.settings.prod import API_THROTTLE_RATES, BASE_DIR, CACHES, DATABASES, MIDDLEWARE, TEMPLATES

for _alias in DATABASES.values():
    if not str(_alias["NAME"]).startswith("bench"):
        raise ImproperlyConfigured(
            f"{_alias['NAME']} is no bench database: nothing is measured in somebody's own."
        )

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.counting.count_statements", *MIDDLEWARE]
API_THROTTLE_RATES = dict.fromkeys(API_THROTTLE_RATES, "1000000/s")
CACHES["default"]["KEY_PREFIX"] = str(DATABASES["default"]["NAME"])
TEMPLATES = [{**TEMPLATES[0], "DIRS": [BASE_DIR / "templates", BASE_DIR / "bench" / "templates"]}]
