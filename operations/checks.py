"""System checks: settings left at example values, unfinished restore, shared media, database collation, metrics."""

import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connection

from common.public_hosts import is_of_an_example
from mailing.content import sender_address
from operations.queries import TOO_OLD, applied_migrations, is_too_old
from operations.services.restore import is_unfinished
from operations.services.shared_media import MediaCheck, compared

# Prefixes of the keys in the settings of this repository, and in those that Django generates.
PUBLISHED_KEYS = ("development-only-", "tests-only-", "django-insecure-")
# Below these bounds Django only warns (security.W009).
KEY_LENGTH, KEY_DISTINCT = 50, 5


def has_sender() -> bool:
    """Returns whether the domain of the sender address can exist."""
    domain = sender_address().partition("@")[2]
    return bool(domain) and not is_of_an_example(domain)


@register("operations", deploy=True)
def settings_are_of_a_site(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Reports settings required in production that are empty or copied from an example.

    E001: the sender of mails. E002: the hosts. E003: the broker, without which no mail is sent.
    """
    errors: list[CheckMessage] = []
    if not has_sender():
        hint = "Write in DEFAULT_FROM_EMAIL an address of yours, whose domain the DNS knows: Comité <lettre@ville.fr>."
        errors.append(Error(f"No mail can come from “{settings.DEFAULT_FROM_EMAIL}”.", hint=hint, id="operations.E001"))
    hint = "Write in ALLOWED_HOSTS the names under which people reach the site, with commas, its own first."
    if not settings.ALLOWED_HOSTS:
        errors.append(Error("ALLOWED_HOSTS is empty: every request would be refused.", hint=hint, id="operations.E002"))
    errors += [
        Error(f"Nobody reaches a site under “{host}”: it is the name of an example.", hint=hint, id="operations.E002")
        for host in settings.ALLOWED_HOSTS
        if is_of_an_example(host)
    ]
    if not urlsplit(settings.REDIS_URL).hostname:
        hint = "Write in REDIS_URL where Redis or Valkey answers: redis://:password@host:6379/0."
        errors.append(Error("REDIS_URL names no server: mails would wait.", hint=hint, id="operations.E003"))
    return errors


@register("operations", deploy=True)
def secret_key_is_secret(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """E005: `SECRET_KEY` is published or weak, so that an attacker could sign sessions, mail links and codes.

    Fallback keys also sign: none may be published. A short one is accepted while it is being replaced.
    """
    key = settings.SECRET_KEY
    is_weak = len(key) < KEY_LENGTH or len(set(key)) < KEY_DISTINCT
    new = 'python3 -c "import secrets; print(secrets.token_urlsafe(60))"'
    errors: list[CheckMessage] = []
    if key.startswith(PUBLISHED_KEYS) or is_weak:
        message = "SECRET_KEY can be guessed: it is short or repeats itself." if is_weak else "SECRET_KEY is published."
        hint = f"Write in SECRET_KEY a long random text that only this site knows: {new}."
        errors.append(Error(message, hint=hint, id="operations.E005"))
    if any(str(former).startswith(PUBLISHED_KEYS) for former in settings.SECRET_KEY_FALLBACKS):
        hint = "Write in SECRET_KEY_FALLBACKS former keys of this site only: a published one still opens what it signs."
        errors.append(Error("SECRET_KEY_FALLBACKS has a published key.", hint=hint, id="operations.E005"))
    return errors


@register("operations", deploy=True)
def object_store_can_be_spoken_to(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """E004: incomplete object store settings. Without a bucket, files would be stored on the disk."""
    values = {name: getattr(settings, name) for name in ("S3_BUCKET", "S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY")}
    missing = [name for name, value in values.items() if not value]
    if len(missing) == len(values):
        return []
    if missing:
        hint = "Set all four, or none: then files lie in VAR_DIR/media."
        return [Error(f"The store of the files lacks {', '.join(missing)}.", hint=hint, id="operations.E004")]
    address = urlsplit(settings.S3_ENDPOINT)
    if address.scheme not in ("http", "https") or not address.hostname or is_of_an_example(address.hostname):
        hint = "Write in S3_ENDPOINT where the store answers, without its bucket: https://s3.fr-par.scw.cloud."
        message = f"No store of files answers at “{settings.S3_ENDPOINT}”."
        return [Error(message, hint=hint, id="operations.E004")]
    return []


@register(Tags.database)
def restore_has_ended(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E010: stops `migrate`, and everything that depends on it, after an interrupted restore."""
    if "default" not in (databases or ()) or not is_unfinished():
        return []
    message = "A restore did not end: neither the backup nor what was there before is in place."
    return [Error(message, hint="Run `manage.py restore FOLDER --force` again, to its end.", id="operations.E010")]


@register(Tags.database)
def database_can_be_upgraded(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E013: stops `migrate`, before it builds its plan, for a database that is older than version 1.1.0."""
    if "default" not in (databases or ()) or not is_too_old(applied_migrations()):
        return []
    hint = "docs/releases.md says how: nothing was changed yet."
    return [Error(TOO_OLD, hint=hint, id="operations.E013")]


@register(Tags.database)
def files_are_those_of_the_site(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """W012: this process sees other files than the database expects, or those of another site.

    All web processes of a site share a folder or a store; two sites must not.
    """
    if "default" not in (databases or ()):
        return []
    try:
        files = compared()
    except DatabaseError:  # before the first migration
        return []
    if files == MediaCheck.SHARED:
        return []
    hint = "Mount the same folder, or set the same store, for all. If only the mark is missing: manage.py mark_media."
    if files == MediaCheck.ANOTHER_SITE:
        hint = "Give each site a folder or bucket of its own. If the site changed its name: manage.py mark_media."
    problems = {MediaCheck.UNREACHABLE: "do not answer", MediaCheck.ANOTHER_SITE: "are those of another site"}
    message = f"The files that this process sees {problems.get(files, 'are not those of the database')}."
    return [Warning(message, hint=hint, id="operations.W012")]


# Each pair is in French order, which ignores accents; in byte order, Z comes before É.
IN_FRENCH_ORDER = (("Élise", "Zoé"), ("elle", "Émile"))


@register(Tags.database)
def names_are_in_french_order(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """W011: with a byte order collation, such as the locale C, « Élise » is sorted after « Zoé »."""
    if "default" not in (databases or ()) or connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT %s::text < %s::text AND %s::text < %s::text", [name for pair in IN_FRENCH_ORDER for name in pair]
        )
        if cursor.fetchone() == (True,):
            return []
    hint = "Back up, make the database again as docs/operations.md does (createdb --locale-provider icu), and restore."
    return [Warning("The database does not put names in the order of French.", hint=hint, id="operations.W011")]


@register("operations", deploy=True)
def figures_are_of_all_processes(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W001: without a shared folder, /metrics reports the requests of a single web process."""
    if not settings.METRICS_NETWORKS or os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return []
    hint = "Name in PROMETHEUS_MULTIPROC_DIR a folder that all web processes of the machine write: /dev/shm/metrics."
    return [Warning("/metrics counts the requests of one process at a time.", hint=hint, id="operations.W001")]
