import datetime as dt

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile

from cms.models import CustomDocument
from mailing.models import Identity
from tests.committee.register import enter
from tests.factories import NewsPageFactory, UserFactory
from tests.mailing.fakes import make_batch, make_message
from tests.operations.sites import backup

NOW = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def own_folders(settings, tmp_path):
    settings.MEDIA_ROOT, settings.ERASURES_DIR = str(tmp_path / "media"), tmp_path / "erasures"


@pytest.fixture
def kinds_known(transactional_db):
    """Recreates content types cleared by a restore; the rows put back for the next test would create them anew."""
    yield
    ContentType.objects.get_for_models(*apps.get_models())


@pytest.fixture
def site(own_folders, kinds_known, client):
    """Fills the site: pages, register, mail, files, users."""
    NewsPageFactory(title="Un guichet rouvre")
    enter(3)
    make_batch(2)
    make_message()
    CustomDocument.objects.create(title="Plan", file=ContentFile(b"%PDF-1.4 plan", name="plan.pdf"))
    client.force_login(UserFactory(email="odile@courriel.example"))
    Identity.objects.update_or_create(pk=1, defaults={"name": django_settings.MAIL_IDENTITY, "adopted_at": NOW})


@pytest.fixture
def folder(site, tmp_path):
    backup(tmp_path / "backup")
    return tmp_path / "backup"
