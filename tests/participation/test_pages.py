"""Lists and pages: visibility, filters, URLs, harmful texts."""

import datetime as dt
import json
from itertools import product
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from committee.models import TopicPage
from common.shown import BY_PROGRAM
from participation import sitemaps
from participation.models import CallPage, Comment, Proposal
from participation.services.follows import set_follow
from participation.services.moderation import moderate
from participation.services.supports import set_support
from participation.views import contributions
from tests.factories import (
    LONG_AGO,
    CallPageFactory,
    CommentFactory,
    DiscussionFactory,
    NewsPageFactory,
    ProposalFactory,
    TopicPageFactory,
    UserFactory,
)
from tests.hidden_pages import each_way_to_hide

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

LIST = reverse("participation:proposal_list")
HIDDEN = ("recue", "retiree", "refusee")
NAUGHTY = Path(__file__).resolve().parents[3] / "shared/data/entrees-malveillantes/blns.json"
XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "{{ 7|add:7 }}{% now 'Y' %}",
    "javascript:alert(1)",
    "<b>gras</b>\n<i>ligne</i>",
]


def text(client, url, **query):
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("state", Proposal.State.values)
def test_visibility_of_each_state(client, user, state):
    proposal = ProposalFactory(title="Canari jaune", state=state, author=user)
    url, public = proposal.get_absolute_url(), state not in HIDDEN
    other, author = Client(), Client()
    other.force_login(UserFactory())
    author.force_login(user)
    for reader, allowed in ((client, public), (other, public), (author, True)):
        assert (reader.get(url).status_code == 200) == allowed
        assert (
            reader.get(reverse("participation:proposal_by_number", args=[proposal.pk])).status_code == 301
        ) == allowed
        assert ("Canari jaune" in text(reader, LIST)) == allowed
    for reader in (client, other):
        assert ("Canari jaune" in text(reader, LIST, q="canari")) == public


def test_search_excludes_hidden_texts_until_they_are_published_again(moderator):
    proposal = ProposalFactory(title="Canari jaune")
    comment = CommentFactory(discussion=DiscussionFactory(proposal=proposal), body="Un perroquet vert")

    def result_counts():
        everything = Proposal.objects.all().search("canari"), Comment.objects.all().search("perroquet")
        return [len(results) for results in everything]

    def decide(state, reason=""):
        moderate(text=proposal, state=state, moderator=moderator, now=timezone.now(), reason=reason, shown=BY_PROGRAM)

    assert result_counts() == [1, 1]
    decide(Proposal.State.REFUSED, "Non")
    assert result_counts() == [0, 0]
    decide(Proposal.State.PUBLISHED)
    assert result_counts() == [1, 1]
    given = {"reason": "Non", "shown": BY_PROGRAM}
    moderate(text=comment, state=Comment.State.REFUSED, moderator=moderator, now=timezone.now(), **given)
    assert result_counts() == [1, 0]


def test_comments_on_hidden_subjects_are_visible_to_the_author_at_most(user):
    restricted = CallPageFactory()
    PageViewRestriction.objects.create(page=restricted, restriction_type="login")
    hidden = [
        DiscussionFactory(proposal=ProposalFactory(state="refusee")),
        DiscussionFactory(proposal=None, page=CallPageFactory(live=False)),
        DiscussionFactory(proposal=None, page=restricted),
    ]
    comments = [CommentFactory(discussion=discussion) for discussion in hidden]
    assert not Comment.objects.visible_to(user).exists()
    assert list(Comment.objects.visible_to(comments[0].author)) == [comments[0]]


def test_number_and_wrong_slug_redirect_to_the_canonical_url(client):
    proposal = ProposalFactory(title="Été à l’école")
    assert proposal.get_absolute_url() == f"/propositions/{proposal.pk}-ete-a-lecole/"
    for url in (f"/propositions/{proposal.pk}/", f"/propositions/{proposal.pk}-autre/"):
        answer = client.get(url)
        assert (answer.status_code, answer.headers["Location"]) == (301, proposal.get_absolute_url())
    assert client.get("/propositions/99999999999999999999/").status_code == 404


def test_list_can_be_filtered(client):
    topic = TopicPageFactory(title="Horaires")
    call = CallPageFactory(title="Un appel")
    wanted = ProposalFactory(title="Canari jaune", topic=topic, district="Neudorf", state="etudiee", call=call)
    ProposalFactory(title="Perroquet vert")
    for query in (
        {"q": "canari"},
        {"sujet": topic.slug},
        {"etat": "etudiee"},
        {"quartier": "Neudorf"},
        {"appel": call.slug},
        {"q": "canari", "sujet": topic.slug, "etat": "etudiee", "quartier": "Neudorf", "tri": "soutiens"},
    ):
        page = text(client, LIST, **query)
        assert wanted.title in page
        assert "Perroquet vert" not in page, query
        assert "Retirer le filtre" in page
    nothing = text(client, LIST, q="introuvable")
    assert "Aucune proposition ne correspond" in nothing
    assert 'value="introuvable"' in nothing


def test_sorting_by_supports_includes_imported_ones(client):
    ProposalFactory(title="Canari", support_count=3)
    ProposalFactory(title="Perroquet", support_count=1, imported_support_count=5)
    page = text(client, LIST, tri="soutiens")
    assert page.index("Perroquet") < page.index("Canari")


def test_sorting_by_comments_starts_with_the_highest_number(client):
    ProposalFactory(title="Canari", comment_count=2)
    ProposalFactory(title="Perroquet", comment_count=9)
    ProposalFactory(title="Pinson")
    page = text(client, LIST, tri="commentaires")
    assert page.index("Perroquet") < page.index("Canari") < page.index("Pinson")


def test_empty_list_shows_a_message(client):
    assert "Aucune proposition pour l’instant" in text(client, LIST)


def test_no_parameter_reveals_a_hidden_proposal(client):
    """Checks the content; `home/test_fuzz.py` checks the status of every URL."""
    ProposalFactory(title="Canari jaune")
    ProposalFactory(title="Perroquet caché", state="recue")
    names = ("q", "sujet", "etat", "quartier", "tri", "page", "appel")
    values = ("", "'", '"', 'a"b OR *', "-1", "9" * 20, "<script>", "é", "\x00", "NEAR(", "recue", "*")
    for case in product(names, values):
        page = text(client, LIST, **dict([case]))
        assert "<script>" not in page, case
        assert "Perroquet caché" not in page, case


def test_hidden_states_cannot_be_filtered(client):
    ProposalFactory(title="Perroquet caché", state="refusee")
    assert "Perroquet caché" not in text(client, LIST, etat="refusee")


def harmful_texts():
    if NAUGHTY.exists():
        known = json.loads(NAUGHTY.read_text(encoding="utf-8"))
        return XSS + [entry for entry in known if "<" in entry][:60]
    return XSS


def test_harmful_texts_are_escaped(client):
    body = "\n\n".join(harmful_texts())
    proposal = ProposalFactory(title=XSS[2], problem=body, body=body, author=UserFactory(public_name="O"))
    CommentFactory(discussion=DiscussionFactory(proposal=proposal), body=body)
    for url in (LIST, proposal.get_absolute_url(), proposal.discussion.comment_url):
        page = text(client, url).lower()
        for forbidden in ("<script>alert", "<img src=x", "<svg onload", "<iframe", "onerror=alert(1)>"):
            assert forbidden not in page, (url, forbidden)
    page = text(client, proposal.get_absolute_url())
    assert "{{ 7|add:7 }}" in page
    assert "&lt;b&gt;gras&lt;/b&gt;<br>&lt;i&gt;ligne&lt;/i&gt;" in page


def test_line_breaks_are_preserved(client):
    proposal = ProposalFactory(body="Un\nDeux\n\nTrois")
    assert "<p>Un<br>Deux</p>\n\n<p>Trois</p>" in text(client, proposal.get_absolute_url())


def test_anonymous_pages_have_no_cookies_or_csrf_tokens(client):
    proposal = ProposalFactory()
    call = CallPageFactory()
    CommentFactory(discussion=DiscussionFactory(proposal=proposal))
    for url in (LIST, proposal.get_absolute_url(), call.url, "/propositions/appels/"):
        answer = client.get(url)
        assert answer.status_code == 200
        assert not answer.cookies
        assert "csrfmiddlewaretoken" not in answer.content.decode()
        assert "public" in answer.headers["Cache-Control"]


def test_own_and_imported_supports_are_displayed_separately(client):
    proposal = ProposalFactory(support_count=12, imported_support_count=498)
    page = text(client, proposal.get_absolute_url())
    assert '<span class="support__count">12</span>' in page
    assert "498 soutiens repris" in page


def test_card_escapes_the_place_once(client):
    ProposalFactory(district="Conseil <des> Quinze & d'autres")
    assert "Conseil &lt;des&gt; Quinze &amp; d" in text(client, LIST)


def test_page_shows_that_the_answer_is_late(client):
    late = ProposalFactory(answer_due_on=dt.date(2020, 1, 15))
    assert "depuis le 15\u00a0janvier 2020" in text(client, late.get_absolute_url())


def test_calls_are_sorted_by_phase(client):
    CallPageFactory(title="Appel ouvert")
    CallPageFactory(title="Appel discuté", phase=CallPage.Phase.DISCUSSION)
    CallPageFactory(title="Appel fini", phase=CallPage.Phase.CLOSED)
    CallPageFactory(title="Appel soutenu", phase=CallPage.Phase.SUPPORT)
    CallPageFactory(title="Appel annoncé", phase=CallPage.Phase.COMING)
    page = text(client, "/propositions/appels/")
    places = [page.index(f"Appel {state}") for state in ("ouvert", "discuté", "soutenu", "annoncé", "fini")]
    assert places == sorted(places)


def test_call_shows_its_discussion_and_its_public_proposals(client):
    call = CallPageFactory(title="Un appel")
    ProposalFactory(title="Canari jaune", call=call)
    ProposalFactory(title="Perroquet caché", call=call, state="recue")
    page = text(client, call.url)
    assert "Canari jaune" in page
    assert "Perroquet caché" not in page
    assert call.discussion.comment_url in page
    CallPage.objects.filter(pk=call.pk).update(closes_at=LONG_AGO)
    assert call.discussion.comment_url not in text(client, call.url)


def test_contributions_list_own_texts_only(client, user):
    ProposalFactory(title="Canari jaune", author=user, state="recue")
    ProposalFactory(title="Perroquet vert")
    CommentFactory(author=user, body="Mon commentaire", state="refuse", state_reason="Hors sujet")
    CommentFactory(body="Son commentaire")
    url = reverse("participation:contributions")
    assert client.get(url).status_code == 302
    client.force_login(user)
    page = text(client, url)
    assert "Canari jaune" in page
    assert "Mon commentaire" in page
    assert "Hors sujet" in page
    assert "Perroquet vert" not in page
    assert "Son commentaire" not in page


def test_older_comments_are_announced(client, user, monkeypatch):
    monkeypatch.setattr(contributions, "MAX_CONTRIBUTIONS", 2)
    client.force_login(user)
    url, sentence = reverse("participation:contributions"), "Voici vos 2 derniers commentaires."
    for number in range(3):
        assert sentence not in client.get(url).content.decode()
        CommentFactory(author=user, body=f"Commentaire {number}.")
    page = client.get(url).content.decode()
    assert sentence in page
    assert "Commentaire 0." not in page
    assert reverse("accounts:own_data") in page


def test_contributions_list_each_proposal_once_with_its_tags(client, user):
    own = ProposalFactory(title="Ma fontaine", author=user)
    both = ProposalFactory(title="Le banc")
    set_support(user=user, proposal=both, supported=True, now=timezone.now())
    for number in range(4):
        discussion = DiscussionFactory(proposal=ProposalFactory(title=f"Idée {number}"))
        set_follow(user=user, discussion=discussion, following=True, now=timezone.now() - dt.timedelta(days=number + 1))
    client.force_login(user)
    page = BeautifulSoup(client.get(reverse("participation:contributions")).content, "html.parser")
    found = [(line.a.get_text(), line.b.get_text()) for line in page.select(".link-list > li")]
    assert found[:3] == [
        (own.title, "j’ai proposé"),
        (both.title, "je soutiens · je suis"),
        ("Idée 0", "je suis"),
    ]
    assert len(found) == 6, "each proposal is listed once"
    assert [line.a.get_text() for line in page.select("details .link-list > li")] == ["Idée 3"]


def test_contributions_omit_withdrawn_texts_and_titles_of_restricted_pages(client, user):
    page = NewsPageFactory(title="Canari jaune")
    discussion = DiscussionFactory(proposal=None, page=page)
    CommentFactory(author=user, body="Mon commentaire", discussion=discussion)
    CommentFactory(author=user, body="Perroquet vert", state="retire", discussion=discussion)
    client.force_login(user)
    url = reverse("participation:contributions")
    assert "Canari jaune" in text(client, url)
    page.view_restrictions.create(restriction_type="groups")
    shown = text(client, url)
    assert "Mon commentaire" in shown
    assert "Canari jaune" not in shown
    assert "Perroquet vert" not in shown


def test_facts_of_a_proposal_end_with_one_punctuation_mark(client):
    call = CallPageFactory(title="Qu’est-ce qui vous résiste ?")
    proposal = ProposalFactory(call=call, topic=TopicPageFactory(title="Le guichet"))
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert "Qu’est-ce qui vous résiste\u00a0?</a>\n" in page
    assert "Le guichet.</a>" in page


@each_way_to_hide
def test_page_names_no_hidden_topic_or_call(client, hide):
    topic, call = TopicPageFactory(title="Canari du sujet"), CallPageFactory(title="Canari de l’appel")
    url = ProposalFactory(topic=topic, call=call).get_absolute_url()
    shown = text(client, url)
    assert ("Canari du sujet" in shown, "Canari de" in shown) == (True, True)
    hide(topic, call)
    shown = text(client, url)
    assert ("Canari du sujet" in shown, "Canari de" in shown) == (False, False)


@each_way_to_hide
def test_lists_calls_and_open_data_name_no_hidden_topic(client, hide):
    topic = TopicPageFactory(title="Canari du sujet")
    call = CallPageFactory(topic=topic)
    ProposalFactory(topic=topic, call=call)

    def shown():
        table = client.get("/donnees-ouvertes/propositions.csv").getvalue().decode()
        return ["Canari du sujet" in page for page in (text(client, LIST), text(client, call.url), table)]

    assert '<p class="topic-name">Canari du sujet</p>' in text(client, LIST)
    assert shown() == [True, True, True]
    hide(topic)
    assert shown() == [False, False, False]


def test_other_pages_show_published_proposals_only(client, user):
    topic = TopicPageFactory(title="Horaires")
    ProposalFactory(title="Canari jaune", topic=topic)
    hidden = ProposalFactory(title="Perroquet caché", topic=topic, state="recue", author=user)
    client.force_login(user)
    page = text(client, topic.url)
    assert "Canari jaune" in page
    assert f"{LIST}?sujet={topic.slug}" in page
    assert "Perroquet caché" not in page
    paths = [entry.path for entry in sitemaps.entries()]
    assert [path for path in paths if "canari" in path]
    assert hidden.get_absolute_url() not in paths
    assert reverse("participation:contributions") in text(client, reverse("accounts:home"))


def test_cached_card_is_renewed_when_the_proposal_changes(client):
    """Two requests in the same second: a changed proposal gets another cached card."""
    proposal = ProposalFactory(title="Des bancs au parc", support_count=1)
    address = reverse("participation:proposal_list")
    assert "Des bancs au parc" in client.get(address).content.decode()

    Proposal.objects.filter(pk=proposal.pk).update(title="Des arbres au parc", support_count=12, comment_count=3)
    page = client.get(address).content.decode()

    assert all(words in page for words in ("Des arbres au parc", "12 soutiens", "3 commentaires"))
    assert "Des bancs au parc" not in page


def test_cached_filters_show_the_selection_and_current_topics(client):
    topic = TopicPageFactory(title="Un premier nom")
    address = reverse("participation:proposal_list")
    assert '<option value="acceptee">' in client.get(address).content.decode()

    TopicPage.objects.filter(pk=topic.pk).update(title="Un second nom")
    page = client.get(address, {"etat": "acceptee", "q": "bancs"}).content.decode()

    assert all(words in page for words in ('<option value="acceptee" selected>', 'value="bancs"', "Un second nom"))
    assert "Un premier nom" not in page


def test_proposals_show_the_new_title_of_their_topic_after_publication(client):
    topic = TopicPageFactory(title="Horaires")
    url = ProposalFactory(topic=topic).get_absolute_url()
    assert "Horaires." in text(client, url)
    topic.title = "Guichets"
    topic.save_revision().publish()
    page = text(client, url)
    assert "Guichets." in page
    assert "Horaires" not in page
