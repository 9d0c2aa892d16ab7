"""List of proposals: suggestion when a filter finds nothing, and French typography of residents' texts."""

import re

import pytest

from participation.models import Comment, Proposal
from tests.factories import CommentFactory, DiscussionFactory, ProposalFactory, TopicPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

LIST = "/propositions/"


@pytest.fixture
def topic():
    return TopicPageFactory(title="Horaires")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"quartier": "Neudorf", "etat": "etudiee"}, "Neudorf"),
        ({"q": "perroquet", "quartier": "Neudorf"}, "Neudorf"),
        ({"q": "perroquet", "sujet": "horaires"}, "Horaires"),
        # Two filters could be removed: the last one of the form is suggested.
        ({"q": "canari", "quartier": "Cronenbourg"}, "Cronenbourg"),
        ({"q": "perroquet", "sujet": "horaires", "quartier": "Neudorf"}, "perroquet"),
        ({"q": "introuvable", "quartier": "Cronenbourg"}, None),
    ],
)
def test_suggested_filter_to_remove_is_sufficient_on_its_own(client, topic, query, expected):
    ProposalFactory(title="Canari jaune", topic=topic, district="Neudorf")
    ProposalFactory(title="Perroquet vert", state=Proposal.State.STUDIED)

    response = client.get(LIST, query)

    assert response.context["count"] == 0
    found = response.context["too_narrow"]
    assert (found.value if found else None) == expected


def test_order_is_preserved_when_a_filter_is_removed(client):
    ProposalFactory(title="Canari jaune", district="Neudorf")
    response = client.get(LIST, {"quartier": "Neudorf", "etat": "publiee", "tri": "soutiens", "sujet": "inconnu"})
    active = [(one.label, one.value, one.remove_query) for one in response.context["active_filters"]]
    assert active == [
        ("État", "Publiée", "quartier=Neudorf&tri=soutiens"),
        ("Lieu", "Neudorf", "etat=publiee&tri=soutiens"),
    ]


def test_displayed_filter_is_escaped(client):
    ProposalFactory(title="Canari jaune")
    page = client.get(LIST, {"q": "<b>non</b>"}).content.decode()
    assert "<b>non" not in page
    assert "&lt;b&gt;non" in page


def test_texts_of_residents_get_french_spaces_and_are_escaped(client):
    """Punctuation alone at the start of a line is hard to read; `<` stays escaped."""
    proposal = ProposalFactory(
        title="Où ?", problem="Pourquoi ? <b>Non</b>", body="« Oui » : à 18 h.\n\nMerci !", state=Proposal.State.STUDIED
    )
    CommentFactory(
        discussion=DiscussionFactory(proposal=proposal), body="Vraiment ?\n<i>Oui</i> !", state=Comment.State.PUBLISHED
    )

    page = client.get(proposal.get_absolute_url()).content.decode()

    assert "<p>«\xa0Oui\xa0»\xa0: à 18\xa0h.</p>" in page
    assert "<p>Merci\xa0!</p>" in page
    assert "<p>Pourquoi\xa0? &lt;b&gt;Non&lt;/b&gt;</p>" in page
    assert "Vraiment\xa0?<br>&lt;i&gt;Oui&lt;/i&gt;\xa0!" in page


def test_datetime_attributes_are_valid_html(client):
    """Regression: datetimes had microseconds, as stored in the database."""
    proposal = ProposalFactory()
    CommentFactory(discussion=DiscussionFactory(proposal=proposal))
    page = client.get(proposal.get_absolute_url()).content.decode()
    moments = re.findall(r'<time datetime="([^"]*)"', page)
    assert len(moments) >= 2
    assert not [moment for moment in moments if not re.fullmatch(r"\d{4}-\d\d-\d\d", moment)]


def test_filter_by_strasbourg_includes_its_districts(client):
    ProposalFactory(title="Au Neudorf", district="Neudorf")
    ProposalFactory(title="En ville", district="Strasbourg")
    ProposalFactory(title="À côté", district="Schiltigheim")
    assert client.get(LIST, {"quartier": "Strasbourg"}).context["count"] == 2
    assert client.get(LIST, {"quartier": "Neudorf"}).context["count"] == 1
