"""State of the site, for the admin report and /metrics."""

import shutil
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Min, Sum
from redis import Redis, RedisError

from common.media import Folder
from mailing.models import Heartbeat, Identity, Message
from mailing.ticking import TickState, rhythm_of
from operations.models import Fault

# Name of the heartbeat of backups.
BACKUP = "backup"
MAIL_IS_LATE = timedelta(minutes=15)
# Nightly backup, plus some hours for a slow one.
BACKUP_IS_OLD = timedelta(hours=30)
# Last migration of each app in version 1.1.0, the oldest version that this code upgrades (docs/releases.md).
UPGRADED = {
    "accounts": "0009_names_allowed",
    "auditlog": "0003_common_guards",
    "cms": "0011_search_words",
    "committee": "0024_common_guards",
    "common": "0004_undeleted_files",
    "digests": "0007_button_to_a_path",
    "fieldwork": "0011_common_guards",
    "home": "0025_group_rights",
    "inclusion": "0006_places_of_workshops",
    "indicators": "0007_common_guards",
    "mailing": "0002_restored_mails",
    "operations": "0002_media_mark",
    "participation": "0013_agents_of_services",
    "polls": "0007_common_guards",
    "veille": "0015_observation_words",
}
# Name of the migration that replaces those of 1.1.0 in each app.
SQUASHED = "0001_version_2"
TOO_OLD = "The database is older than version 1.1.0: install 1.1.0 and run its migrations first, then this version."


@cache
def version() -> str:
    """Returns the version of the code."""
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


class MailState(StrEnum):
    """State of the mails that the site plans and sends."""

    LEAVING = "leaving"
    LATE = "late"
    # Nothing planned leaves until an administrator says so (`mailing.restored`).
    HELD = "held since a restore"
    # The database is a copy.
    ANOTHER_SITE = "of another site"


class BackupState(StrEnum):
    """State of the last good backup."""

    RECENT = "recent"
    OLD = "old"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """State at `now`, from a few rows of the database. None: it never happened, or does not exist."""

    now: datetime
    tick: datetime | None
    backup: datetime | None
    oldest_due: datetime | None
    is_restored: bool
    is_of_another_site: bool

    @property
    def rhythm(self) -> TickState:
        return rhythm_of(self.tick, now=self.now)

    @property
    def mail_state(self) -> MailState:
        if self.is_of_another_site:
            return MailState.ANOTHER_SITE
        if self.is_restored:
            return MailState.HELD
        is_late = self.oldest_due is not None and self.now - self.oldest_due > MAIL_IS_LATE
        return MailState.LATE if is_late else MailState.LEAVING

    @property
    def backup_state(self) -> BackupState:
        if self.backup is None:
            return BackupState.NEVER
        return BackupState.OLD if self.now - self.backup > BACKUP_IS_OLD else BackupState.RECENT

    def seconds_since(self, moment: datetime | None) -> float | None:
        return (self.now - moment).total_seconds() if moment else None


@dataclass(frozen=True, kw_only=True)
class Figures(Vitals):
    """Further figures, which count rows, and free space of the media disk (None for an object store)."""

    mails: dict[str, int]
    faults: int
    free_bytes: int | None


def vitals(*, now: datetime) -> Vitals:
    """Returns what a probe needs, with three queries that count no rows."""
    return Vitals(**_vitals(now))


def figures(*, now: datetime) -> Figures:
    """Returns the figures, with five queries whatever the size of the site."""
    counts = dict(Message.objects.order_by().values_list("state").annotate(count=Count("pk")))
    return Figures(
        **_vitals(now),
        mails={state: counts.get(state, 0) for state in Message.State.values},
        faults=Fault.objects.aggregate(sum=Sum("count"))["sum"] or 0,
        free_bytes=_free_bytes(),
    )


def _vitals(now: datetime) -> dict[str, Any]:
    beats = dict(Heartbeat.objects.filter(name__in=("tick", BACKUP)).values_list("name", "at"))
    identity = Identity.objects.filter(pk=1).first()
    return {
        "now": now,
        "tick": beats.get("tick"),
        "backup": beats.get(BACKUP),
        "oldest_due": Message.objects.due(now).order_by().aggregate(oldest=Min("next_attempt_at"))["oldest"],
        "is_restored": identity is not None and identity.restored_from is not None,
        "is_of_another_site": identity is not None and identity.name not in ("", settings.MAIL_IDENTITY),
    }


def _free_bytes() -> int | None:
    if not isinstance(storages["default"], Folder):
        return None
    return shutil.disk_usage(settings.MEDIA_ROOT if settings.MEDIA_ROOT.exists() else settings.VAR_DIR).free


def problem_with_schema(using: str = DEFAULT_DB_ALIAS) -> str:
    """Returns the reason why this code cannot use the database `using`, or ""."""
    if is_too_old(applied_migrations(using)):
        return TOO_OLD
    return "migrations are missing" if missing_migrations(using) else ""


def applied_migrations(using: str = DEFAULT_DB_ALIAS) -> set[tuple[str, str]]:
    """Returns (app label, name) of each migration that ran on the database `using`."""
    return set(MigrationRecorder(connections[using]).applied_migrations())


def is_too_old(applied: Iterable[tuple[str, str]]) -> bool:
    """Returns whether migrations of a version before 1.1.0 ran, and not all of 1.1.0: this code has none of them left.

    It reads names only. Django's loader cannot be asked: it raises `NodeNotFoundError`, or takes the database for an
    empty one.
    """
    names_by_app: dict[str, set[str]] = {}
    for app_label, name in applied:
        if app_label in UPGRADED:
            names_by_app.setdefault(app_label, set()).add(name)
    return any(names.isdisjoint({UPGRADED[app_label], SQUASHED}) for app_label, names in names_by_app.items())


def missing_migrations(using: str = DEFAULT_DB_ALIAS) -> int:
    """Returns the number of unapplied migrations of the database `using`, which is not too old."""
    executor = MigrationExecutor(connections[using])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def waiting_rings() -> int | None:
    """Returns the length of the Celery queue; None if the broker does not answer within a second."""
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as broker:
            prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
            return int(broker.llen(f"{prefix}celery"))
    except RedisError:
        return None
