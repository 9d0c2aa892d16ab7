"""Table of the display of each state of a proposal."""

import pytest

from common.charts.values import Tone
from participation.models import Proposal
from participation.queries.standings import SERIES, by_tone
from tests.factories import ProposalFactory

State = Proposal.State


def test_each_state_has_a_tone():
    assert set(Proposal.TONES) == set(State)
    assert {state for state, tone in Proposal.TONES.items() if tone == Tone.YES} == {State.ACCEPTED, State.DONE}
    assert {state for state, tone in Proposal.TONES.items() if tone == Tone.PARTLY} == {
        State.PARTLY_ACCEPTED,
        State.STUDIED,
    }
    assert Proposal.TONES[State.IN_PROGRESS] == Tone.ONGOING
    assert Proposal.TONES[State.PUBLISHED] == Tone.WAITING
    assert Proposal.TONES[State.NOT_RETAINED] == Tone.NO


def test_chart_counts_each_public_state_once():
    counts = {str(state): 1 for state in Proposal.PUBLIC_STATES}
    parts = by_tone(counts)
    assert [series for series, _number in parts] == list(SERIES)
    assert sum(number for _series, number in parts) == len(counts)
    assert {series.tone: number for series, number in parts}[Tone.PARTLY] == 2


@pytest.mark.django_db
def test_list_summarises_the_states_of_all_public_proposals(client):
    for state in (State.ACCEPTED, State.IN_PROGRESS, State.PUBLISHED, State.RECEIVED):
        ProposalFactory(state=state)
    page = client.get("/propositions/?etat=acceptee").content.decode().replace("\xa0", " ")
    assert "Où en sont les 3 propositions" in page
    assert "La ville en a repris 2, en entier ou en partie." in page
