"""Helpers that enter texts at the desk as agents do."""

import datetime as dt
import uuid

from common.origins import Origin
from participation.services.desk import (
    Sender,
    enter_comment,
    enter_proposal,
)

NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
ADDRESS = "odile@courriel.example"


def sender(**changes):
    return Sender(**{"name": "Odile M.", "email": ADDRESS, "origin": Origin.DESK, "received_at": NOW, **changes})


def proposing(agent, call):
    """Returns a function that enters a proposal; its arguments override the defaults."""

    def enter(**changes):
        values = {
            "agent": agent,
            "sender": sender(),
            "call": call,
            "title": "Un guichet mobile",
            "problem": "Les guichets ferment.",
            "body": "Un bus avec un agent.",
            "topic": None,
            "district": "",
            "key": uuid.uuid4(),
            "now": NOW,
        }
        return enter_proposal(**{**values, **changes})

    return enter


def commenting(agent):
    """Returns a function that enters a comment; its arguments override the defaults."""

    def enter(discussion, **changes):
        values = {"agent": agent, "sender": sender(), "body": "Bonne idée.", "key": uuid.uuid4(), "now": NOW}
        return enter_comment(discussion=discussion, **{**values, **changes})

    return enter
