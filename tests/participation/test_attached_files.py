"""Pictures and documents of proposals in the admin: shown on every screen where a decision is made."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.shown import BY_PROGRAM
from participation.models import Decision, Proposal, Report
from participation.services.appeals import appeal
from participation.services.moderation import moderate
from tests.factories import ProposalFactory, UserFactory
from tests.participation.attachments import PDF, add, draft_of, fetch, published
from tests.participation.test_moderation import bulk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

LIST = "wagtailsnippets_participation_proposal:list"


@pytest.fixture
def moderator(client, editor_of):
    person = editor_of("Modération")
    client.force_login(person)
    return person


def with_files(**values):
    """Returns a proposal with a picture and a document."""
    picture = add(draft_of())
    proposal = published(picture, **values)
    document = add(draft_of(), PDF, "plan.pdf")
    type(document).objects.filter(pk=document.pk).update(draft=None, proposal=proposal, description="Le plan")
    return proposal


def file_urls(page):
    """Returns the URLs of the pictures and of the linked files of a page."""
    soup = BeautifulSoup(page.content, "html.parser")
    pictures = {image["src"] for image in soup.select(".attached-file img[alt='La borne'][width='60'][height='40']")}
    documents = {link["href"] for link in soup.select(".attached-file figcaption a")}
    return pictures, documents


def test_every_moderation_screen_of_a_proposal_shows_its_files(client, moderator):
    received, other = with_files(state="recue"), with_files(state="recue")
    unread, refused = with_files(needs_review=True), with_files(state="recue")
    assert {file.is_image for file in received.attached_files} == {True, False}
    now = timezone.now()
    report = Report.objects.create(proposal=unread, author=UserFactory(), reason="Un visage", created_at=now)
    first_reader = UserFactory(is_superuser=True)
    moderate(
        text=refused,
        state="refusee",
        moderator=first_reader,
        now=now,
        ground="other",
        reason="Un nom.",
        shown=BY_PROGRAM,
    )
    asked = appeal(decision=Decision.objects.get(), author=refused.author, body="Voyez.", now=now)
    screens = {
        bulk("proposal", "publish", received, other): [received, other],
        bulk("proposal", "refuse", received): [received],
        bulk("proposal", "read_again", unread): [unread],
        bulk("proposal", "hide_versions", received): [],
        bulk("report", "refuse_reported", report): [unread],
        bulk("report", "dismiss", report): [unread],
        bulk("appeal", "overturn", asked): [refused],
        bulk("appeal", "uphold", asked): [refused],
        reverse("wagtailsnippets_participation_proposal:inspect", args=[received.pk]): [received],
        reverse("wagtailsnippets_participation_report:inspect", args=[report.pk]): [unread],
        reverse("wagtailsnippets_participation_appeal:inspect", args=[asked.pk]): [refused],
    }
    for url, proposals in screens.items():
        pictures, documents = file_urls(client.get(url))
        files = [file for proposal in proposals for file in proposal.attached_files]
        assert pictures == {file.url for file in files if file.is_image}, url
        assert documents == {file.url for file in files}, url
    for attachment in received.attachments.all():
        assert fetch(client, attachment).status_code == 200
        assert fetch(Client(), attachment).status_code == 404


def test_lists_and_dashboard_count_the_files(client, moderator):
    with_files(state="recue")
    ProposalFactory(state="recue")
    for url in (f"{reverse(LIST)}?state=recue", reverse("wagtailadmin_home")):
        page = BeautifulSoup(client.get(url).content, "html.parser")
        assert [" ".join(one.get_text().split()) for one in page.select(".attached-count")] == ["2 images ou documents"]


def test_number_of_queries_does_not_depend_on_the_number_of_texts(client, moderator):
    def cost(url):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    urls = (lambda: reverse(LIST), lambda: bulk("proposal", "publish", *Proposal.objects.filter(state="recue")))
    with_files(state="recue")
    few = [(cost(url()), cost(url()))[1] for url in urls]
    for _n in range(4):
        with_files(state="recue")
    assert [cost(url()) for url in urls] == few
