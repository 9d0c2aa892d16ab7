"""Helper: a decision in the register, in the format without votes unless a vote is given."""

import datetime as dt

from committee.models import DecisionMethod, Majority, RegisterEntry
from committee.register.services.chain import append
from tests.committee.minutes import NOW

VOTED = {
    "manner": DecisionMethod.HANDS,
    "majority": Majority.SIMPLE,
    "votes_for": 7,
    "votes_against": 2,
    "abstentions": 1,
    "dissents": "C’est trop cher.\nC’est trop tôt.",
}


def enter(number=1, now=NOW, **fields):
    values = {"text": f"Décision {number} : « été » 🌻", "responsible": "Aïcha N.", "session_day": dt.date(2026, 11, 2)}
    return append(now=now, kind=RegisterEntry.Kind.DECISION, rank=number, **{**values, **fields})
