"""Settings of development and of the demonstration, used by `make run` and by default in `manage.py`."""

from config.settings.base import *
from config.settings.base import BASE_URL, LOGGING, STORAGES, VAR_DIR, env

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="development-only-" + "0" * 48)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
INTERNAL_IPS = ["127.0.0.1"]

# Static files are served from the sources: no `collectstatic` between an edit and the page.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Demonstration accounts have no authenticator (the dashboard says so).
ADMIN_NEEDS_SECOND_FACTOR = False
# The audit log has its screen in the admin; loading the demonstration would print thousands of lines.
LOGGING["loggers"]["audit"]["level"] = "CRITICAL"

COMPONENTS_PAGE = DEBUG
EMPTY_SITE = env.bool("EMPTY", default=False)
DEMONSTRATION = env.bool("DEMONSTRATION", default=True) and not EMPTY_SITE
MAILBOX_DIR = VAR_DIR / "courriels"
# `make run` writes its address here (scripts/run.py), so that commands run by hand generate the same links.
BASE_URL_NOTE = VAR_DIR / "base-url"
if BASE_URL_NOTE.exists():
    BASE_URL = env.str("BASE_URL", default=BASE_URL_NOTE.read_text()).rstrip("/")
WAGTAILADMIN_BASE_URL = BASE_URL
# Not the URL: the port may differ from one start to the next.
MAIL_IDENTITY = env.str("MAIL_IDENTITY", default="development")
if not env.str("EMAIL_HOST", default=""):
    MAILING_TRANSPORT = "mailing.transports.MailboxTransport"

(VAR_DIR / "static").mkdir(parents=True, exist_ok=True)
