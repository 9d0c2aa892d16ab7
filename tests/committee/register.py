"""Helper: a decision in the register."""

import datetime as dt

from committee.models import RegisterEntry
from committee.register.services.chain import append
from tests.committee.minutes import NOW


def enter(number=1, now=NOW, **fields):
    said = {"text": f"Décision {number} : « été » 🌻", "responsible": "Aïcha N.", "session_day": dt.date(2026, 11, 2)}
    return append(now=now, kind=RegisterEntry.Kind.DECISION, rank=number, **{**said, **fields})
