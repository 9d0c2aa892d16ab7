"""Related page and proposals of a news item, chosen by its editor."""

import pytest
from django.urls import reverse
from wagtail.models import PageViewRestriction
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from cms.models import NewsIndexPage, NewsPage
from participation.models import Proposal, ProposalInNews
from tests.factories import NewsPageFactory, ProposalFactory, SessionPageFactory, TopicPageFactory

pytestmark = pytest.mark.django_db


def read(client, news):
    response = client.get(news.url)
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2].partition("</main")[0]


def test_related_page_is_shown_before_the_proposals(client):
    session = SessionPageFactory(title="Finir une démarche")
    news = NewsPageFactory(related_page=session)
    proposal = ProposalFactory(title="Des ateliers le samedi")
    ProposalInNews.objects.create(news=news, proposal=proposal)
    page = read(client, news)
    assert page.index(f'href="{session.url}"') < page.index(f'href="{proposal.get_absolute_url()}"')
    assert "Publiée" in page


def test_news_item_without_related_objects_has_no_heading_for_them(client):
    assert 'id="voir-aussi"' not in read(client, NewsPageFactory())


@pytest.mark.parametrize("how", ["draft", "restricted"])
def test_private_pages_and_refused_proposals_are_not_shown(client, how):
    topic = TopicPageFactory(title="Mot-canari", live=how != "draft")
    if how == "restricted":
        PageViewRestriction.objects.create(page=topic, restriction_type=PageViewRestriction.LOGIN)
    news = NewsPageFactory(related_page=topic)
    hidden = ProposalFactory(title="Mot-serin", state=Proposal.State.REFUSED)
    ProposalInNews.objects.create(news=news, proposal=hidden)
    page = read(client, news)
    assert "Mot-canari" not in page
    assert "Mot-serin" not in page


def publish(client, number):
    parent = NewsIndexPage.objects.get()
    form = nested_form_data(
        {
            "title": "Un atelier",
            "slug": "un-atelier",
            "introduction": "",
            "image": "",
            "body": streamfield([("text", rich_text("<p>Samedi.</p>"))]),
            "related_page": "",
            "proposals_told": inline_formset([{"proposal": str(number), "id": "", "DELETE": ""}]),
            "seo_title": "",
            "search_description": "",
            "go_live_at": "",
            "expire_at": "",
        }
    ) | {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "action-publish": "publish"}
    return client.post(reverse("wagtailadmin_pages:add", args=["cms", "newspage", parent.pk]), form)


def test_editor_can_link_a_public_proposal(client, editor_of):
    proposal = ProposalFactory()
    client.force_login(editor_of("Rédaction"))
    answer = publish(client, proposal.pk)
    assert answer.status_code == 302, answer.context["form"].errors
    assert list(NewsPage.objects.get().proposals_told.values_list("proposal", flat=True)) == [proposal.pk]


@pytest.mark.parametrize("state", [Proposal.State.RECEIVED, None])
def test_editor_cannot_link_a_proposal_that_is_not_public(client, editor_of, state):
    number = ProposalFactory(state=state, title="Mot-canari").pk if state else 99_999
    client.force_login(editor_of("Rédaction"))
    answer = publish(client, number)
    assert answer.status_code == 200
    assert "Mot-canari" not in answer.content.decode()
    assert not NewsPage.objects.exists()
