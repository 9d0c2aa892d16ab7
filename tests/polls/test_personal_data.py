"""Personal data of polls: participation; answers only in nominative polls."""

import pytest

from accounts.exports.personal_data import export_as_json, export_of
from common.origins import Origin
from polls.models import NominativeAnswer, Participation, Poll, Question
from polls.services.agent_entries import answer_for
from polls.services.answers import answer_poll
from tests.factories import UserFactory
from tests.polls.factories import NOW, choice_ids, make_poll

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def person():
    user = UserFactory()
    user.verify_email()
    return user


@pytest.fixture
def user():
    return person()


def polls_of(user):
    return {kind: rows for kind, rows in export_of(user).items() if kind.startswith("polls.")}


def name_choices(poll, word):
    for question in poll.questions.all():
        for choice in question.choices.all():
            choice.text = f"{word} {choice.pk}"
            choice.save()


class TestExport:
    def test_export_contains_answers_in_nominative_polls(self, user):
        poll = make_poll(ballot=Poll.Ballot.NOMINATIVE, kinds=(Question.Kind.RANKED,))
        first, second, third = choice_ids(poll)
        question = poll.questions.get()
        answer_poll(poll=poll, user=user, answers={question.pk: {second: 1, first: 2}}, now=NOW)
        answer_poll(poll=poll, user=person(), answers={question.pk: {third: 1}}, now=NOW)
        found = polls_of(user)
        assert found["polls.participations"] == [
            {"poll_title": poll.title, "poll_slug": poll.slug, "poll_ballot": "nominative"}
        ]
        assert found["polls.answers"] == [
            {
                "poll": poll.slug,
                "question": "Question 0 ?",
                "answer": [{"choice": "Choix 0", "number": 2}, {"choice": "Choix 1", "number": 1}],
            }
        ]

    def test_export_contains_only_participation_in_secret_polls(self, user):
        poll = make_poll(ballot=Poll.Ballot.SECRET)
        name_choices(poll, "Canari")
        chosen = choice_ids(poll)[0]
        answer_poll(poll=poll, user=user, answers={poll.questions.get().pk: {chosen: 1}}, now=NOW)
        Participation.objects.update(voice="siege-3")
        found = polls_of(user)
        assert list(found) == ["polls.participations"]
        assert found["polls.participations"] == [
            {"poll_title": poll.title, "poll_slug": poll.slug, "poll_ballot": "secret"}
        ]
        assert "Canari" not in export_as_json(user)
        assert "siege-3" not in export_as_json(user)

    def test_export_contains_the_seat_in_nominative_polls(self, user):
        poll = make_poll(ballot=Poll.Ballot.NOMINATIVE)
        Participation.objects.create(poll=poll, user=user, voice="siege-3")
        assert export_of(user)["polls.voices"] == [{"poll_slug": poll.slug, "voice": "siege-3"}]

    def test_export_of_an_agent_contains_the_number_of_entries_only(self, editor_of):
        agent = editor_of("Accueil")
        poll = make_poll(ballot=Poll.Ballot.NOMINATIVE)
        answers = {poll.questions.get().pk: {choice_ids(poll)[0]: 1}}
        answer_for(poll=poll, agent=agent, name="Canariautre", origin=Origin.DESK, answers=answers, now=NOW)
        assert export_of(agent)["polls.acts"] == [{"act": "answers_entered_for_others", "count": 1}]
        assert "Canariautre" not in export_as_json(agent)
        assert "polls.answers" not in export_of(agent)

    def test_export_excludes_answers_of_other_users(self, user):
        poll = make_poll(ballot=Poll.Ballot.NOMINATIVE)
        answer_poll(poll=poll, user=person(), answers={poll.questions.get().pk: {choice_ids(poll)[0]: 1}}, now=NOW)
        assert polls_of(user) == {}


class TestErasure:
    def test_erased_account_is_removed_from_its_answers_which_remain(self, user):
        poll = make_poll(ballot=Poll.Ballot.NOMINATIVE)
        answer_poll(poll=poll, user=user, answers={poll.questions.get().pk: {choice_ids(poll)[0]: 1}}, now=NOW)
        user.delete()
        assert Participation.objects.get().user is None
        assert NominativeAnswer.objects.count() == 1
