"""Fixture: the site with its canaries."""

import pytest

from cms.models import CustomRendition
from tests.visibility.world import World, make_world


@pytest.fixture
def world(db, settings, tmp_path, caplog) -> World:
    # Each refusal is a line of the log, which pytest would keep with all that its request holds.
    caplog.set_level("CRITICAL", "django.request")
    settings.MEDIA_ROOT = str(tmp_path)
    CustomRendition.cache_backend.clear()
    return make_world()
