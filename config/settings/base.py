"""Settings every environment shares. What differs is read from the environment; see .env.example."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config import sockets
from config.env import env
from config.settings.accounts import *  # noqa: F403 - settings modules are read as one

BASE_DIR = Path(__file__).resolve().parents[2]

SECRET_KEY = env("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
PUBLIC_URL = env("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
HTTPS = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "config",
    "tenancy",  # before django.core: its migrate and flush speak as the owner
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "config.apps.StaticFiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "django_fsm",
    "csp",
    "core",
    "files",
    "workflow",
    "notifications",
    "crm",
    "projects",
    "aftersales",
    "complaints",
    "workspace",
    "portal",
]

MIDDLEWARE = [
    "config.middleware.proxy_address",
    "config.middleware.request_record",
    "config.middleware.BusyAnswer",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.toasts.HtmxToasts",
    "allauth.account.middleware.AccountMiddleware",
    "tenancy.middleware.FirmScopeMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
PUBLIC_VIEWS = {
    "api:schema",
    "api:docs",
}  # views of other packages that anybody may see; ours say so themselves
AUTH_USER_MODEL = "tenancy.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "workspace.context.shell",
            ],
            "builtins": ["core.templatetags.ui", "django.templatetags.i18n"],
        },
    }
]

# Two names for one database: web and workers speak as a role that owns nothing; only the owner migrates.
# Without DATABASE_OWNER_URL nobody migrates: the owner's password has no business in a web server's environment.
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default="postgres://crm_app@/crm"),
    "owner": env.db_url(
        "DATABASE_OWNER_URL", default=env("DATABASE_URL", default="postgres://crm_owner@/crm")
    ),
}
for _alias in DATABASES.values():
    _alias["ENGINE"] = "tenancy.backend"
    _alias["HOST"] = _alias.get("HOST") or env("PGHOST_DIR", default="")
    _alias["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    _alias["CONN_HEALTH_CHECKS"] = True
    _alias["DISABLE_SERVER_SIDE_CURSORS"] = True  # PgBouncer in transaction mode cannot carry them
DATABASES["default"]["OPTIONS"] = sockets.session_options(
    statement_timeout=env.int("DATABASE_STATEMENT_TIMEOUT_MS", default=30_000),
    lock_timeout=10_000,
    idle_in_transaction_session_timeout=120_000,
)
DATABASES["owner"]["OPTIONS"] = sockets.session_options(lock_timeout=10_000)
DATABASE_ROUTERS = ["tenancy.routers.OwnerMigrates"]

REDIS_URL = env("REDIS_URL", default="redis://localhost:6379/0")
CACHE_URL = env("CACHE_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL or sockets.next_database(REDIS_URL),
        "KEY_FUNCTION": "tenancy.cache.make_key",
        "TIMEOUT": 300,
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
}

FIGURES_SECONDS = 15  # how long the figures of the sidebar are shown before they are counted again

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"  # how screens show time; the database keeps UTC

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
MEDIA_ROOT = env("MEDIA_ROOT", default=str(BASE_DIR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.storage.HashedStaticFiles"},
}

# Cookies are shared by all ports of a host: without https the port in the name keeps two checkouts apart.
_cookie_prefix = "__Host-" if HTTPS else f"p{urlsplit(PUBLIC_URL).port or 80}-"
SESSION_COOKIE_NAME = f"{_cookie_prefix}session"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = f"{_cookie_prefix}csrf"
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked by the machine itself, without TLS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
TRUST_PROXY_HEADERS = env.bool("TRUST_PROXY_HEADERS", default=False)
if TRUST_PROXY_HEADERS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# No inline script or style anywhere; a page that needs more decorates its own view.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "report-uri": ["/csp/"],
    }
}
METRICS_TOKEN = env("METRICS_TOKEN", default="")
SLOW_QUERY_MS = env.int("SLOW_QUERY_MS", default=200)
LOGGING_CONFIG = "config.logs.configure"
LOGGING = {"readable": env.bool("LOG_READABLE", default=False), "level": env("LOG_LEVEL", default="INFO")}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tenancy.api.authentication.MemberAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["tenancy.api.permissions.IsMember"],
    "DEFAULT_THROTTLE_CLASSES": ["tenancy.api.throttles.ReadThrottle", "tenancy.api.throttles.WriteThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.FastJSON"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "core.api.NewestFirst",
    "DEFAULT_FILTER_BACKENDS": ["tenancy.api.filters.FirmFilters"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "居安 CRM API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "PhaseEnum": "projects.phases.Phase",
        "AppointmentKindEnum": "projects.models.appointment.Appointment.Kind",
        "ContactKindEnum": "crm.words.ContactKind",
    },
}

CELERY_BROKER_URL = sockets.celery_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "socket_connect_timeout": 3}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULER = "config.beat.HeartbeatScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 15  # beat shows that it lives at least this often
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": {"task": "config.tasks.heartbeat", "schedule": 15.0, "options": {"expires": 60}},
    "outbox": {"task": "workflow.tasks.sweep_outbox", "schedule": 15.0, "options": {"expires": 60}},
    "clocks": {"task": "workflow.tasks.watch_clocks", "schedule": 15.0, "options": {"expires": 60}},
    "imports": {"task": "workspace.tasks.sweep_imports", "schedule": 30.0, "options": {"expires": 60}},
    "plan": {"task": "workflow.tasks.plan_firms", "schedule": 60.0, "options": {"expires": 300}},
    "tidying": {"task": "tenancy.tasks.tidy_up", "schedule": 86_400.0, "options": {"expires": 3600}},
    "messages": {"task": "notifications.tasks.sweep_messages", "schedule": 15.0, "options": {"expires": 60}},
    "survey": {"task": "config.tasks.survey", "schedule": 60.0, "options": {"expires": 60}},
}

TWILIO_BASE_URL = env(
    "TWILIO_BASE_URL", default=""
)  # `manage.py fake_sms` for trying out; empty is the real one

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
