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


def read(client, address: str) -> str:
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
def test_an_empty_list_says_why_and_offers_the_next_step(client, address, next_step):
    page = read(client, address)
    box = page.partition('<div class="empty">')[2].partition("</div>")[0]
    assert f'class="button button--secondary" href="{next_step}"' in box
    assert re.search(r"<p>[A-ZÀ-Ý].+\.</p>", box)


@pytest.mark.parametrize("address", ["/veille/?lieu=Nantes&annee=2020", "/propositions/?q=introuvable"])
def test_no_result_keeps_the_form_filled_and_says_how_to_widen(client, address):
    VeilleEntryPageFactory(place="Nantes", year=2018)
    VeilleEntryPageFactory(place="Metz", year=2020)
    ProposalFactory()
    page = read(client, address)
    assert 'class="empty"' in page
    assert "Retirer le filtre" in page
    asked = "Nantes" if "veille" in address else "introuvable"
    assert f'value="{asked}"' in page


def test_a_search_without_result_keeps_the_words_and_gives_the_phone(client):
    page = read(client, "/recherche/?q=introuvable")
    assert 'value="introuvable"' in page
    assert PHONE in page


def test_a_closed_poll_says_since_when_and_leads_to_the_results(client):
    poll = make_poll(opens_at=NOW - 60 * DAY, closes_at=dt.datetime(2026, 10, 31, 17, tzinfo=dt.UTC))
    page = read(client, poll.get_absolute_url())
    assert "31 octobre 2026" in page
    assert f'href="{poll.get_absolute_url()}resultats/"' in page
    assert "<form" not in page


def test_the_results_of_an_open_poll_say_when_they_come(client):
    poll = make_poll()
    page = read(client, f"{poll.get_absolute_url()}resultats/")
    assert "mercredi 25 novembre 2026" in page
    assert "<table" not in page


def test_results_without_answer_say_so(client):
    poll = make_poll(opens_at=NOW - 60 * DAY, closes_at=NOW - DAY)
    page = read(client, f"{poll.get_absolute_url()}resultats/")
    assert 'class="empty"' in page
    assert "<table" not in page


def test_a_second_answer_to_a_poll_is_not_counted_and_says_so(client):
    """As after a double click or the back button."""
    poll, person = make_poll(), UserFactory()
    question = poll.questions.get()
    samedi, lundi = question.choices.all()
    answer_poll(poll=poll, user=person, answers={question.pk: {samedi.pk: 1}}, now=NOW)
    client.force_login(person)
    response = client.post(poll.get_absolute_url(), {f"question_{question.pk}": lundi.pk}, follow=True)
    assert "déjà répondu" in plain(response.content.decode())
    assert [(line.choice, line.people) for line in tallies(poll)[0].lines] == [(samedi, 1), (lundi, 0)]


def test_a_cancelled_session_starts_with_a_red_notice_that_leads_to_the_following_one(client):
    cancelled = SessionPageFactory(starts_at=NOW + 7 * DAY, status="cancelled")
    following = SessionPageFactory(starts_at=NOW + 30 * DAY)
    page = read(client, cancelled.url)
    notice = page.index('class="notice notice--error"')
    assert notice < page.index("<h1")
    assert notice < page.index(f'href="{following.url}"') < page.index("<h1")


def test_a_news_item_that_nobody_touched_for_two_years_is_told_to_be_old(client):
    NewsPageFactory(slug="vieux", last_published_at=NOW - 731 * DAY)
    NewsPageFactory(slug="recent", last_published_at=NOW - 729 * DAY)
    assert "notice--warning" in read(client, "/actualites/vieux/")
    assert "notice--warning" not in read(client, "/actualites/recent/")


@pytest.mark.parametrize(
    ("view", "failure", "status"),
    [(defaults.page_not_found, Http404(), 404), (defaults.permission_denied, PermissionDenied(), 403)],
)
def test_refusals_keep_the_header_the_phone_and_plain_words(rf, view, failure, status):
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
def test_pages_of_a_broken_site_ask_nothing_of_it(name, django_assert_num_queries):
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


def test_the_page_of_a_fault_costs_no_query_once_the_phone_is_known(rf, django_assert_num_queries):
    SiteConfiguration.shown()
    with django_assert_num_queries(0):
        response = server_error(rf.get("/"))
    assert (response.status_code, PHONE in plain(response.content.decode())) == (500, True)


def test_a_page_that_was_withdrawn_says_that_it_is_not_there_any_more(client):
    page = NewsPageFactory(slug="retiree")
    Page.objects.filter(pk=page.pk).update(live=False)
    response = client.get("/actualites/retiree/")
    assert response.status_code == 404
    assert "n’existe" in plain(response.content.decode())
    assert not NewsPage.objects.published().exists()
