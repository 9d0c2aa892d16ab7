"""Test settings: fast password hashing, files in memory, no broker unless a test starts a worker."""

from typing import Any

from django.db import connections
from django.db.models.signals import post_migrate

from config.settings.base import *
from config.settings.base import DATABASES, LOGGING, STORAGES, VAR_DIR

SECRET_KEY = "tests-only-" + "0" * 54
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
COMPONENTS_PAGE = True
BASE_URL = "http://testserver"
WAGTAILADMIN_BASE_URL = BASE_URL
# The tests of rate limits set them; all others sign in without limit.
ACCOUNT_RATE_LIMITS = False
# Set by `tests/accounts/test_second_factor.py`.
ADMIN_NEEDS_SECOND_FACTOR = False
# Tests submit faster than people do; the tests of the check set it.
FORM_MINIMUM_SECONDS = 0
# No broker listens there: publishing fails at once and is caught, as when the broker is down.
CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

# Without the handler of faults: an error logged by one test would be written by the next; the tests of `operations` add
# it.
LOGGING["root"]["handlers"] = ["console"]

VAR_DIR.mkdir(parents=True, exist_ok=True)
(VAR_DIR / "static").mkdir(exist_ok=True)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: worker processes and the threads of the live server share the database.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    # Reverses unordered rows on SQLite (PostgreSQL guarantees no order either), so that code relying on one fails.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA reverse_unordered_selects=ON;"
else:
    # Races open 200 connections at a time: a loaded machine needs longer than the limit of a site.
    DATABASES["default"]["OPTIONS"]["connect_timeout"] = 120


def open_the_guards(using: str, **kwargs: Any) -> None:
    """Opens the guards of the database, so that tests can empty register, votes, audit log, comparison and others."""
    from common.guards import GUARDS

    connection = connections[using]
    with connection.cursor() as cursor:
        for switch in sorted({guard.switch for guard in GUARDS} & {*connection.introspection.table_names(cursor)}):
            cursor.execute(f"UPDATE {switch} SET is_open = true")  # noqa: S608 - names of the code


post_migrate.connect(open_the_guards, dispatch_uid="open_the_guards")
