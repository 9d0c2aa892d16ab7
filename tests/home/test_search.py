"""Search: results."""

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from committee.models import AgendaItem
from common.templatetags.dates import day
from polls.models import Question
from tests.cms.factories import make_document
from tests.factories import (
    CallPageFactory,
    CommentFactory,
    DiscussionFactory,
    NewsPageFactory,
    ProposalFactory,
    SessionPageFactory,
    TopicPageFactory,
    VeilleEntryPageFactory,
)
from tests.home.searching import HOUR, counts, get, main, make_poll, page_linking_to

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]


class TestFinding:
    @pytest.mark.parametrize(
        "query",
        ["numérique", "numerique", "NUMÉRIQUE", "numériques", "l’inclusion", "l'inclusion numérique", "« numérique »"],
    )
    def test_accents_case_plural_and_apostrophes_do_not_matter(self, client, query):
        ProposalFactory(title="L’inclusion numérique", body="Pour toutes et tous.")
        ProposalFactory(title="L’éclairage", body="Pour toutes et tous.")
        assert counts(client, query)["propositions"] == 1

    @pytest.mark.parametrize(("written", "query"), [("eleves", "élève"), ("ELEVE", "élèves"), ("bureaux", "bureau")])
    def test_a_text_without_accents_is_found_with_them(self, client, written, query):
        ProposalFactory(title="Titre", body=f"Pour les {written}.")
        assert counts(client, query) == {"propositions": 1}

    def test_every_word_is_required_except_stop_words(self, client):
        ProposalFactory(title="Une borne dans la mairie")
        ProposalFactory(title="Une borne au parc")
        assert counts(client, "la borne de la mairie") == {"propositions": 1}
        assert counts(client, "borne") == {"propositions": 2}
        assert counts(client, "borne piscine") == {}

    def test_stop_words_of_the_database_do_not_exclude_results(self, client):
        ProposalFactory(title="Il y a eu une borne")
        assert counts(client, "eu borne") == counts(client, "borne eu") == {"propositions": 1}

    def test_words_are_found_in_title_and_text_together(self, client):
        ProposalFactory(title="Une borne", body="Dans la mairie.")
        ProposalFactory(title="Une borne", body="Dans le parc.")
        assert counts(client, "borne mairie") == {"propositions": 1}

    def test_watch_entry_shows_the_stance_of_the_committee(self, client):
        session = SessionPageFactory(starts_at=timezone.now() - 9 * HOUR)
        VeilleEntryPageFactory(title="Tramway à Gand", stance="a-adapter", stance_session=session)
        VeilleEntryPageFactory(title="Tramway à Bâle")
        stances = {
            result.title.split(" ")[-1]: result.about
            for result in get(client, "tramway", type="veille").context["found"].results
        }
        assert stances == {"Gand": "Le comité\xa0: à adapter", "Bâle": ""}

    def test_each_kind_has_its_own_count_and_link(self, client):
        ProposalFactory(title="Tramway")
        CallPageFactory(title="Tramway")
        NewsPageFactory(title="Tramway", body=[("text", "<p>Texte</p>")])
        VeilleEntryPageFactory(title="Tramway")
        SessionPageFactory(title="Tramway")
        TopicPageFactory(title="Tramway")
        CommentFactory(body="Le tramway", discussion__proposal__title="Autre")
        response = get(client, "tramway")
        found = counts(client, "tramway")
        assert found == dict.fromkeys(
            ["propositions", "appels", "actualites", "veille", "seances", "sujets", "commentaires"], 1
        )
        for kind in found:
            assert f"?q=tramway&amp;type={kind}" in response.text

    def test_the_pages_of_the_site_are_found(self, client):
        page = Page.objects.get(slug="regles").specific
        page.introduction = "Ce que vous pouvez écrire ici : des palmipèdes."
        page.save()
        response = get(client, "palmipede")
        assert 'href="/regles/"' in response.text
        assert "<mark>palmipèdes</mark>" in response.text

    def test_pages_of_a_new_site_are_indexed_without_being_saved(self, client):
        assert 'href="/ecoconception/"' in get(client, "ecoconception").text

    def test_body_is_searched_without_its_markup(self, client):
        NewsPageFactory(title="Titre", body=[("text", "<p>Un <strong>hérisson</strong></p>")])
        assert counts(client, "herisson") == {"actualites": 1}
        assert counts(client, "strong") == {}

    def test_results_of_one_kind_are_paginated(self, client):
        for number in range(12):
            ProposalFactory(title=f"Borne {number}")
        first, second = get(client, "borne", type="propositions"), get(client, "borne", type="propositions", page=2)
        assert (len(first.context["found"].results), len(second.context["found"].results)) == (10, 2)
        titles = {result.title for page in (first, second) for result in page.context["found"].results}
        assert len(titles) == 12

    @pytest.mark.parametrize("number", ["0", "99", "-1", "x"])
    def test_invalid_page_number_returns_the_nearest_page(self, client, number):
        ProposalFactory(title="Borne")
        assert len(get(client, "borne", type="propositions", page=number).context["found"].results) == 1

    def test_unknown_kind_is_ignored(self, client):
        ProposalFactory(title="Borne")
        assert get(client, "borne", type="inconnu").context["kind"] is None

    def test_a_session_is_found_by_its_agenda_and_by_its_minutes(self, client):
        session = SessionPageFactory(title="Séance", minutes=[("text", "<p>Les chevaux de bois sont votés.</p>")])
        session.agenda_items = [AgendaItem(title="Les guichets fermés")]
        session.save()
        for query in ("guichet", "cheval", "chevaux"):
            response = get(client, query)
            assert counts(client, query) == {"seances": 1}, query
            assert day(session.starts_at) in response.text.replace("&nbsp;", "\u00a0")

    def test_a_poll_is_found_by_its_title_its_introduction_and_its_questions(self, client):
        poll = make_poll(title="Vos tramways", introduction="Dites-nous tout sur les guichets.")
        question = Question.objects.create(poll=poll, text="Combien de formulaires remplissez-vous ?")
        for query in ("tramway", "guichet", "formulaires"):
            assert counts(client, query) == {"sondages": 1}, query
        assert f'href="{poll.get_absolute_url()}"' in get(client, "formulaire").text
        question.text = "Combien de courriers ?"
        question.save()
        assert (counts(client, "formulaire"), counts(client, "courrier")) == ({}, {"sondages": 1})
        question.delete()
        assert counts(client, "courrier") == {}

    def test_poll_result_shows_its_closing_date(self, client):
        poll = make_poll(title="Vos tramways")
        with time_machine.travel(poll.opens_at + HOUR, tick=False):
            assert "Jusqu’au" in main(get(client, "tramway"))
        with time_machine.travel(poll.closes_at + HOUR, tick=False):
            assert "Terminé le" in main(get(client, "tramway"))

    def test_document_is_found_by_title_file_name_and_type(self, client):
        document = make_document(title="Guide des ateliers", name="mode_emploi-2026.pdf")
        page_linking_to(document)
        for query in ("ateliers", "guide", "emploi", "mode d’emploi", "2026", "PDF"):
            assert counts(client, query)["documents"] == 1, query
        text = get(client, "guide").text
        assert f'href="{document.url}"' in text
        assert "PDF, 240\u00a0ko" in text

    @pytest.mark.parametrize(
        ("one", "many"),
        [
            ("borne", "bornes"),
            ("clé", "clés"),
            ("élu", "élus"),
            ("journal", "journaux"),
            ("cheval", "chevaux"),
            ("municipal", "municipaux"),
            ("travail", "travaux"),
            ("vitrail", "vitraux"),
            ("bureau", "bureaux"),
            ("lieu", "lieux"),
            ("jeu", "jeux"),
            ("vœu", "vœux"),
            ("genou", "genoux"),
            ("bus", "bus"),
            ("prix", "prix"),
        ],
    )
    def test_singular_and_plural_forms_match(self, client, one, many):
        ProposalFactory(title="Titre", body=f"Un {one}")
        ProposalFactory(title="Titre", body=f"Des {many}")
        for query in (one, many, one.upper()):
            assert counts(client, query)["propositions"] == 2, query
        assert f"<mark>{many}</mark>" in get(client, one).text

    @pytest.mark.parametrize("query", ["oeuvre", "œuvre", "Œuvres", "OEUVRES"])
    def test_oe_ligature_and_letters_match(self, client, query):
        ProposalFactory(title="Titre", body="Une œuvre")
        ProposalFactory(title="Titre", body="Deux oeuvres")
        assert counts(client, query) == {"propositions": 2}

    def test_comment_result_links_to_its_place_in_the_discussion(self, client):
        discussion = DiscussionFactory()
        CommentFactory.create_batch(20, discussion=discussion)
        comment = CommentFactory(discussion=discussion, body="Une girafe")
        link = reverse("home:found_comment", args=[comment.pk])
        assert link in get(client, "girafe").text
        assert client.get(link).headers["Location"] == f"{discussion.subject_url}?page=2#{comment.anchor}"
