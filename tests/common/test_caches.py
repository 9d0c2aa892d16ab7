"""Shared cache: rate limits hold across processes; values needed by every page cost no query."""

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from common.caches import LOCAL_SECONDS, SharedCache

pytestmark = pytest.mark.django_db

ROOT_PATHS = "wagtail_site_root_paths"


def another_process() -> SharedCache:
    """Returns a cache on the same table with its own local memory."""
    cache = SharedCache("cache_table", {})
    cache._local = type(cache._local)("another-process", {})
    cache._local.clear()
    return cache


def test_rate_limits_are_shared_by_all_processes():
    caches["default"].set("limit", [1], 300)
    assert another_process().get("limit") == [1]


def test_site_root_paths_are_queried_once():
    Site.clear_site_root_paths_cache()
    with CaptureQueriesContext(connection) as queries:
        first = Site.get_site_root_paths()
        again = Site.get_site_root_paths()
    assert first == again
    assert len(queries) == 1


def test_changes_of_other_processes_are_visible_after_a_minute():
    with time_machine.travel(0, tick=False) as clock:
        before = Site.get_site_root_paths()
        # The other process changes the site and clears its cache; this one is not notified.
        Site.objects.update(hostname="comite.example")
        another_process().delete(ROOT_PATHS, version=2)
        assert Site.get_site_root_paths() == before
        clock.shift(LOCAL_SECONDS + 1)
        assert Site.get_site_root_paths() != before


def test_changes_of_this_process_are_visible_immediately():
    Site.get_site_root_paths()
    site = Site.objects.get()
    site.hostname = "comite.example"
    site.save()
    assert "comite.example" in Site.get_site_root_paths()[0].root_url


def test_clear_empties_shared_and_local_cache():
    cache = caches["default"]
    cache.set(ROOT_PATHS, ["x"], version=2)
    cache.set("limit", [1])
    cache.clear()
    assert cache.get(ROOT_PATHS, version=2) is None
    assert cache.get("limit") is None
