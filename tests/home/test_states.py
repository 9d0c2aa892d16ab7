"""States of pages: empty, without results, closed, cancelled, refused, broken. Each gives a next step."""

import datetime as dt
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.loader import render_to_string
from django.views import defaults
from wagtail.models import Page

from cms.models import NewsPage, SiteConfiguration
from operations.services.broken_pages import context_of
from operations.views import server_error
from polls.models import Choice, Poll, Question
from polls.queries.results import tallies
from polls.services.answers import answer_poll
from tests.factories import NewsPageFactory, ProposalFactory, SessionPageFactory, UserFactory, VeilleEntryPageFactory

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]
DAY = dt.timedelta(days=1)
PHONE = "03 00 00 00 00"


def plain(html: str) -> str:
    return html.replace("&nbsp;", " ").replace("\u00a0", " ").replace("\u2011", "-")


def main_of(html: str) -> str:
    return plain(html).partition("<main")[2].partition("</main>")[0]


def main_html(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return main_of(response.content.decode())


def make_poll(**fields) -> Poll:
    poll = Poll.objects.create(
        **{
            "title": "Quel jour ?",
            "slug": "jour",
            "is_draft": False,
            "opens_at": NOW - 9 * DAY,
            "closes_at": NOW + DAY,
            **fields,
        }
    )
    question = Question(poll=poll, text="Quand ?")
    question.choices = [Choice(text="Samedi"), Choice(text="Lundi")]
    question.save()
    return poll


@pytest.mark.parametrize(
    ("address", "next_step"),
    [
        ("/actualites/", "/le-comite/seances/"),
        ("/veille/", "/veille/proposer-un-exemple/"),
        ("/propositions/", "/propositions/deposer/"),
        ("/propositions/appels/", "/propositions/"),
        ("/sondages/", "/propositions/deposer/"),
        ("/le-comite/seances/", "#abonnement"),
        ("/le-comite/membres/", "/le-comite/#rejoindre"),
        ("/le-comite/programme/", "/le-comite/seances/"),
    ],
)
def test_empty_list_shows_the_reason_and_the_next_step(client, address, next_step):
    page = main_html(client, address)
    box = page.partition('<div class="empty">')[2].partition("</div>")[0]
    assert f'class="button button--secondary" href="{next_step}"' in box
    assert re.search(r"<p>[A-ZÀ-Ý].+\.</p>", box)


@pytest.mark.parametrize("address", ["/veille/?lieu=Nantes&annee=2020", "/propositions/?q=introuvable"])
def test_no_result_keeps_the_form_values_and_offers_to_remove_filters(client, address):
    VeilleEntryPageFactory(place="Nantes", year=2018)
    VeilleEntryPageFactory(place="Metz", year=2020)
    ProposalFactory()
    page = main_html(client, address)
    assert 'class="empty"' in page
    assert "Retirer le filtre" in page
    query = "Nantes" if "veille" in address else "introuvable"
    assert f'value="{query}"' in page


def test_search_without_result_keeps_the_query_and_shows_the_phone(client):
    page = main_html(client, "/recherche/?q=introuvable")
    assert 'value="introuvable"' in page
    assert PHONE in page


def test_closed_poll_shows_its_end_and_links_to_the_results(client):
    poll = make_poll(opens_at=NOW - 60 * DAY, closes_at=dt.datetime(2026, 10, 31, 17, tzinfo=dt.UTC))
    page = main_html(client, poll.get_absolute_url())
    assert "31 octobre 2026" in page
    assert f'href="{poll.get_absolute_url()}resultats/"' in page
    assert "<form" not in page


def test_results_page_of_an_open_poll_shows_the_publication_date(client):
    poll = make_poll()
    page = main_html(client, f"{poll.get_absolute_url()}resultats/")
    assert "mercredi 25 novembre 2026" in page
    assert "<table" not in page


def test_results_without_answers_show_a_message(client):
    poll = make_poll(opens_at=NOW - 60 * DAY, closes_at=NOW - DAY)
    page = main_html(client, f"{poll.get_absolute_url()}resultats/")
    assert 'class="empty"' in page
    assert "<table" not in page


def test_second_answer_to_a_poll_is_refused_with_a_message(client):
    """As after a double click or the back button."""
    poll, person = make_poll(), UserFactory()
    question = poll.questions.get()
    samedi, lundi = question.choices.all()
    answer_poll(poll=poll, user=person, answers={question.pk: {samedi.pk: 1}}, now=NOW)
    client.force_login(person)
    response = client.post(poll.get_absolute_url(), {f"question_{question.pk}": lundi.pk}, follow=True)
    assert "déjà répondu" in plain(response.content.decode())
    assert [(line.choice, line.people) for line in tallies(poll)[0].lines] == [(samedi, 1), (lundi, 0)]


def test_cancelled_session_starts_with_a_notice_linking_to_the_next_one(client):
    cancelled = SessionPageFactory(starts_at=NOW + 7 * DAY, status="cancelled")
    following = SessionPageFactory(starts_at=NOW + 30 * DAY)
    page = main_html(client, cancelled.url)
    notice = page.index('class="notice notice--error"')
    assert notice < page.index("<h1")
    assert notice < page.index(f'href="{following.url}"') < page.index("<h1")


def test_news_item_older_than_two_years_shows_a_warning(client):
    NewsPageFactory(slug="vieux", last_published_at=NOW - 731 * DAY)
    NewsPageFactory(slug="recent", last_published_at=NOW - 729 * DAY)
    assert "notice--warning" in main_html(client, "/actualites/vieux/")
    assert "notice--warning" not in main_html(client, "/actualites/recent/")


@pytest.mark.parametrize(
    ("view", "failure", "status"),
    [(defaults.page_not_found, Http404(), 404), (defaults.permission_denied, PermissionDenied(), 403)],
)
def test_error_pages_have_header_and_phone_number(rf, view, failure, status):
    request = rf.get("/nulle-part/")
    request.user = AnonymousUser()
    response = view(request, failure)
    page = plain(response.content.decode())
    assert response.status_code == status
    assert 'aria-label="Menu principal"' in page
    assert PHONE in page
    assert str(status) not in main_of(page)
    assert 'href="/"' in main_of(page)


@pytest.mark.parametrize("name", ["500.html", "502.html", "503.html"])
def test_server_error_pages_use_no_query(name, django_assert_num_queries):
    """These pages are shown when the database or the application may be down: their data is passed in."""
    context = context_of(SiteConfiguration.shown())
    with django_assert_num_queries(0):
        page = plain(render_to_string(name, context))
        without = plain(render_to_string(name, context_of(None)))
    assert PHONE in page
    assert "Appelez" not in without
    for html in (page, without):
        assert html.count("<h1") == 1
        assert 'lang="fr"' in html
        assert 'href="/"' in main_of(html)


def test_server_error_view_uses_no_query_with_cached_settings(rf, django_assert_num_queries):
    SiteConfiguration.shown()
    with django_assert_num_queries(0):
        response = server_error(rf.get("/"))
    assert (response.status_code, PHONE in plain(response.content.decode())) == (500, True)


def test_unpublished_page_returns_404_with_a_message(client):
    page = NewsPageFactory(slug="retiree")
    Page.objects.filter(pk=page.pk).update(live=False)
    response = client.get("/actualites/retiree/")
    assert response.status_code == 404
    assert "n’existe" in plain(response.content.decode())
    assert not NewsPage.objects.published().exists()
