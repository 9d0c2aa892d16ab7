"""Starter topics: offered as checkboxes, published or kept as drafts, never created twice."""

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


def offered(client):
    return [box["value"] for box in BeautifulSoup(client.get(PAGE).content, "html.parser").select("[name=topics]")]


def test_all_ten_are_published_in_one_form_and_readers_see_them(secretariat):
    slugs = offered(secretariat)
    assert len(slugs) == 10
    page = secretariat.post(PAGE, {"topics": slugs, "publish": "publish"}, follow=True)
    assert "10 sujets sont publiés" in page.content.decode()
    topics = TopicPage.objects.published()
    assert [(topic.number, topic.slug) for topic in topics] == list(enumerate(slugs, 1))
    assert all(topic.pictogram in Pictogram and topic.question and topic.introduction for topic in topics)
    assert topics[0].title == "strasbourg.eu"
    assert all(secretariat.get(topic.get_url()).status_code == 200 for topic in topics[:2])
    assert offered(secretariat) == []
    assert "Le site a tous les sujets proposés" in secretariat.get(PAGE).content.decode()


def test_those_that_exist_are_not_offered_and_the_numbers_go_on(secretariat):
    TopicPageFactory(title="Inclusion numérique", number=4, live=False)
    assert "inclusion-numerique" not in offered(secretariat)
    secretariat.post(PAGE, {"topics": ["veille-inspirante", "enquetes-de-terrain"], "publish": "draft"})
    drafts = TopicPage.objects.filter(number__gt=4, live=False).order_by("number")
    assert list(drafts.values_list("number", "slug")) == [(5, "veille-inspirante"), (6, "enquetes-de-terrain")]
    secretariat.post(PAGE, {"topics": ["veille-inspirante"], "publish": "draft"})
    assert TopicPage.objects.count() == 3


def test_nothing_ticked_is_told_beside_the_field(secretariat):
    page = secretariat.post(PAGE, {"publish": "draft"})
    assert page.context["form"].errors["topics"] == ["Cochez au moins un sujet."]


def test_a_section_with_a_second_reading_gets_drafts(secretariat, editor_of):
    readers = Group.objects.filter(name="Secrétariat")
    ask_for_second_readings(section=CommitteePage.objects.get(), groups=readers, by=editor_of("Animation"))
    editor_of("Secrétariat")
    form = secretariat.get(PAGE).context["form"]
    assert [value for value, _label in form.fields["publish"].choices] == ["draft"]


def test_another_city_is_offered_general_titles(monkeypatch):
    monkeypatch.setitem(vars(city.CITY), "websites", {})
    starter_topics.starter_topics.cache_clear()
    titles = [topic.title for topic in starter_topics.starter_topics()]
    starter_topics.starter_topics.cache_clear()
    assert titles[:3] == ["Le site de la ville", "Les démarches en ligne", "La participation en ligne"]
