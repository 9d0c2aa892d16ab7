"""Timing of answers: steps of a proposal, expected steps, and the published delay."""

import datetime as dt

import pytest
from django.urls import reverse

from common.shown import BY_PROGRAM
from participation.models import OfficialAnswer, Proposal, ProposalStep
from participation.queries.proposals import median_answer_delay
from participation.queries.timeline import CURRENT, DONE, FUTURE, timeline
from participation.services.answers import publish_answer
from tests.factories import CityServiceFactory, OfficialAnswerFactory, ProposalFactory

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

State, Role = Proposal.State, ProposalStep.Role
DAY = dt.timedelta(days=1)


def publish(actor, now, **fields):
    draft = OfficialAnswerFactory(status=OfficialAnswer.Status.DRAFT, **fields)
    return publish_answer(answer=draft, actor=actor, now=now, shown=BY_PROGRAM)


# --- The timeline ------------------------------------------------------------------------------------------------


def proposal_with_history(*moves, **fields):
    """Creates a proposal with the history `moves`: days ago, state, and optional fields of the step."""
    proposal = ProposalFactory(state=moves[-1][1], created_at=NOW - moves[0][0] * DAY, history=[], **fields)
    before = ""
    for days, state, *more in moves:
        values = {"role": Role.TEAM} | (more[0] if more else {})
        ProposalStep.objects.create(proposal=proposal, at=NOW - days * DAY, from_state=before, to_state=state, **values)
        before = state
    return proposal


def lines(proposal):
    history = list(proposal.steps.select_related("target"))
    return [
        (step.label, step.kind, step.at and (NOW - step.at).days) for step in timeline(proposal, history, NOW.date())
    ]


def test_timeline_has_a_date_for_each_step():
    proposal = proposal_with_history(
        (90, State.RECEIVED), (88, State.PUBLISHED), (60, State.STUDIED), (40, State.ACCEPTED),
        (20, State.IN_PROGRESS), (2, State.DONE),
    )  # fmt: skip
    assert lines(proposal) == [
        ("Reçue", DONE, 90),
        ("Lue et publiée", DONE, 88),
        ("Étudiée", DONE, 60),
        ("Acceptée", DONE, 40),
        ("En cours", DONE, 20),
        ("Réalisée", CURRENT, 2),
    ]


def test_late_answer_is_a_step_with_its_own_date(client, agent):
    proposal = proposal_with_history(
        (40, State.RECEIVED), (38, State.PUBLISHED), (10, State.IN_PROGRESS, {"reason": "Les travaux."})
    )
    answer = publish(agent, NOW - DAY, proposal=proposal, decision=State.DONE)
    proposal.refresh_from_db()
    assert lines(proposal)[2:] == [("En cours", DONE, 10), ("Réalisée", CURRENT, 1)]
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert f'href="#{answer.anchor}"' in page
    assert "Les travaux." in page


def test_timeline_omits_an_overturned_refusal_and_shows_a_second_study():
    moves = (30, State.RECEIVED), (29, State.PUBLISHED), (20, State.REFUSED, {"reason": "Une insulte."})
    refused = proposal_with_history(*moves)
    assert lines(refused)[-1] == ("Refusée par la modération", CURRENT, 20)
    proposal = proposal_with_history(
        *moves, (15, State.PUBLISHED), (9, State.STUDIED), (5, State.NOT_RETAINED), (1, State.STUDIED)
    )
    told = lines(proposal)
    assert [line[0] for line in told] == [
        "Reçue", "Lue et publiée", "Publiée à nouveau", "Étudiée", "Non retenue", "Étudiée à nouveau",
        "Réponse officielle",
    ]  # fmt: skip
    assert told[-2:] == [("Étudiée à nouveau", CURRENT, 1), ("Réponse officielle", FUTURE, None)]
    notes = [step.note for step in timeline(proposal, list(proposal.steps.all()), NOW.date())]
    assert "Une insulte." not in notes


@pytest.mark.parametrize(
    ("due", "reminded", "said", "unsaid"),
    [
        ("2026-12-15", None, ["Réponse attendue au plus tard le 15\u00a0décembre 2026"], ["en retard", "relancé"]),
        ("2026-11-15", None, ["Réponse attendue depuis le 15\u00a0novembre 2026", "en retard"], ["relancé"]),
        ("2026-11-15", 3, ["depuis le 15\u00a0novembre 2026", "a été relancé le 21\u00a0novembre"], ["en retard"]),
        ("2026-11-15", None, ["La ville est en retard", "Service qui répond : Direction des parcs"], []),
        ("2026-11-24", None, ["au plus tard le 24\u00a0novembre 2026"], ["en retard"]),
    ],
)
def test_page_shows_when_the_answer_is_due(client, due, reminded, said, unsaid):
    proposal = proposal_with_history(
        (90, State.RECEIVED), (88, State.PUBLISHED), answer_due_on=dt.date.fromisoformat(due)
    )
    Proposal.objects.update(asked_service=CityServiceFactory(name="Direction des parcs"))
    if reminded:
        ProposalStep.objects.create(
            proposal=proposal, kind="relance", at=NOW - reminded * DAY, from_state="publiee", to_state="publiee",
            role=Role.TEAM,
        )  # fmt: skip
    page = client.get(proposal.get_absolute_url()).content.decode()
    part = page.split('id="suivi"')[1].split("</section>")[0].replace("\u00a0:", " :")
    assert all(words in part for words in said), part
    assert not any(words in part for words in unsaid), part


def test_late_answer_is_said_in_lists_and_by_how_many_days_after_it(client, agent):
    proposal = ProposalFactory(
        author=agent, published_at=NOW - 90 * DAY, answer_due_on=(NOW - 7 * DAY).date(), state=State.STUDIED
    )
    client.force_login(agent)
    lists = ("/propositions/", reverse("participation:contributions"))
    assert all("Réponse en retard" in client.get(url).text for url in lists)
    publish(agent, NOW, proposal=proposal)
    assert not any("Réponse en retard" in client.get(url).text for url in lists)
    assert "7 jours après le jour annoncé" in client.get(proposal.get_absolute_url()).text.replace("\xa0", " ")


def test_timeline_of_an_imported_proposal_has_no_expected_steps():
    proposal = proposal_with_history(
        (400, State.PUBLISHED, {"role": Role.IMPORT}), source_url="https://ailleurs.example/1"
    )
    assert lines(proposal) == [("Publiée sur la plateforme d’origine", CURRENT, 400)]


# --- The public delay --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delays", "median"),
    [
        ([], None),
        ([3, 4, 5, 6], None),
        ([40, 1, 20, 3, 90], 20),
        ([40, 1, 20, 3, 90, 21], 20),
        ([7] * 9 + [500], 7),
    ],
)
def test_list_shows_the_median_delay_of_at_least_five_answers(client, delays, median, django_assert_num_queries):
    for delay in delays:
        ProposalFactory(state=State.ACCEPTED, answer_delay=delay, answered_at=NOW)
    ProposalFactory(answer_delay=None)
    ProposalFactory(state=State.REFUSED, answer_delay=1)
    with django_assert_num_queries(1):
        assert median_answer_delay() == median
    page = client.get(reverse("participation:proposal_list")).content.decode()
    assert ("La moitié des réponses" in page) == (median is not None)
    if median is not None:
        assert f"La moitié des réponses arrivent en {median}" in page


def test_delay_is_counted_from_publication_to_the_first_answer(agent):
    proposal = ProposalFactory(created_at=NOW - 30 * DAY, published_at=NOW - 20 * DAY)
    publish(agent, NOW - 8 * DAY, proposal=proposal)
    publish(agent, NOW, proposal=proposal, decision=State.DONE)
    proposal.refresh_from_db()
    assert proposal.answer_delay == 12
