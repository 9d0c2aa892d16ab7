"""Fixture: the site with its canaries."""

from collections.abc import Iterator

import pytest

from cms.models import CustomRendition
from tests.outside import SOCKETS
from tests.visibility.world import World, make_world


@pytest.fixture
def world(db, settings, tmp_path, caplog, monkeypatch) -> Iterator[World]:
    # Each refusal is logged, and pytest would keep the record with its request.
    caplog.set_level("CRITICAL", "django.request")
    # One user sends all requests within a minute: rate-limited responses would prove nothing.
    monkeypatch.setattr("common.limits.REQUESTS_PER_NETWORK_AND_MINUTE", 100_000)
    settings.MEDIA_ROOT = tmp_path
    CustomRendition.cache_backend.clear()
    with SOCKETS.refusing():
        yield make_world()
