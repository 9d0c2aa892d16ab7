"""Citations: collected from public texts only, shown to readers and editors."""

import datetime as dt
import json

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from wagtail.models import PageViewRestriction

from cms.admin.review import PagesToReviewPanel
from cms.citations.checker import is_due
from cms.citations.collector import collect
from cms.models import CitedAddress, StandardPage
from cms.quality.links import addresses_in
from home.models import HomePage
from tests.factories import UserFactory, VeilleEntryPageFactory

NOW = dt.datetime(2026, 5, 6, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def make_page(title, html="", **figure):
    blocks = [{"type": "text", "value": html}] if html else []
    if figure:
        blocks.append({"type": "key_figure", "value": {"value": "1", "meaning": "a", "source": "b", **figure}})
    page = HomePage.objects.get().add_child(instance=StandardPage(title=title, body=json.dumps(blocks)))
    page.save_revision().publish()
    return page


def collected_urls(now=NOW):
    collect(now=now)
    return {address.url: [one["title"] for one in address.cited_by] for address in CitedAddress.objects.all()}


def test_links_and_sources_of_published_pages_are_collected(settings):
    settings.BASE_URL = "https://comite.example"
    make_page(
        "Une page",
        '<p><a href="https://ville.example/a#ici">a</a> <a href="https://comite.example/b">b</a> <a href="/c">c</a>'
        ' <a href="mailto:odile@ville.example">d</a> <a href="http://[">e</a> <a href="http://[adresse]/#f">f</a></p>',
    )
    make_page("Un chiffre", source_url="https://chiffres.example/")
    VeilleEntryPageFactory(title="Gand", source_url="https://gand.example/")
    assert collected_urls() == {
        "https://ville.example/a": ["Une page"],
        "https://chiffres.example/": ["Un chiffre"],
        "https://gand.example/": ["Gand"],
    }


def test_sentence_that_begins_with_a_url_is_none():
    assert addresses_in("https://ville.example/") == ["https://ville.example/"]
    assert addresses_in("https://ville.example est le site de la ville.") == []


def test_url_cited_by_two_pages_is_stored_once():
    make_page("Une page", '<p><a href="https://ville.example/#a">a</a></p>')
    VeilleEntryPageFactory(title="Gand", source_url="https://ville.example/#b")
    assert sorted(collected_urls()["https://ville.example/"]) == ["Gand", "Une page"]


def test_urls_of_private_pages_and_drafts_are_not_collected():
    shut = make_page("Fermée", '<p><a href="https://secret.example/">a</a></p>')
    restriction = PageViewRestriction.objects.create(page=shut, restriction_type=PageViewRestriction.LOGIN)
    draft = VeilleEntryPageFactory(title="Brouillon", source_url="https://brouillon.example/", live=False)
    changed = make_page("Publiée", '<p><a href="https://avant.example/">a</a></p>')
    changed.body = json.dumps([{"type": "text", "value": '<p><a href="https://apres.example/">a</a></p>'}])
    revision = changed.save_revision()
    assert list(collected_urls()) == ["https://avant.example/"]
    # Openings, closings and changes are collected at the next check, not an hour later.
    restriction.delete()
    revision.publish()
    draft.save_revision().publish()
    assert sorted(collected_urls()) == [
        "https://apres.example/",
        "https://brouillon.example/",
        "https://secret.example/",
    ]
    draft.refresh_from_db()
    draft.unpublish()
    PageViewRestriction.objects.create(page=shut, restriction_type=PageViewRestriction.LOGIN)
    assert sorted(collected_urls()) == ["https://apres.example/"]


def test_citations_are_collected_every_hour_and_checked_within_a_day():
    assert is_due(NOW)
    make_page("Une page", '<p><a href="https://ville.example/">a</a></p>')
    collected_urls()
    assert not is_due(NOW)
    assert is_due(NOW + dt.timedelta(hours=1))
    (address,) = CitedAddress.objects.all()
    assert dt.timedelta(hours=1) <= address.next_look_at - NOW <= dt.timedelta(hours=25)


def test_state_of_a_url_is_stored_while_it_is_cited():
    page = make_page("Une page", '<p><a href="https://ville.example/">a</a></p>')
    collected_urls()
    CitedAddress.objects.update(state=CitedAddress.State.GONE, first_failed_on=NOW.date())
    page.title = "Un autre titre"
    page.save_revision().publish()
    assert collected_urls() == {"https://ville.example/": ["Un autre titre"]}
    assert CitedAddress.objects.get().state == CitedAddress.State.GONE
    page.unpublish()
    assert collected_urls() == {}


def make_cited_address(url, **fields):
    citing = [{"title": "Gand", "edit_url": "/admin/pages/7/edit/"}]
    given = {"state": CitedAddress.State.GONE, "first_failed_on": dt.date(2026, 5, 3), **fields}
    return CitedAddress.objects.create(url=url, cited_by=citing, next_look_at=NOW + DAY, **given)


def rendered(url):
    with translation.override("fr"):
        return render_to_string("cms/includes/source_state.html", {"url": url}).strip()


def test_source_that_is_gone_is_shown_with_its_date():
    make_cited_address("https://gand.example/a")
    make_cited_address("https://autre.example/", state=CitedAddress.State.CLOSED)
    assert "La source ne répond plus depuis le 3\xa0mai" in rendered("https://gand.example/a#ici")
    assert rendered("https://autre.example/") == rendered("https://inconnue.example/") == ""


def test_states_of_many_sources_are_read_with_one_query(django_assert_num_queries):
    make_cited_address("https://gand.example/a")
    with django_assert_num_queries(1):
        for number in range(20):
            rendered(f"https://gand.example/{number}")


def test_pages_of_an_entry_and_a_key_figure_show_the_state_of_the_source(client):
    copied = {"archived_url": "https://archive.example/", "archived_on": NOW.date()}
    entry = VeilleEntryPageFactory(source_url="https://gand.example/a", **copied)
    page = make_page("Un chiffre", source_url="https://gand.example/a")
    make_cited_address("https://gand.example/a")
    for found in (entry, page):
        assert "La source ne répond plus depuis le 3\xa0mai" in client.get(found.url).content.decode()
    page = client.get(entry.url).content.decode()
    assert page.index("https://archive.example/") < page.index("https://gand.example/a")


def test_panel_lists_gone_and_moved_urls_to_editors():
    make_cited_address("https://gand.example/a")
    make_cited_address("https://gand.example/b", has_copy=True)
    make_cited_address("https://gand.example/c", state=CitedAddress.State.MOVED, moved_to="https://neuf.example/c")
    make_cited_address("https://gand.example/d", state=CitedAddress.State.CLOSED)
    with translation.override("fr"):
        work = PagesToReviewPanel(UserFactory(is_superuser=True), NOW).work()
    notes = [task.note for task in work.tasks if task.url == "/admin/pages/7/edit/"]
    assert len(notes) == 2
    assert "gand.example" in notes[0]
    assert "depuis le 3\xa0mai" in notes[0]
    assert "https://neuf.example/c" in notes[1]
