"""Search: what it finds, what it never shows, and what it makes of strange input."""

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from modelsearch.models import IndexEntry
from wagtail.models import BaseViewRestriction, Collection, CollectionViewRestriction, Page, PageViewRestriction

from committee.models import AgendaItem
from common.search import QUERY_MAX_LENGTH, clean_query, fold, words
from common.search.highlighting import extract, highlight
from common.search.suggestions import suggest
from common.templatetags.dates import day
from home.services.search_index import is_complete
from participation.models import Comment, Proposal
from polls.models import Poll, Question
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

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MAX_QUERIES = 18


def get(client, query, **parameters):
    return client.get(reverse("home:search"), {"q": query, **parameters})


def counts(client, query):
    return {kind.value: count for kind, count in get(client, query).context["found"].counts}


def published_with(document, **kwargs):
    """A page that links to `document`, which the site tells of only then."""
    return NewsPageFactory(**{"body": [("file", document)], **kwargs})


def make_poll(**kwargs):
    now = timezone.now()
    return Poll.objects.create(
        **{
            "title": "Sondage",
            "slug": "sondage",
            "is_draft": False,
            "opens_at": now - DAY,
            "closes_at": now + DAY,
            **kwargs,
        }
    )


def main(response):
    """What is inside `<main>`: the header and the footer have links too."""
    return response.text.split("<main")[1].split("</main>")[0]


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

    def test_every_word_is_wanted_and_little_words_are_not(self, client):
        ProposalFactory(title="Une borne dans la mairie")
        ProposalFactory(title="Une borne au parc")
        assert counts(client, "la borne de la mairie") == {"propositions": 1}
        assert counts(client, "borne") == {"propositions": 2}
        assert counts(client, "borne piscine") == {}

    def test_each_kind_is_counted_apart_with_a_link(self, client):
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

    def test_the_pages_of_a_new_site_are_found_before_anybody_saves_them(self, client):
        assert 'href="/ecoconception/"' in get(client, "ecoconception").text

    def test_a_body_is_found_and_its_markup_is_not(self, client):
        NewsPageFactory(title="Titre", body=[("text", "<p>Un <strong>hérisson</strong></p>")])
        assert counts(client, "herisson") == {"actualites": 1}
        assert counts(client, "strong") == {}

    def test_one_kind_is_shown_page_by_page(self, client):
        for number in range(12):
            ProposalFactory(title=f"Borne {number}")
        first, second = get(client, "borne", type="propositions"), get(client, "borne", type="propositions", page=2)
        assert (len(first.context["found"].results), len(second.context["found"].results)) == (10, 2)
        titles = {result.title for page in (first, second) for result in page.context["found"].results}
        assert len(titles) == 12

    @pytest.mark.parametrize("number", ["0", "99", "-1", "x"])
    def test_a_wrong_page_number_gives_the_nearest_page(self, client, number):
        ProposalFactory(title="Borne")
        assert len(get(client, "borne", type="propositions", page=number).context["found"].results) == 1

    def test_an_unknown_kind_means_all(self, client):
        ProposalFactory(title="Borne")
        assert get(client, "borne", type="membres").context["kind"] is None

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

    def test_a_poll_says_until_when_it_is_open(self, client):
        poll = make_poll(title="Vos tramways")
        with time_machine.travel(poll.opens_at + HOUR, tick=False):
            assert "Jusqu’au" in main(get(client, "tramway"))
        with time_machine.travel(poll.closes_at + HOUR, tick=False):
            assert "Terminé le" in main(get(client, "tramway"))

    def test_a_document_is_found_by_its_title_the_name_of_its_file_and_its_type(self, client):
        document = make_document(title="Guide des ateliers", name="mode_emploi-2026.pdf")
        published_with(document)
        for query in ("ateliers", "guide", "emploi", "mode d’emploi", "2026", "PDF"):
            assert counts(client, query)["documents"] == 1, query
        text = get(client, "guide").text
        assert f'href="{document.url}"' in text
        assert "PDF, 240\u00a0ko" in text

    @pytest.mark.parametrize("one", ["journal", "cheval"])
    def test_plurals_in_aux(self, client, one):
        ProposalFactory(title=f"Un {one}")
        ProposalFactory(title=f"Des {one[:-1]}ux")
        assert counts(client, one) == counts(client, f"{one[:-1]}ux") == {"propositions": 2}

    def test_a_found_comment_leads_to_its_place_in_the_discussion(self, client):
        discussion = DiscussionFactory()
        CommentFactory.create_batch(20, discussion=discussion)
        comment = CommentFactory(discussion=discussion, body="Une girafe")
        link = reverse("home:found_comment", args=[comment.pk])
        assert link in get(client, "girafe").text
        assert client.get(link).headers["Location"] == f"{discussion.subject_url}?page=2#{comment.anchor}"


class TestNotShowing:
    @pytest.mark.parametrize("state", [s for s in Proposal.State if s not in Proposal.PUBLIC_STATES])
    def test_a_proposal_that_is_not_public_is_not_found(self, client, state):
        proposal = ProposalFactory(title="Secret", state=state)
        CommentFactory(body="Secret", discussion__proposal=proposal)
        assert counts(client, "secret") == {}

    @pytest.mark.parametrize("state", [s for s in Comment.State if s != Comment.State.PUBLISHED])
    def test_a_comment_that_is_not_published_is_not_found(self, client, state):
        comment = CommentFactory(body="Secret", state=state)
        assert counts(client, "secret") == {}
        assert client.get(reverse("home:found_comment", args=[comment.pk])).status_code == 404

    def test_even_its_author_does_not_find_it(self, client):
        proposal = ProposalFactory(title="Secret", state=Proposal.State.RECEIVED)
        client.force_login(proposal.author)
        assert counts(client, "secret") == {}

    def test_a_draft_is_not_found(self, client):
        NewsPageFactory(title="Secret", live=False, body=[("text", "<p>Secret</p>")])
        page = NewsPageFactory(title="Titre", body=[("text", "<p>Texte</p>")])
        page.title = "Secret"
        page.save_revision()
        assert counts(client, "secret") == {}

    @pytest.mark.parametrize("restriction", [BaseViewRestriction.LOGIN, BaseViewRestriction.GROUPS])
    @pytest.mark.parametrize("depth", ["collection", "collection above"])
    def test_a_private_document_is_not_found_by_anyone(self, client, user, restriction, depth):
        above = Collection.get_first_root_node().add_child(name="Réservé")
        collection = above.add_child(name="Dessous")
        published_with(make_document(title="Secret", name="secret.pdf", collection=collection))
        assert counts(client, "secret") == {"documents": 1}
        closed = above if depth == "collection above" else collection
        CollectionViewRestriction.objects.create(collection=closed, restriction_type=restriction)
        assert counts(client, "secret") == {}
        client.force_login(user)
        assert counts(client, "secret") == {}

    def test_a_document_waits_for_a_page_that_anyone_may_read(self, client):
        """Sent ahead of its page, it is told to nobody; it goes with its page, too."""
        document = make_document(title="Secret", name="secret.pdf")
        assert counts(client, "secret") == {}
        page = published_with(document, live=False)
        assert counts(client, "secret") == {}
        page.live = True
        page.save()
        assert counts(client, "secret") == {"documents": 1}
        restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
        assert counts(client, "secret") == {}
        restriction.delete()
        page.body = [("text", "<p>Texte</p>")]
        page.save()
        assert counts(client, "secret") == {}

    def test_a_document_that_only_the_next_version_of_a_page_links_to_is_not_found(self, client):
        document = make_document(title="Secret", name="secret.pdf")
        page = NewsPageFactory(body=[("text", "<p>Texte</p>")])
        page.body = [("file", document)]
        page.save_revision()
        assert counts(client, "secret") == {}

    def test_a_poll_that_has_not_opened_is_not_found(self, client):
        poll = make_poll(title="Secret")
        Question.objects.create(poll=poll, text="Secret ?")
        with time_machine.travel(poll.opens_at - HOUR, tick=False):
            assert counts(client, "secret") == {}
        with time_machine.travel(poll.opens_at, tick=False):
            assert counts(client, "secret") == {"sondages": 1}

    def test_a_restricted_page_and_what_is_said_under_it_are_not_found(self, client):
        call = CallPageFactory(title="Secret")
        CommentFactory(body="Secret", discussion=DiscussionFactory(proposal=None, page=call))
        assert counts(client, "secret") == {"appels": 1, "commentaires": 1}
        PageViewRestriction.objects.create(page=call, restriction_type=PageViewRestriction.LOGIN)
        assert counts(client, "secret") == {}


class TestPage:
    def test_without_a_query_there_is_only_the_form(self, client):
        response = client.get(reverse("home:search"))
        assert response.status_code == 200
        assert response.context["found"].counts == []
        assert "<h2" not in main(response)

    def test_the_form_is_filled_and_the_title_says_what_was_searched(self, client):
        response = get(client, "borne wifi")
        assert 'value="borne wifi"' in response.text
        assert "borne wifi" in response.text.split("</title>")[0]

    def test_no_result_says_what_to_do(self, client):
        response = get(client, "introuvable")
        assert "tel:+33" in response.text
        for link in (reverse("participation:proposal_list"), reverse("home:site_map"), "/aide/"):
            assert f'href="{link}"' in response.text

    def test_no_result_gives_words_to_try_that_find_something(self, client):
        ProposalFactory(title="Une médiathèque à Hautepierre")
        response = get(client, "mediatèke")
        assert response.context["to_try"] == ["médiathèque"]
        assert f'href="{reverse("home:search")}?q=m%C3%A9diath%C3%A8que"' in main(response)
        assert counts(client, "médiathèque") == {"propositions": 1}
        assert get(client, "hautepierre").context["to_try"] == []

    def test_words_to_try_tell_nothing_that_is_not_public(self, client):
        NewsPageFactory(title="Confidentiel", live=False)
        ProposalFactory(title="Confidentiel", state=Proposal.State.RECEIVED)
        make_document(title="Confidentiel")
        make_poll(title="Confidentiel", opens_at=timezone.now() + HOUR)
        hidden = NewsPageFactory(title="Confidentiel")
        PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
        assert get(client, "confidantiel").context["to_try"] == []
        ProposalFactory(title="Confidentiel")
        assert get(client, "confidantiel").context["to_try"] == ["confidentiel"]

    def test_markup_is_escaped_in_query_title_and_extract(self, client):
        ProposalFactory(title="<b>Borne</b>", body="<script>alert('borne')</script>")
        text = main(get(client, "<img src=x> borne")) + main(get(client, "borne"))
        for markup in ("<b>", "<script>", "<img"):
            assert markup not in text
        assert "&lt;b&gt;<mark>Borne</mark>&lt;/b&gt;" in text

    @pytest.mark.parametrize(
        "query",
        [
            '"',
            "'",
            "l'",
            '"sans fin',
            "a OR b AND NOT c",
            "NEAR(a b, 2)",
            "title:secret",
            "borne*",
            "^borne",
            "-borne",
            "(((",
            "%s %(x)s",
            "\\",
            "a\x00b",
            "\x00",
            "x" * 5_000,
            "é" * 5_000,
            "mot " * 1_500,
            "🙂",
            "\u202eabc",
            "le la les",
            "' OR 1=1 --",
            "&|!:*<->",
            "...",
        ],
    )
    def test_strange_input_is_only_words(self, client, query):
        for kind in ("", "propositions", "commentaires", "pages"):
            assert get(client, query, type=kind).status_code == 200

    def test_the_page_sets_no_cookie_and_may_be_kept(self, client):
        response = get(client, "borne")
        assert not response.cookies
        assert "public" in response.headers["Cache-Control"]

    def test_only_reading_is_allowed(self, client):
        assert client.post(reverse("home:search")).status_code == 405

    @pytest.mark.parametrize("kind", ["", "propositions", "sondages", "actualites", "documents", "commentaires"])
    def test_the_number_of_queries_does_not_grow(self, client, kind, django_assert_max_num_queries):
        for number in range(12):
            title = f"Borne {number}"
            ProposalFactory(title=title)
            published_with(make_document(title=title), title=title)
            SessionPageFactory(title=title, starts_at=timezone.now() + number * DAY)
            make_poll(title=title, slug=f"borne-{number}")
            CommentFactory(body=title)
        get(client, "borne", type=kind)
        with django_assert_max_num_queries(MAX_QUERIES):
            get(client, "borne", type=kind)

    def test_nothing_found_costs_the_same_with_more_titles(self, client, django_assert_max_num_queries):
        for number in range(12):
            ProposalFactory(title=f"Borne {number}")
        with django_assert_max_num_queries(MAX_QUERIES):
            assert get(client, "bornne").context["to_try"] == ["borne"]


class TestSiteMap:
    def test_it_nests_the_public_pages(self, client):
        text = main(client.get(reverse("home:site_map")))
        for address in (
            "/actualites/",
            "/le-comite/",
            "/le-comite/seances/",
            "/propositions/appels/",
            "/accessibilite/",
        ):
            assert f'href="{address}"' in text
        assert text.index('href="/le-comite/"') < text.index('href="/le-comite/membres/"') < text.index('href="/aide/"')

    def test_it_leaves_out_dated_pages_drafts_and_what_is_under_them(self, client):
        news = NewsPageFactory(title="Actualité", body=[("text", "<p>Texte</p>")])
        committee = Page.objects.get(slug="le-comite")
        Page.objects.filter(pk=committee.pk).update(live=False)
        text = main(client.get(reverse("home:site_map")))
        assert news.url not in text
        # The register is no page of editors: it stays.
        assert "/le-comite/" not in text.replace("/le-comite/decisions/", "")

    def test_it_costs_the_same_with_more_pages(self, client, django_assert_max_num_queries):
        for number in range(10):
            TopicPageFactory(title=f"Sujet {number}")
        client.get(reverse("home:site_map"))
        with django_assert_max_num_queries(8):
            client.get(reverse("home:site_map"))


class TestWords:
    def test_what_is_typed_becomes_words(self):
        assert words("L’accès à l'Hôtel-de-Ville !") == ["accès", "hôtel", "ville"]
        assert words("le la") == ["le", "la"]
        assert words("C") == ["c"]
        assert words("&|!") == []
        assert len(words(" ".join(f"mot{n}" for n in range(50)))) == 8

    def test_a_query_is_cut_and_freed_of_control_characters(self):
        assert clean_query("  a\x00b\n\tc ") == "a b c"
        assert len(clean_query("x" * 5_000)) == QUERY_MAX_LENGTH

    @pytest.mark.parametrize(
        ("terms", "found"),
        [
            (["wifie"], ["wifi"]),
            (["abitants"], ["habitants"]),
            (["démarche"], []),  # It exists, in the plural: something else found nothing.
            (["borne", "wifie"], ["borne", "wifi"]),
            (["borne", "wifi"], ["borne", "wifi"]),
            (["zzzzzz"], []),
            (["le"], []),
            (["xborn"], ["borne"]),
            (["numerqiue"], ["numérique"]),  # Not its plural too, which finds the same.
            ([], []),
        ],
    )
    def test_close_words_are_suggested_as_they_are_written(self, terms, found):
        texts = ["Une borne Wifi par là", "Les démarches des habitants de 2026", "leur", "Le numérique", "Numériques"]
        assert suggest(terms, texts) == found

    def test_suggestions_of_strange_input_are_quick(self):
        texts = [" ".join(f"mot{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(2_000))]
        assert len(suggest(["mota" * 20, "é" * 120, "x", "motab"], texts)) <= 4

    @pytest.mark.parametrize("text", ["Élève", "cœur", "İstanbul ﬁn ŉ", "e\u0301t\u00e9", "日本", "ẞ"])
    def test_folding_keeps_positions(self, text):
        assert len(fold(text)) == len(text)

    def test_highlighting_marks_whole_words_and_escapes_the_rest(self):
        assert highlight("Les élèves & l’école", ["eleve"]) == "Les <mark>élèves</mark> &amp; l’école"
        assert highlight("art, artisan", ["art"]) == "<mark>art</mark>, artisan"
        assert highlight("<mark>", ["mark"]) == "&lt;<mark>mark</mark>&gt;"

    def test_an_extract_is_cut_between_words_around_the_first_one_found(self):
        text = f"{'avant ' * 100}borne {'après ' * 100}"
        found = extract(text, ["borne"])
        assert "<mark>borne</mark>" in found
        assert found.startswith("… avant")
        assert found.endswith("après …")
        assert len(found) < 260

    def test_an_extract_of_one_endless_word_is_cut_all_the_same(self):
        assert len(extract("x" * 5_000, ["borne"])) < 260
        assert extract("", ["borne"]) == ""


def test_rebuilding_the_index_gives_the_same_results(client):
    ProposalFactory(title="Borne", created_at=timezone.now())
    before = counts(client, "borne")
    call_command("rebuild_modelsearch_index", verbosity=0)
    assert counts(client, "borne") == before == {"propositions": 1}
    assert escape("Borne") in get(client, "borne").text


def test_the_index_is_complete_when_it_holds_each_kind_that_exists(client):
    make_poll()
    assert is_complete()
    poll_entries = IndexEntry.objects.filter(content_type__app_label="polls")
    assert poll_entries.exists()
    poll_entries.delete()
    assert not is_complete()


def test_a_word_that_is_everywhere_is_looked_for_in_the_latest_texts_and_the_page_says_so(client, monkeypatch):
    monkeypatch.setattr("home.queries.search.MOST_RANKED", 4)
    discussion = DiscussionFactory()
    for number in range(6):
        CommentFactory(discussion=discussion, state="publie", body=f"Un formulaire de plus, {number}")
    response = get(client, "formulaire", type="commentaires")
    assert len(response.context["found"].results) == 4
    assert "Plus de 4 résultats" in main(response)
    assert "Voir 4 de ces résultats" in main(get(client, "formulaire")).replace("\u00a0", " ")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has an index of its own kind")
def test_a_search_reads_the_index_that_was_made_for_it():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM modelsearch_indexentry WHERE (title || body) @@ to_tsquery('french_unaccent', 'x')"
        )
        assert "home_search_text" in str(cursor.fetchall())
