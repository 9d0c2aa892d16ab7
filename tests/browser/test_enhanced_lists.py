"""Progressive enhancement of lists with filters (docs/enhancement.md) in a real browser; all works without scripts."""

import re

import pytest
from playwright.sync_api import expect

from participation.models import Proposal
from tests.browser.enhanced import HeldRequests, button, is_document, main_markup, without_reload
from tests.factories import ProposalFactory, ThemeFactory, VeilleEntryPageFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def many_proposals():
    """Enough proposals to scroll: twelve published ones, three of them under study."""
    ProposalFactory.create_batch(9, district="Neudorf")
    return ProposalFactory.create_batch(3, state=Proposal.State.STUDIED)


def with_open_filters(page):
    """Opens the filters of a list, which are collapsed on a phone."""
    page.locator(".filters > summary").click()
    return page


def test_filter_proposals(visit, many_proposals):
    results = {}
    for js in (True, False):
        page = with_open_filters(visit("/propositions/", js=js))
        page.locator("[name=etat]").select_option("etudiee")
        button(page, "Afficher").click()
        expect(page.locator("#resultats")).to_have_text("3 propositions")
        results[js] = [page.url, page.title(), main_markup(page)]
    assert results[True] == results[False]


def test_filter_the_watch(visit):
    VeilleEntryPageFactory(place="Metz", theme=ThemeFactory(name="Écoute"))
    VeilleEntryPageFactory(place="Rennes", theme=ThemeFactory(name="Débat"))
    results = {}
    for js in (True, False):
        page = with_open_filters(visit("/veille/", js=js))
        page.locator("[name=lieu]").select_option("Metz")
        button(page, "Afficher").click()
        expect(page.locator("#resultats")).to_have_text("1 exemple trouvé")
        results[js] = [page.url, page.title(), main_markup(page)]
    assert results[True] == results[False]


def test_filters_keep_the_focus_and_announce_count_and_suggestions(visit, many_proposals):
    page = with_open_filters(visit("/propositions/"))
    with without_reload(page):
        page.locator("[name=quartier]").select_option("Neudorf")
        button(page, "Afficher").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#statut")).to_have_text("9 propositions")
        expect(button(page, "Afficher")).to_be_focused()
        page.locator("[name=etat]").select_option("etudiee")
        button(page, "Afficher").click()
        expect(page.locator("#statut")).to_have_text("Aucune proposition ne correspond")
        expect(page.locator("#liste")).to_contain_text("Essayez sans le filtre «\xa0Neudorf\xa0».")
    page.get_by_role("link", name="Retirer le filtre Lieu").click()
    expect(page.locator("#resultats")).to_have_text("3 propositions")
    expect(page.locator("[name=quartier]")).to_have_value("")


def test_second_filter_request_replaces_a_pending_one(visit, many_proposals):
    page = with_open_filters(visit("/propositions/"))
    held = HeldRequests(page, "/propositions/?")
    with without_reload(page):
        page.locator("[name=etat]").select_option("etudiee")
        button(page, "Afficher").click()
        expect(page.locator("#liste")).to_have_attribute("aria-busy", "true")
        held.wait()
        page.unroute_all()
        page.locator("[name=etat]").select_option("publiee")
        button(page, "Afficher").click()
        expect(page.locator("#resultats")).to_have_text("9 propositions")
        expect(page.locator("[aria-busy]")).to_have_count(0)
    assert len(held.routes) == 1


def test_filters_reload_the_page_if_the_script_request_fails(visit, many_proposals):
    page = with_open_filters(visit("/propositions/"))
    page.route("**/propositions/?*", lambda route: route.continue_() if is_document(route) else route.abort())
    page.locator("[name=etat]").select_option("etudiee")
    button(page, "Afficher").click()
    expect(page.locator("#resultats")).to_have_text("3 propositions")
    expect(page.locator("[name=etat]")).to_have_value("etudiee")
    expect(page).to_have_url(re.compile("etat=etudiee"))


def test_back_restores_the_list_the_filters_and_the_scroll(visit, many_proposals):
    page = with_open_filters(visit("/propositions/"))
    page.locator("[name=etat]").select_option("etudiee")
    button(page, "Afficher").scroll_into_view_if_needed()
    page.evaluate("window.scrollBy(0, 60)")
    before = page.evaluate("window.scrollY")
    assert before > 0
    button(page, "Afficher").click()
    expect(page.locator("#resultats")).to_have_text("3 propositions")
    filtered = page.url
    assert "etat=etudiee" in filtered
    page.evaluate("window.scrollTo(0, 0)")

    page.go_back()
    expect(page.locator("#resultats")).to_have_text("12 propositions")
    expect(page.locator("[name=etat]")).to_have_value("")
    assert "etat" not in page.url
    page.wait_for_function("y => Math.abs(window.scrollY - y) < 3", arg=before)

    page.go_forward()
    expect(page.locator("#resultats")).to_have_text("3 propositions")
    expect(page.locator("[name=etat]")).to_have_value("etudiee")
    assert page.url == filtered


def test_back_from_a_proposal_shows_the_whole_page_not_a_cached_fragment(visit, many_proposals):
    page = with_open_filters(visit("/propositions/"))
    page.locator("[name=etat]").select_option("etudiee")
    button(page, "Afficher").click()
    expect(page.locator("#resultats")).to_have_text("3 propositions")
    page.locator("#liste h3 a").first.click()
    expect(page.locator("#suivi")).to_be_visible()
    page.go_back()
    expect(page.locator("#resultats")).to_have_text("3 propositions")
    expect(page.locator("header")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
