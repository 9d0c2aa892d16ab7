"""Opinion of the committee on the page of a proposal, separate from the answer of the city."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from participation.models import Proposal
from tests.participation.chains import at, decide, page_text, proposal_of, session, whole_chain
from tests.tables import queries_of

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

State = Proposal.State


def test_page_shows_the_opinion_of_the_committee_apart_from_the_answer(client):
    proposal = whole_chain()
    merged = proposal_of(6, 2, state=State.MERGED, merged_into=proposal, state_changed_at=at(8, 10))
    merged.steps.filter(to_state=State.MERGED).update(target=proposal)
    page_of = proposal.get_absolute_url()
    votes = {"manner": "main-levee", "votes_for": 6, "votes_against": 2, "abstentions": 1, "majority": "simple"}
    decide(session(at(7, 27), title="Le vote"), proposal, text="Demander la durée vraie", **votes)
    decide(session(at(7, 28), title="Fermée", live=False), proposal, text="Un texte qui n’est pas public")
    decide(session(at(12, 28), title="À venir"), proposal, text="Un texte écrit trop tôt")
    decide(session(at(7, 29), title="L’autre"), merged, text="Une décision sur l’autre")
    soup = BeautifulSoup(client.get(page_of).content, "html.parser")
    opinion, answer = soup.find(id="avis").parent, soup.find(class_="answer")
    assert opinion.h2.text == "Avis du comité"
    assert answer.h2.text == "Réponse de la ville"
    words = " ".join(opinion.get_text(" ").split())
    assert "Demander la durée vraie" in words
    assert "pour 6, contre 2, abstentions 1" in words.replace("\xa0", " ")
    assert "Le vote" in words
    assert f"à propos de la n° {merged.pk}" in words.replace("\xa0", " ")
    assert words.index("Une décision sur l’autre") < words.index("Demander la durée vraie"), (
        "the latest opinion comes first"
    )
    assert "pas public" not in words
    assert "trop tôt" not in words
    assert soup.find(id="avis").sourceline < answer.sourceline


def test_no_opinion_without_a_decision_and_constant_number_of_queries(client):
    proposal = proposal_of(9, 1)
    assert "Avis du comité" not in page_text(client, proposal.get_absolute_url())
    costs = []
    for day in (5, 6):
        decide(session(at(10, day)), proposal)
        costs.append(queries_of(client, proposal.get_absolute_url()))
    assert costs[0] == costs[1]
