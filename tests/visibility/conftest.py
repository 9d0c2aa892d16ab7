"""Fixture: the site with its canaries."""

from collections.abc import Iterator

import pytest

from cms.models import CustomRendition
from tests.outside import SOCKETS
from tests.visibility.world import World, make_world


@pytest.fixture
def world(db, settings, tmp_path, caplog, monkeypatch) -> Iterator[World]:
    # Each refusal is a line of the log, which pytest would keep with all that its request holds.
    caplog.set_level("CRITICAL", "django.request")
    # One reader asks everything within a minute: a refusal would say nothing.
    monkeypatch.setattr("common.limits.REQUESTS_PER_NETWORK_AND_MINUTE", 100_000)
    settings.MEDIA_ROOT = str(tmp_path)
    CustomRendition.cache_backend.clear()
    with SOCKETS.refusing():
        yield make_world()
