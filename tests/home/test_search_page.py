"""Search page: its texts, its cost, and strange input."""

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from participation.models import Proposal
from tests.cms.factories import make_document
from tests.factories import CommentFactory, DiscussionFactory, NewsPageFactory, ProposalFactory, SessionPageFactory
from tests.home.searching import DAY, HOUR, MAX_QUERIES, counts, get, main, make_poll, page_linking_to
from tests.tables import assert_table, queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]


class TestPage:
    def test_empty_query_shows_only_the_form(self, client):
        response = client.get(reverse("home:search"))
        assert response.status_code == 200
        assert response.context["found"].counts == []
        assert "<h2" not in main(response)

    def test_query_is_shown_in_the_form_and_in_the_title(self, client):
        response = get(client, "borne wifi")
        assert 'value="borne wifi"' in response.text
        assert "borne wifi" in response.text.split("</title>")[0]

    def test_page_without_results_shows_links_and_phone_number(self, client):
        response = get(client, "introuvable")
        assert "tel:+33" in response.text
        for link in (reverse("participation:proposal_list"), reverse("home:site_map"), "/aide/"):
            assert f'href="{link}"' in response.text

    def test_page_without_results_suggests_words_with_results(self, client):
        ProposalFactory(title="Une médiathèque à Hautepierre")
        response = get(client, "mediatèke")
        assert response.context["to_try"] == ["médiathèque"]
        assert f'href="{reverse("home:search")}?q=m%C3%A9diath%C3%A8que"' in main(response)
        assert counts(client, "médiathèque") == {"propositions": 1}
        assert get(client, "hautepierre").context["to_try"] == []

    def test_suggestions_contain_only_public_words(self, client):
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
    def test_special_characters_never_cause_an_error(self, client, query):
        for kind in ("", "propositions", "commentaires", "pages"):
            assert get(client, query, type=kind).status_code == 200

    def test_page_is_cacheable_and_sets_no_cookie(self, client):
        response = get(client, "borne")
        assert not response.cookies
        assert "public" in response.headers["Cache-Control"]

    def test_post_returns_405(self, client):
        assert client.post(reverse("home:search")).status_code == 405

    def test_the_number_of_queries_does_not_grow(self, client):
        kinds, costs = ("", "propositions", "sondages", "actualites", "documents", "commentaires"), []
        for size in (3, 6):
            for number in range(size - 3, size):
                title = f"Borne {number}"
                ProposalFactory(title=title)
                page_linking_to(make_document(title=title), title=title)
                SessionPageFactory(title=title, starts_at=timezone.now() + number * DAY)
                make_poll(title=title, slug=f"borne-{number}")
                CommentFactory(body=title)
            search = reverse("home:search")
            costs.append({kind: queries_of(client, f"{search}?q=borne&type={kind}") for kind in kinds})
        few, many = costs
        assert_table(many, {kind: min(few[kind], MAX_QUERIES) for kind in kinds})

    def test_queries_without_results_do_not_grow_with_titles(self, client, django_assert_max_num_queries):
        costs = []
        for size in (3, 6):
            for number in range(size - 3, size):
                ProposalFactory(title=f"Borne {number}")
            get(client, "bornne")
            with django_assert_max_num_queries(MAX_QUERIES) as captured:
                assert get(client, "bornne").context["to_try"] == ["borne"]
            costs.append(len(captured))
        assert costs[1] == costs[0]


def test_results_of_frequent_words_are_limited_with_a_message(client, monkeypatch):
    monkeypatch.setattr("home.queries.search.MOST_RANKED", 4)
    discussion = DiscussionFactory()
    for number in range(6):
        CommentFactory(discussion=discussion, state="publie", body=f"Un formulaire de plus, {number}")
    response = get(client, "formulaire", type="commentaires")
    assert len(response.context["found"].results) == 4
    assert "Plus de 4 résultats" in main(response)
    assert "Voir 4 de ces résultats" in main(get(client, "formulaire")).replace("\u00a0", " ")
