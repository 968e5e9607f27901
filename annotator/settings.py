"""One settings file; everything that differs between machines comes from the environment (see docs/operators.md)."""

from pathlib import Path

import environ
from celery.schedules import schedule
from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

from annotator.admin_look import ADMIN_LOOK

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# As in pyproject.toml; sealed exports name it.
APPLICATION_VERSION = "0.1.0"

# `manage.py dev` sets DEV for the processes it starts; nothing else may turn DEBUG on.
DEV = env.bool("DEV", False)
DEBUG = env.bool("DEBUG", False)
if DEBUG and not DEV:
    raise ImproperlyConfigured("DEBUG works only under `manage.py dev`.")
SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY (50 random characters); `manage.py dev` draws one by itself.")
DATABASE_URL = env.str("DATABASE_URL", "")
REDIS_URL = env.str("REDIS_URL", "")
if not DATABASE_URL or not REDIS_URL:
    raise ImproperlyConfigured(
        "Set both DATABASE_URL and REDIS_URL, or neither to use the embedded services."
    )

HTTPS = env.bool("HTTPS", not DEV)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEV else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var"))).resolve()

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "annotator.accounts",
    "annotator.jobs",
    "taxonomies",
    "annotator.chains",
    "annotator.assignments",
    "annotator.webhooks",
    "annotator.grading",
    "annotator.analysis",
    "annotator.exports",
    "annotator.web",
    "annotator.api",
    "annotator.embedded",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "annotator.web.compression.PageCompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "annotator.accounts.sliding.sliding_sessions",
    "annotator.web.languages.readers_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "annotator.web.admin_csp.AdminPolicyMiddleware",
    "annotator.web.admin_refusals.AdminRefusalsMiddleware",
    "annotator.web.history_context.HistoryContextMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "annotator.urls"
WSGI_APPLICATION = "annotator.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": env.db_url_config(DATABASE_URL)}
DATABASES["default"]["ENGINE"] = "annotator.database"
# A stream keeps its connection while it runs, so the pool is larger than the blocking threads of one process.
WEB_THREADS = env.int("WEB_THREADS", 4)
# A client that reads slowly holds its thread: half of them are left for people.
EXPORTS_AT_ONCE = max(1, WEB_THREADS // 2)
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL", WEB_THREADS + 4), "timeout": 10},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.str("CACHE_URL", "") or REDIS_URL,
        "KEY_PREFIX": "stepmark",
    },
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "annotator.accounts.adapter.ClosedAccountAdapter"
ACCOUNT_FORMS = {"login": "annotator.accounts.forms.SignInForm"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key"}

# A working day, kept alive by working: the session is written at most once an hour (see accounts.sliding).
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "stepmark_session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "stepmark_csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "annotator.web.errors.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 365 * 24 * 60 * 60 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Else the sign-in throttle would count everybody as one visitor, the proxy.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
# The admin's Alpine.js needs eval and inline style; annotator.web.admin_csp puts this policy on /admin/ alone.
ADMIN_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, NONCE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
}

LANGUAGE_CODE = "en"
# In which the pages of annotators are written; the browser or the person chooses.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "annotator" / "locale"]
LANGUAGE_COOKIE_NAME = "stepmark_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = env.str("TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["annotator.formats"]

# Files of snapshots, which web and workers share. boto3 finds the keys of a bucket where it always does: AWS_ACCESS_KEY_ID
# and AWS_SECRET_ACCESS_KEY, a profile, or the role of the machine.
SNAPSHOT_BUCKET = env.str("SNAPSHOT_BUCKET", "")
SNAPSHOT_FILES = {
    "BACKEND": "annotator.exports.snapshots.storages.FolderStorage",
    "OPTIONS": {"location": env.str("SNAPSHOT_DIR", "") or VAR_DIR / "files" / "snapshots"},
}
if SNAPSHOT_BUCKET:
    SNAPSHOT_FILES = {
        "BACKEND": "annotator.exports.snapshots.buckets.BucketStorage",
        "OPTIONS": {
            "bucket_name": SNAPSHOT_BUCKET,
            "location": env.str("SNAPSHOT_BUCKET_FOLDER", ""),
            "endpoint_url": env.str("SNAPSHOT_BUCKET_URL", "") or None,
            "region_name": env.str("SNAPSHOT_BUCKET_REGION", "") or None,
        },
    }

STATIC_URL = "static/"
# Collected, bundled and compressed files, also by `manage.py dev`, which names STATIC_ROOT. Where nothing is collected (in
# tests, and with DEBUG) they are served as they lie in static/.
IS_COLLECTED = not DEBUG and (not DEV or bool(env.str("STATIC_ROOT", "")))
STATIC_ROOT = Path(env.str("STATIC_ROOT", "") or VAR_DIR / "static") if IS_COLLECTED else None
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "annotator.api.schema.assets.DocumentationFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "snapshots": SNAPSHOT_FILES,
    "staticfiles": {
        "BACKEND": "annotator.web.static_files.StaticFilesStorage"
        if IS_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = not IS_COLLECTED
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = VAR_DIR / "files"
IMPORT_DIR = VAR_DIR / "imports"
IMPORT_BYTES_LIMIT = env.int("IMPORT_BYTES_LIMIT", 4 * 1024**3)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
# A taxonomy of 300 labels is one form of more than 3,000 fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["annotator.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "annotator.api.negotiation.OneRepresentation",
    "EXCEPTION_HANDLER": "annotator.api.problems.problem_response",
    "DEFAULT_THROTTLE_CLASSES": ["annotator.api.throttling.TokenThrottle"],
    # `?format=` names an export format here, not one of DRF's renderers.
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
}

# More than a pipeline needs that waits for its snapshots, and less than one that has lost its head.
TOKEN_REQUESTS_PER_MINUTE = env.int("TOKEN_REQUESTS_PER_MINUTE", 600)

# What the API is described by stands in annotator.api.schema; the package draws up the document and checks it.
SPECTACULAR_SETTINGS = {
    "TITLE": "Stepmark",
    "DESCRIPTION": "Labelled reasoning chains, and whether they can be trusted, for programs. Every address that answers GET"
    " answers HEAD too.",
    "VERSION": APPLICATION_VERSION,
    "OAS_VERSION": "3.1.0",
    "DEFAULT_GENERATOR_CLASS": "annotator.api.schema.describing.Generator",
}

CELERY_BROKER_URL = env.str("BROKER_URL", "") or REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 30 * 60
CELERY_TASK_TIME_LIMIT = 35 * 60
# Above the hard limit, or Redis would hand a running task to a second worker.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60 * 60}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
REFRESH_SECONDS = env.float("REFRESH_SECONDS", 60)
# A report on style is one more look at the same question, so it does not follow each grade.
STYLE_REPORT_HOURS = env.float("STYLE_REPORT_HOURS", 6)
CELERY_BEAT_SCHEDULE = {
    "queue waiting imports": {
        "task": "annotator.chains.tasks.queue_waiting_imports",
        "schedule": schedule(30),
    },
    "queue waiting moves": {
        "task": "annotator.grading.tasks.queue_waiting_moves",
        "schedule": schedule(30),
    },
    "queue stale reports": {
        "task": "annotator.analysis.tasks.queue_stale_reports",
        "schedule": schedule(REFRESH_SECONDS),
    },
    "queue stale style reports": {
        "task": "annotator.analysis.tasks.queue_stale_style_reports",
        "schedule": schedule(REFRESH_SECONDS),
    },
    # Each may still wait when the next is due: one is enough.
    "send due webhooks": {
        "task": "annotator.webhooks.tasks.send_due",
        "schedule": schedule(15),
        "options": {"expires": 15},
    },
    "announce finished campaigns": {
        "task": "annotator.webhooks.tasks.announce_finished",
        "schedule": schedule(60),
        "options": {"expires": 60},
    },
    "queue waiting snapshots": {
        "task": "annotator.exports.tasks.queue_waiting_snapshots",
        "schedule": schedule(30),
    },
    "expire leases": {"task": "annotator.assignments.tasks.expire_leases", "schedule": schedule(60)},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
}

UNFOLD = ADMIN_LOOK
