"""Published proposals similar to the title of a draft."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participation.models import Proposal
from tests.factories import ProposalFactory

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]


def similar(title):
    from participation.queries.proposals import similar_proposals

    return [proposal.title for proposal in similar_proposals(title)]


def test_similar_proposals_are_published_with_words_of_the_title():
    ProposalFactory(title="Afficher les horaires des piscines")
    ProposalFactory(title="Horaires cachés", state="recue")
    ProposalFactory(title="Tout autre chose")
    assert similar("Des horaires d’ouverture") == ["Afficher les horaires des piscines"]
    assert similar("à la ou") == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no trigrams")
@pytest.mark.parametrize("title", ["Les horaraires", "Ouverture des piscine", "AFICHER LE PROGRAMME"])
def test_misspelt_words_match_on_postgresql(title):
    ProposalFactory(title="Afficher les horaires des piscines")
    ProposalFactory(title="Une aire de jeux")
    assert similar(title) == ["Afficher les horaires des piscines"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no trigrams")
def test_most_similar_title_is_first_on_postgresql():
    ProposalFactory(title="Un budget pour les piscines et les gymnases de la métropole")
    ProposalFactory(title="Horaires des piscines")
    assert similar("Horaires des piscines municipales")[0] == "Horaires des piscines"


def test_similar_proposals_need_one_query():
    costs = []
    for _round in range(2):
        ProposalFactory.create_batch(20, title="Des horaires lisibles")
        similar("Des horaires")
        with CaptureQueriesContext(connection) as queries:
            assert len(similar("Des horaires")) == 3
        costs.append(len(queries))
    assert costs == [1, 1]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no trigrams")
def test_similarity_search_uses_the_index():
    words = Proposal.objects.filter(title__trigram_word_similar="horaraires")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "proposal_title_trigrams" in words.order_by().explain()
