"""Fixtures: an editor; for second readings, a time, users, and a section that requires one."""

import pytest
from django.contrib.auth.models import Group

from cms.models import NewsIndexPage
from cms.services import ask_for_second_readings
from tests.cms.second_readings import NOW


@pytest.fixture
def editor(client, editor_of):
    """Client of a user of Rédaction."""
    client.force_login(editor_of("Rédaction"))
    return client


@pytest.fixture
def tuesday(time_machine, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def news():
    return NewsIndexPage.objects.get()


@pytest.fixture
def people(editor_of):
    """An author, a second reader of the same group, and the coordinator."""
    return editor_of("Rédaction"), editor_of("Rédaction"), editor_of("Animation")


@pytest.fixture
def reading_required(people, news):
    """News require a second reading by Rédaction."""
    ask_for_second_readings(section=news, groups=Group.objects.filter(name="Rédaction"), by=people[2])
