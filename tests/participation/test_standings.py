"""The one table that says how each state of a proposal is drawn."""

from common.charts.values import Tone
from participation.models import Proposal
from participation.queries.standings import SERIES, by_tone

State = Proposal.State


def test_each_state_has_the_colour_of_what_it_means():
    assert set(Proposal.TONES) == set(State)
    assert {state for state, tone in Proposal.TONES.items() if tone == Tone.YES} == {State.ACCEPTED, State.DONE}
    assert {state for state, tone in Proposal.TONES.items() if tone == Tone.PARTLY} == {
        State.PARTLY_ACCEPTED,
        State.STUDIED,
    }
    assert Proposal.TONES[State.IN_PROGRESS] == Tone.ONGOING
    assert Proposal.TONES[State.PUBLISHED] == Tone.WAITING
    assert Proposal.TONES[State.NOT_RETAINED] == Tone.NO


def test_a_chart_counts_each_public_state_once_under_its_tone():
    counts = {str(state): 1 for state in Proposal.PUBLIC_STATES}
    parts = by_tone(counts)
    assert [series for series, _number in parts] == list(SERIES)
    assert sum(number for _series, number in parts) == len(counts)
    assert {series.tone: number for series, number in parts}[Tone.PARTLY] == 2
