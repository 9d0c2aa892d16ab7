"""Starter topics: offered as checkboxes, published or saved as drafts, never created twice."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.urls import reverse

from cms.services import ask_for_second_readings
from committee.models import CommitteePage, TopicPage
from committee.models.pictograms import Pictogram
from common import city
from home.queries import starter_topics
from tests.factories import TopicPageFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("starter_topics")


@pytest.fixture
def secretariat(client, editor_of):
    client.force_login(editor_of("Secrétariat"))
    return client


def offered_topics(client):
    return [box["value"] for box in BeautifulSoup(client.get(PAGE).content, "html.parser").select("[name=topics]")]


def test_all_ten_topics_can_be_published_with_one_form(secretariat):
    slugs = offered_topics(secretariat)
    assert len(slugs) == 10
    page = secretariat.post(PAGE, {"topics": slugs, "publish": "publish"}, follow=True)
    assert "10 sujets sont publiés" in page.content.decode()
    topics = TopicPage.objects.published()
    assert [(topic.number, topic.slug) for topic in topics] == list(enumerate(slugs, 1))
    assert all(topic.pictogram in Pictogram and topic.question and topic.introduction for topic in topics)
    assert topics[0].title == "strasbourg.eu"
    assert all(secretariat.get(topic.get_url()).status_code == 200 for topic in topics[:2])
    assert offered_topics(secretariat) == []
    assert "Le site a tous les sujets proposés" in secretariat.get(PAGE).content.decode()


def test_existing_topics_are_not_offered_and_numbers_continue(secretariat):
    TopicPageFactory(title="Inclusion numérique", number=4, live=False)
    assert "inclusion-numerique" not in offered_topics(secretariat)
    secretariat.post(PAGE, {"topics": ["veille-inspirante", "enquetes-de-terrain"], "publish": "draft"})
    drafts = TopicPage.objects.filter(number__gt=4, live=False).order_by("number")
    assert list(drafts.values_list("number", "slug")) == [(5, "veille-inspirante"), (6, "enquetes-de-terrain")]
    secretariat.post(PAGE, {"topics": ["veille-inspirante"], "publish": "draft"})
    assert TopicPage.objects.count() == 3


def test_empty_selection_shows_a_field_error(secretariat):
    page = secretariat.post(PAGE, {"publish": "draft"})
    assert page.context["form"].errors["topics"] == ["Cochez au moins un sujet."]


def test_only_drafts_are_offered_if_a_second_reading_is_required(secretariat, editor_of):
    readers = Group.objects.filter(name="Secrétariat")
    ask_for_second_readings(section=CommitteePage.objects.get(), groups=readers, by=editor_of("Animation"))
    editor_of("Secrétariat")
    form = secretariat.get(PAGE).context["form"]
    assert [value for value, _label in form.fields["publish"].choices] == ["draft"]


def test_other_city_has_general_titles(monkeypatch):
    monkeypatch.setitem(vars(city.CITY), "websites", {})
    starter_topics.starter_topics.cache_clear()
    titles = [topic.title for topic in starter_topics.starter_topics()]
    starter_topics.starter_topics.cache_clear()
    assert titles[:3] == ["Le site de la ville", "Les démarches en ligne", "La participation en ligne"]
