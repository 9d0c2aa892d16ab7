"""Rows from before there was a history get the steps and the answers that they tell, and no others."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps

from participation.models import OfficialAnswer, Proposal, ProposalStep
from tests.factories import ProposalFactory

pytestmark = pytest.mark.django_db

tell = import_module("participation.migrations.0005_steps_and_answers_of_existing_proposals").tell
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def steps_of(proposal):
    return [(step.from_state, step.to_state, (NOW - step.at).days, step.role) for step in proposal.steps.all()]


@pytest.mark.parametrize(
    ("state", "fields", "steps"),
    [
        ("recue", {}, [("", "recue", 30, "auteur")]),
        ("publiee", {}, [("", "recue", 30, "auteur"), ("recue", "publiee", 28, "equipe")]),
        (
            "non-retenue",
            {},
            [("", "recue", 30, "auteur"), ("recue", "publiee", 28, "equipe"), ("publiee", "non-retenue", 3, "equipe")],
        ),
        ("retiree", {"published_at": None}, [("", "recue", 30, "auteur"), ("recue", "retiree", 3, "auteur")]),
        ("publiee", {"source_url": "https://ailleurs.example/1"}, [("", "publiee", 28, "import")]),
    ],
)
def test_the_history_is_what_the_row_tells(state, fields, steps):
    values = {"created_at": NOW - 30 * DAY, "published_at": NOW - 28 * DAY, "state_changed_at": NOW - 3 * DAY}
    if state == "recue":
        values |= {"published_at": None, "state_changed_at": None}
    proposal = ProposalFactory(state=state, history=[], state_reason="Trop cher.", **(values | fields))
    for _time in range(2):
        tell(apps, None)
    assert steps_of(proposal) == steps


def test_an_old_answer_becomes_an_official_one_without_a_service():
    proposal = ProposalFactory(
        state="non-retenue", history=[], state_reason="Trop cher.", created_at=NOW - 30 * DAY,
        published_at=NOW - 28 * DAY, state_changed_at=NOW - 3 * DAY,
    )  # fmt: skip
    ProposalFactory(state="realisee", history=[], state_reason="")
    tell(apps, None)
    answer = OfficialAnswer.objects.get()
    proposal.refresh_from_db()
    assert (answer.proposal, answer.decision, answer.reasons) == (proposal, "non-retenue", "Trop cher.")
    assert (answer.status, answer.published_at, answer.service) == ("publiee", NOW - 3 * DAY, None)
    assert (proposal.answered_at, proposal.answer_delay) == (NOW - 3 * DAY, 25)
    assert proposal.steps.last().answer == answer


def test_many_rows_are_told_in_batches():
    Proposal.objects.bulk_create(
        Proposal(title=f"Idée {number}", body="x", state="publiee", created_at=NOW, published_at=NOW)
        for number in range(1_100)
    )
    tell(apps, None)
    assert ProposalStep.objects.count() == 2_200
