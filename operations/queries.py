"""State of the site, for the admin report and /metrics."""

import shutil
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings
from django.core.files.storage import storages
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min, Sum
from redis import Redis, RedisError

from common.media import Folder
from mailing import identity
from mailing.models import Heartbeat, Message
from mailing.ticking import TickState, rhythm_of
from operations.models import Fault

# Name of the heartbeat of backups.
BACKUP = "backup"


@cache
def version() -> str:
    """Returns the version of the code."""
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


@dataclass(frozen=True)
class Figures:
    """Figures from the database and the disk at `now`. None: it never happened, or does not exist."""

    now: datetime
    tick: datetime | None
    backup: datetime | None
    oldest_due: datetime | None
    mails: dict[str, int]
    faults: int
    # Free space of the media disk; None for an object store.
    free_bytes: int | None

    @property
    def rhythm(self) -> TickState:
        return rhythm_of(self.tick, now=self.now)

    def seconds_since(self, moment: datetime | None) -> float | None:
        return (self.now - moment).total_seconds() if moment else None


def figures(*, now: datetime) -> Figures:
    """Returns the figures, with four queries whatever the size of the site."""
    beats = dict(Heartbeat.objects.filter(name__in=("tick", BACKUP)).values_list("name", "at"))
    counts = dict(Message.objects.order_by().values_list("state").annotate(count=Count("pk")))
    return Figures(
        now=now,
        tick=beats.get("tick"),
        backup=beats.get(BACKUP),
        oldest_due=Message.objects.due(now).order_by().aggregate(oldest=Min("next_attempt_at"))["oldest"],
        mails={state: counts.get(state, 0) for state in Message.State.values},
        faults=Fault.objects.aggregate(sum=Sum("count"))["sum"] or 0,
        free_bytes=_free_bytes(),
    )


def _free_bytes() -> int | None:
    if not isinstance(storages["default"], Folder):
        return None
    return shutil.disk_usage(settings.MEDIA_ROOT if settings.MEDIA_ROOT.exists() else settings.VAR_DIR).free


def missing_migrations(using: str = DEFAULT_DB_ALIAS) -> int:
    """Returns the number of unapplied migrations of the database `using`."""
    executor = MigrationExecutor(connections[using])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def belongs_to_another_site() -> bool:
    """Returns whether the database is a copy, from which no mail is sent."""
    return identity.stored() not in ("", settings.MAIL_IDENTITY)


def waiting_rings() -> int | None:
    """Returns the length of the Celery queue; None if the broker does not answer within a second."""
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as broker:
            prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
            return int(broker.llen(f"{prefix}celery"))
    except RedisError:
        return None
