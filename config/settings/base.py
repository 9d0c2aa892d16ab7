"""Settings shared by all environments. Deployments differ by environment variables (see docs/operations.md)."""

from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_lazy as _

import config.celery  # noqa: F401 - the application of shared tasks is loaded with the settings
from config.settings.accounts import *
from config.settings.accounts import OIDC_ORIGINS
from config.settings.city import time_zone_of
from config.settings.environment import database, env
from config.settings.logs import LOGGING  # noqa: F401 - a setting
from config.settings.media import *
from config.settings.media import media_storage
from config.settings.queue import *
from config.settings.watching import *

BASE_DIR = Path(__file__).resolve().parents[2]
# Directory of all files written at run time: database, media, collected static files, demonstration mail.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

# City of the site: names, communes, districts, time zone (docs/another-city.md).
CITY_FILE = env.str("CITY_FILE", default=str(BASE_DIR / "config" / "cities" / "strasbourg.toml"))

DEBUG = False

INSTALLED_APPS = [
    "demo",
    "home",
    "auditlog",
    "decidim",
    "operations",
    "digests",
    "indicators",
    "fieldwork",
    "inclusion",
    "participation",
    "veille",
    "committee",
    "polls",
    "accounts",
    "cms",
    "mailing",
    "common",
    "wagtail_modeladmin",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.apps.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "cms.apps.AdminConfig",
    "wagtail",
    "modelsearch",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "django.forms",
]

MIDDLEWARE = [
    "common.middleware.RequestIdMiddleware",
    "operations.middleware.FiguresMiddleware",
    "common.middleware.UnreadBodyMiddleware",
    "common.middleware.BrowserRightsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "common.middleware.AdminContentPolicyMiddleware",
    "common.middleware.CachePolicyMiddleware",
    "operations.middleware.SchemaMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "cms.middleware.LocalSiteMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "auditlog.middleware.AuditMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.middleware.KeptFormMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cms.middleware.MissingAddressMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "common.middleware.MediaUnavailableMiddleware",
    "common.middleware.NullCharacterMiddleware",
    "common.middleware.UnreadableValueMiddleware",
    "cms.admin.visibility.SeenInAdminMiddleware",
    "cms.admin.kept.RefusedDeletionMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cms.context_processors.site",
                "common.themes.theme",
            ],
            "builtins": ["common.templatetags.typography"],
        },
    },
]
FORM_RENDERER = "common.forms.ComponentRenderer"

DATABASES = {"default": database(f"sqlite:///{VAR_DIR / 'comite.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # One writer at a time, which takes its lock when the transaction starts; readers are never blocked. Deleted content
    # is overwritten: otherwise personal data would stay in the free pages of the file after an erasure.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    # Reports an unreachable server after 5 s instead of the network timeout.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# allauth's rate limits must hold when Redis is down, so the default cache is the database (common.caches). Wagtail's
# `renditions` cache would write four rows per picture of a page: it is kept in the process, for a minute.
CACHES = {
    "default": {"BACKEND": "common.caches.SharedCache", "LOCATION": "cache_table"},
    "renditions": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "renditions", "TIMEOUT": 60},
    # Per-process cache, for a minute, of data that every page needs and that rarely changes: the site, its
    # configuration, and cards of lists of 1–2 kB each, of which the least recently used are evicted.
    "local": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "local",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 3_000},
    },
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
# Dates in fields are displayed in French, and parsed as such or as ISO: `config/formats/fr/formats.py`.
FORMAT_MODULE_PATH = "config.formats"
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
TIME_ZONE = time_zone_of(Path(CITY_FILE))
USE_I18N = True
USE_TZ = True

# List of erased accounts, as keyed hashes: outside of the database, so that they are erased again after a restore.
ERASURES_DIR = VAR_DIR / "erasures"
# Error pages that a proxy serves while the site does not answer, if the directory exists.
ERROR_PAGES_DIR = Path(env.str("ERROR_PAGES_DIR", default=str(VAR_DIR / "error-pages")))

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_FINDERS = [
    "common.stylesheet.StylesheetFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": media_storage(),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

CSRF_FAILURE_VIEW = "common.views.csrf_failure"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Browser features that no page uses, switched off also for injected scripts. Only names that browsers know: an unknown
# name causes a message in the console.
PERMISSIONS_POLICY = ", ".join(
    f"{power}=()"
    for power in (
        *(
            "accelerometer",
            "autoplay",
            "browsing-topics",
            "camera",
            "display-capture",
            "geolocation",
            "gyroscope",
            "hid",
        ),
        *("local-fonts", "magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking"),
    )
)

# One policy for the public site, without nonce, so that pages stay cacheable. Wagtail's admin still has inline scripts:
# it has a looser policy, under its path only (see common.middleware.AdminContentPolicyMiddleware).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", *OIDC_ORIGINS],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "report-uri": ["/rapport-csp/"],
    }
}
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "frame-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'self'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
    "report-uri": ["/rapport-csp/"],
}

# Key of hashes of personal data that outlive any SECRET_KEY (common.hashing). "": derived from SECRET_KEY.
HASH_KEY = env.str("HASH_KEY", default="")
HASH_KEY_FALLBACKS = env.list("HASH_KEY_FALLBACKS", default=[])

WAGTAIL_SITE_NAME = "Comité des usagers du numérique"
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = [("fr", "Français")]
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
# No finder: Wagtail embeds nothing and so sends no request. Web requests never call other servers (docs/security.md).
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# Mails about comments between editors look like the others: templates/wagtailadmin/notifications.
WAGTAILADMIN_NOTIFICATION_USE_HTML = True
# Slugs are ASCII.
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILIMAGES_IMAGE_MODEL = "cms.CustomImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.forms.PictureForm"
WAGTAILDOCS_DOCUMENT_MODEL = "cms.CustomDocument"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 8 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
# Qualities at which compression is not visible at display size, so that pages with pictures stay light.
WAGTAILIMAGES_AVIF_QUALITY = 50
WAGTAILIMAGES_WEBP_QUALITY = 70
WAGTAILIMAGES_JPEG_QUALITY = 75
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_EXTENSIONS = ["pdf", "odt", "ods", "docx", "xlsx", "csv", "ics"]
# Largest document in the admin, in bytes. The limit of the proxy is higher (docker/site.conf), so that the site can
# explain the error.
DOCUMENT_MAX_SIZE = 10_000_000
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES = ["application/pdf"]
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
# Wagtail and `modelsearch` (installed under its own name) both read this setting.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    MODELSEARCH_BACKENDS = {"default": {"BACKEND": "common.search.sqlite"}}
else:
    MODELSEARCH_BACKENDS = {"default": {"BACKEND": "common.search.postgres", "SEARCH_CONFIG": "french_unaccent"}}
TAGGIT_CASE_INSENSITIVE = True

# Number of consecutive sessions without anybody on a seat after which the coordinator is notified.
ABSENCES_BEFORE_ALERT = env.int("ABSENCES_BEFORE_ALERT", default=3)

# A text submitted in fewer seconds after its page was displayed is taken for spam. 0: no check.
FORM_MINIMUM_SECONDS = env.int("FORM_MINIMUM_SECONDS", default=3)

# URL of the site without a trailing slash, from which links in e-mails and feeds are built.
BASE_URL = env.str("BASE_URL", default="http://localhost:8000").rstrip("/")
WAGTAILADMIN_BASE_URL = BASE_URL

# Mail. Every mail is first stored as a row of the outbox; the worker sends it with this transport.
EMAIL_BACKEND = "mailing.backends.OutboxBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Comité des usagers du numérique <lettre@comite.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = 30
# Time for which a row is reserved for the worker that took it; longer than one SMTP dialogue (`mailing.queue`).
MAIL_LEASE = timedelta(minutes=5)
MAILING_TRANSPORT = "mailing.transports.SMTPTransport"
# Bounce address, with a placeholder for a token: `retours+{token}@ville.example`. "": the sender.
MAIL_BOUNCE_ADDRESS = env.str("MAIL_BOUNCE_ADDRESS", default="")
# Address for unsubscribe mails (List-Unsubscribe), in the same form and the same mailbox.
MAIL_UNSUBSCRIBE_ADDRESS = env.str("MAIL_UNSUBSCRIBE_ADDRESS", default="")
# Mailbox of both: `pop3s://name:password@host`, or imaps. Polled every MAIL_INBOX_MINUTES.
MAIL_INBOX_URL = env.str("MAIL_INBOX_URL", default="")
MAIL_INBOX_MINUTES = env.int("MAIL_INBOX_MINUTES", default=5)
# Mails per minute and sender process; 0: no limit.
MAIL_PER_MINUTE = env.int("MAIL_PER_MINUTE", default=0)
# DKIM selector in the DNS, for `check_mail_dns`.
MAIL_DKIM_SELECTOR = env.str("MAIL_DKIM_SELECTOR", default="")
# Mail is sent only if the database holds the same identity (mailing.identity): a copy at another URL sends nothing.
MAIL_IDENTITY = env.str("MAIL_IDENTITY", default=BASE_URL)
# Directory to which the mailbox transport writes and from which /courriels/ reads; None: no such page.
MAILBOX_DIR: Path | None = None

# `/composants/` displays each component in all its states, for designers and for the tests.
COMPONENTS_PAGE = False

# Labels every page as invented content; set by the demonstration.
DEMONSTRATION = False
# An empty site, to try the setup: `make run EMPTY=1` creates an administrator and prints the password.
EMPTY_SITE = False
