"""Cache shared by all processes of the site."""

from datetime import datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.db import connections, router
from wagtail.models.sites import SITE_ROOT_PATHS_CACHE_KEY

# Key of the site root paths, which Wagtail reads on each page and which rarely change.
LOCAL_KEYS = frozenset({SITE_ROOT_PATHS_CACHE_KEY})
LOCAL_SECONDS = 60


class SharedCache(DatabaseCache):
    """Database cache without a query for each page.

    Entries are in the table and are never evicted before their timeout: `allauth` counts tries of passwords and second
    factors there, which Django's cache would cull above 300 entries. `LOCAL_KEYS` are cached in the memory of each
    process: other processes see a change after at most 60 s (no invalidation message).
    """

    # Attribute of Django's class.
    _table: str

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        self._local = LocMemCache(f"{table}-local", {})

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        if key in LOCAL_KEYS:
            return self._local.get(key, default, version)
        return super().get(key, default, version)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        if key in LOCAL_KEYS:
            self._local.set(key, value, LOCAL_SECONDS, version)
        else:
            super().set(key, value, timeout, version)

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._local.delete(key, version) if key in LOCAL_KEYS else super().delete(key, version)

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:
        """Deletes expired entries only, when Django would cull."""
        table, end = connections[db].ops.quote_name(self._table), connections[db].ops.adapt_datetimefield_value(now)
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [end])  # noqa: S608 - a name of the settings

    def forget_over(self, *, now: datetime) -> int:
        """Deletes expired entries; returns the number."""
        connection = connections[router.db_for_write(self.cache_model_class)]
        with connection.cursor() as cursor:
            self._cull(connection.alias, cursor, now, 0)
            return cursor.rowcount

    def clear(self) -> None:
        self._local.clear()
        super().clear()
