"""Django's settings for running. Importing them starts nothing: the database is chosen at the first connection."""

from __future__ import annotations

from pathlib import Path

from regulars.settings.env import read_environment, secret_key

ENVIRONMENT = read_environment()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = secret_key(ENVIRONMENT.home)
DEBUG = False
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.public_url]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "regulars.interfaces.urls"
AUTH_USER_MODEL = "access.Operator"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_cotton",
    # Before allauth: our pages take the place of its own.
    "regulars.interfaces.web",
    "regulars.interfaces.api",
    "regulars.interfaces.console",
    "regulars.interfaces.portal",
    "allauth",
    "allauth.account",
    "procrastinate.contrib.django",
    "regulars.database",
    "regulars.domain.access",
    "regulars.domain.audit",
    "regulars.domain.ledger",
    "regulars.domain.adjustments",
    "regulars.domain.transfers",
    "regulars.domain.stored_value",
    "regulars.domain.gift_cards",
    "regulars.domain.merges",
    "regulars.domain.notices",
    "regulars.domain.objectives",
    "regulars.domain.members",
    "regulars.domain.events",
    "regulars.domain.households",
    "regulars.domain.tallies",
    "regulars.domain.campaigns",
    "regulars.domain.challenges",
    "regulars.domain.tiers",
    "regulars.domain.rewards",
    "regulars.domain.audiences",
    "regulars.domain.backtests",
    "regulars.domain.tunings",
    "regulars.domain.programmes",
    "regulars.domain.messaging",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "regulars.interfaces.web.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "regulars.interfaces.web.appearance.appearance",
            ],
        },
    }
]

# A component sees its own attributes and what the context processors give, never its caller's variables.
COTTON_ISOLATE_BY_DEFAULT = True

DATABASES = {"default": {"ENGINE": "regulars.database.backend", "NAME": "regulars", "CONN_MAX_AGE": 60}}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "regulars.interfaces.console.signin.adapter.ByInvitation"
LOGIN_URL = "/console/sign-in/"
LOGIN_REDIRECT_URL = "/console/"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("tr", "Türkçe"), ("ar", "العربية")]
LOCALE_PATHS = [PACKAGE / "interfaces" / "web" / "locale"]
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.home / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000

# The largest body that the API takes: 500 events with all their lines.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.secure_cookies
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Without a mail server, messages are printed where the program runs: on one's own machine that is where one looks.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if ENVIRONMENT.mail_host else 'console'}.EmailBackend"
EMAIL_HOST, _, _port = ENVIRONMENT.mail_host.partition(":")
EMAIL_PORT = int(_port or 25)
EMAIL_TIMEOUT = 10

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # A refusal is an answer, not an incident: 4xx are not logged.
    "loggers": {"django.request": {"level": "ERROR"}},
}
