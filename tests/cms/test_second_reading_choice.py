"""Choice of a section to require a second reading, and the panel of the dashboard."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import TaskState, WorkflowState

from cms.models import NewsPage
from cms.services import (
    ask_for_no_second_reading,
    ask_for_second_readings,
)
from tests.cms.page_forms import add_url, news_form
from tests.cms.second_readings import fresh, is_live, menu_of, submitted, text_of
from tests.outbox import outbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]


class TestChoice:
    URL = "second_reading:choose"

    def forms(self, news, **values):
        return {f"section-{news.pk}-{name}": value for name, value in values.items()}

    def test_coordinator_can_require_second_readings_and_stop_them(self, client, people, news):
        author, _reader, coordinator = people
        writers = Group.objects.get(name="Rédaction")
        client.force_login(coordinator)
        screen = client.get(reverse(self.URL))
        legends = [one.get_text() for one in BeautifulSoup(screen.content, "html.parser").select("fieldset legend h2")]
        assert {"Actualités", "Veille inspirante", "Le comité"} <= {words.replace("\xa0", " ") for words in legends}
        client.post(reverse(self.URL), self.forms(news, asks="on", groups=[writers.pk]))
        assert news.has_workflow
        page = submitted(author)
        answer = client.post(reverse(self.URL), {}, follow=True)
        assert "1 page attendait une relecture" in text_of(answer)
        assert not fresh(page).has_workflow
        assert not WorkflowState.objects.active().exists()
        fresh(page).latest_revision.publish(user=author)
        assert is_live(page)

    def test_group_with_fewer_than_two_members_is_refused(self, client, news, editor_of):
        editor_of("Rédaction")
        client.force_login(editor_of("Animation"))
        writers = Group.objects.get(name="Rédaction")
        answer = client.post(reverse(self.URL), self.forms(news, asks="on", groups=[writers.pk]))
        assert "deux personnes au moins" in text_of(answer)
        assert not news.has_workflow
        assert f'name="section-{news.pk}-asks"' in answer.content.decode()

    def test_form_has_only_groups_that_can_publish_in_the_section(self, client, news, editor_of):
        client.force_login(editor_of("Animation"))
        tree = BeautifulSoup(client.get(reverse(self.URL)).content, "html.parser")
        labels = {
            one.find_parent("label").get_text(strip=True) for one in tree.select(f"[name=section-{news.pk}-groups]")
        }
        assert labels == {"Rédaction", "Animation"}

    @pytest.mark.parametrize("group", ["Rédaction", "Secrétariat", "Modération"])
    def test_other_groups_cannot_change_the_requirement(self, client, news, editor_of, group):
        person = editor_of(group)
        client.force_login(person)
        assert client.get(reverse(self.URL)).status_code != 200
        with pytest.raises(PermissionDenied):
            ask_for_second_readings(section=news, groups=[], by=person)
        with pytest.raises(PermissionDenied):
            ask_for_no_second_reading(section=news, by=person)

    def test_section_without_second_reading_is_published_directly(self, client, people, news):
        author = people[0]
        client.force_login(author)
        form = client.get(add_url(NewsPage, news))
        assert "action-publish" in menu_of(form)
        assert "electure" not in text_of(form)
        home = client.get(reverse("wagtailadmin_home")).content.decode()
        assert 'id="relectures"' not in home
        client.post(add_url(NewsPage, news), {**news_form(), "action-publish": "1"})
        assert NewsPage.objects.get(slug="trois-ateliers").live
        assert not TaskState.objects.exists()
        assert list(outbox) == []


def test_queries_of_the_panel_do_not_grow_with_pages(client, people, reading_required):
    author, reader, _coordinator = people
    client.force_login(reader)

    def queries():
        with CaptureQueriesContext(connection) as asked_for:
            client.get(reverse("wagtailadmin_home"))
        return len(asked_for)

    submitted(author)
    queries()
    few = queries()
    for number in range(4):
        submitted(author, slug=f"autre-{number}")
    assert queries() == few
