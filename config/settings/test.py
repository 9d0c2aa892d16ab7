"""Test settings: fast hashing, files in memory of the test run, no doorbell unless a test starts a worker."""

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
# The limits are tested by the tests that set them; elsewhere a test may sign in as often as it likes.
ACCOUNT_RATE_LIMITS = False
# Those of `tests/accounts/test_second_factor.py` set it.
ADMIN_NEEDS_SECOND_FACTOR = False
# Tests write faster than people do; those of the trap set it.
FORM_MINIMUM_SECONDS = 0
# Nothing listens there: a doorbell fails at once and is caught, as when the broker is down.
CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

# An error of one test is not written at the next request of another: those of `operations` ask for it.
LOGGING["root"]["handlers"] = ["console"]

VAR_DIR.mkdir(parents=True, exist_ok=True)
(VAR_DIR / "static").mkdir(exist_ok=True)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: worker processes and the live server's threads see the same database.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    # PostgreSQL returns rows without a stated order as it likes, SQLite the other way round: what counts on one fails.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA reverse_unordered_selects=ON;"


def open_the_guards(using: str, **kwargs: Any) -> None:
    """Lets tests empty what the database keeps everywhere else: register, votes, audit log, comparison, and so on."""
    connection = connections[using]
    guards = {
        *("auditlog_switch", "committee_register_switch", "fieldwork_history_switch", "indicators_switch"),
        *("polls_vote_switch", "veille_observation_switch"),
    }
    with connection.cursor() as cursor:
        for switch in sorted(guards & {*connection.introspection.table_names(cursor)}):
            cursor.execute(f"UPDATE {switch} SET is_open = true")  # noqa: S608 - one of those above


post_migrate.connect(open_the_guards, dispatch_uid="open_the_guards")
