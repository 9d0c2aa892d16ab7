"""Polls: who may answer, once, and who may read the results."""

import datetime as dt

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse

from polls.errors import IncompleteAnswer, PollAlreadyAnswered, PollNotOpen
from polls.models import Choice, Participation, Poll, Question, SecretTally
from polls.models.ballots import write
from polls.permissions import can_answer, can_read_results
from polls.queries.results import tallies
from polls.services.answers import (
    answer_poll,
)
from tests.charts import charts_in
from tests.factories import UserFactory

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]
DAY = dt.timedelta(days=1)


def make_poll(slug="samedi", opens_at=NOW - DAY, closes_at=NOW + DAY, questions=1, votes=(0, 0), **fields):
    poll = Poll.objects.create(
        title=f"Sondage {slug}", slug=slug, is_draft=False, opens_at=opens_at, closes_at=closes_at, **fields
    )
    for number in range(questions):
        question = Question(poll=poll, text=f"Question {number} ?", order=number)
        question.choices = [Choice(text=f"Réponse {index}") for index, _count in enumerate(votes)]
        question.save()
        counts = {write({choice.pk: 1}): n for choice, n in zip(question.choices.all(), votes, strict=True) if n}
        SecretTally.objects.create(question=question, counts=counts)
    return poll


def first_choices(poll):
    return [question.choices.first() for question in poll.questions.all()]


def answers(poll):
    return {f"question_{choice.question_id}": choice.pk for choice in first_choices(poll)}


def ticks(*choices):
    """Returns answers to a poll with single-choice questions."""
    return {choice.question_id: {choice.pk: 1} for choice in choices}


def votes(poll):
    return [line.people for tally in tallies(poll) for line in sorted(tally.lines, key=lambda line: line.choice.pk)]


def test_answer_is_counted_without_a_link_to_the_user(user):
    poll = make_poll(questions=2)
    answer_poll(poll=poll, user=user, answers=ticks(*first_choices(poll)), now=NOW)
    assert votes(poll) == [1, 0, 1, 0]
    assert {field.name for field in Participation._meta.fields} == {"id", "poll", "user", "voice"}


def test_a_second_answer_is_refused(user):
    poll = make_poll()
    answer_poll(poll=poll, user=user, answers=ticks(*first_choices(poll)), now=NOW)
    with pytest.raises(PollAlreadyAnswered):
        answer_poll(poll=poll, user=user, answers=ticks(*first_choices(poll)), now=NOW)
    assert votes(poll) == [1, 0]


def test_database_refuses_two_participations_of_a_user(user):
    poll = make_poll()
    Participation.objects.create(poll=poll, user=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Participation.objects.create(poll=poll, user=user)


def test_answer_that_loses_a_race_is_refused(user):
    """The other request inserted its row after the page was shown: the constraint decides."""
    poll = make_poll()
    Participation.objects.create(poll=poll, user=user)
    with pytest.raises(PollAlreadyAnswered):
        answer_poll(poll=poll, user=user, answers=ticks(*first_choices(poll)), now=NOW)
    assert votes(poll) == [0, 0]


@pytest.mark.parametrize(("opens", "closes"), [(NOW - 2 * DAY, NOW), (NOW + DAY, NOW + 2 * DAY)])
def test_answers_outside_the_opening_period_are_refused(user, opens, closes):
    poll = make_poll(opens_at=opens, closes_at=closes)
    with pytest.raises(PollNotOpen):
        answer_poll(poll=poll, user=user, answers=ticks(*first_choices(poll)), now=NOW)
    assert votes(poll) == [0, 0]


def test_answer_requires_one_choice_for_each_question(user):
    poll, other = make_poll(questions=2), make_poll("autre")
    [first, second] = first_choices(poll)
    for choices in ([first], [first, *first_choices(other)], [first, second, *first_choices(other)]):
        with pytest.raises(IncompleteAnswer):
            answer_poll(poll=poll, user=user, answers=ticks(*choices), now=NOW)
    assert not Participation.objects.exists()


def test_permissions_to_answer_and_to_read_results(user):
    from django.contrib.auth.models import AnonymousUser

    poll = make_poll()
    nobody, other = AnonymousUser(), UserFactory()
    assert not can_answer(nobody, poll, now=NOW)
    assert can_answer(user, poll, now=NOW)
    assert not can_read_results(user, poll, now=NOW)
    answer_poll(poll=poll, user=user, answers=ticks(*first_choices(poll)), now=NOW)
    assert not can_answer(user, poll, now=NOW)
    assert not can_read_results(user, poll, now=NOW)
    assert can_read_results(nobody, poll, now=NOW + 2 * DAY)
    live = make_poll("live", ballot="nominative", results_shown="after-answer")
    answer_poll(poll=live, user=user, answers=ticks(*first_choices(live)), now=NOW)
    assert can_read_results(user, live, now=NOW)
    assert not can_read_results(other, live, now=NOW)


def test_percentages_of_answers():
    [tally] = tallies(make_poll(votes=(1, 3)))
    assert tally.people == 4
    assert [(line.people, line.percent) for line in tally.lines] == [(3, 75), (1, 25)]


def test_results_are_hidden_from_visitors_of_an_open_poll(client):
    poll = make_poll(votes=(41, 3))
    response = client.get(reverse("polls:results", args=[poll.slug]))
    assert response.status_code == 200
    page = response.content.decode()
    assert "<table" not in page
    assert "93" not in page.partition("<main")[2].partition("</main")[0]


def test_page_shows_questions_and_a_link_to_answer_to_visitors(client):
    poll = make_poll()
    response = client.get(poll.get_absolute_url())
    page = response.content.decode()
    assert "Question 0" in page
    assert "/sondages/samedi/?repondre=1" in page
    assert 'method="post"' not in page
    assert not response.cookies


def test_post_of_a_visitor_redirects_to_the_sign_in(client):
    poll = make_poll()
    assert client.post(poll.get_absolute_url(), answers(poll)).url == "/sondages/samedi/?repondre=1"
    assert votes(poll) == [0, 0]


def test_user_can_answer_and_read_the_results(client, user):
    poll = make_poll(ballot="nominative", results_shown="after-answer")
    client.force_login(user)
    assert "<legend>" in client.get(poll.get_absolute_url()).content.decode()
    response = client.post(poll.get_absolute_url(), answers(poll), follow=True)
    page = response.content.decode()
    assert response.redirect_chain == [("/sondages/samedi/resultats/", 302)]
    assert "Votre réponse est enregistrée" in page
    assert charts_in(page)[0].title == "1 réponse"
    assert 'scope="row"' in page
    assert "style=" not in page.partition("<main")[2]


def test_second_form_is_refused_whatever_its_content(client, user):
    poll = make_poll()
    client.force_login(user)
    sent = answers(poll)
    assert "Votre réponse est enregistrée" in client.post(poll.get_absolute_url(), sent, follow=True).text
    for again in (sent, {}, dict.fromkeys(sent, "999999")):
        response = client.post(poll.get_absolute_url(), again, follow=True)
        assert response.redirect_chain == [("/sondages/samedi/resultats/", 302)]
        assert "Vous avez déjà répondu" in response.text
    assert votes(poll) == [1, 0]


@pytest.mark.parametrize("value", [None, "999999", "x"])
def test_invalid_answer_is_refused_with_an_explanation(client, user, value):
    poll = make_poll()
    client.force_login(user)
    [name] = answers(poll)
    response = client.post(poll.get_absolute_url(), {name: value} if value else {})
    assert response.status_code == 422
    assert "Choisissez une" in response.content.decode()
    assert not Participation.objects.exists()


def test_late_answer_is_refused_with_an_explanation(client, user):
    poll = make_poll()
    client.force_login(user)
    data = answers(poll)
    with time_machine.travel(NOW + 2 * DAY):
        client.force_login(user)
        response = client.post(poll.get_absolute_url(), data, follow=True)
    assert "n’est pas comptée" in response.content.decode()
    assert votes(poll) == [0, 0]


def test_late_answer_of_a_visitor_is_refused_with_an_explanation(client):
    poll = make_poll(ballot="nominative")
    data = answers(poll)
    with time_machine.travel(NOW + 2 * DAY):
        response = client.post(poll.get_absolute_url(), data, follow=True)
    assert "n’est pas comptée" in response.content.decode()


def test_future_poll_returns_404_and_is_not_listed(client):
    poll = make_poll(opens_at=NOW + DAY, closes_at=NOW + 2 * DAY)
    assert client.get(poll.get_absolute_url()).status_code == 404
    assert client.get(reverse("polls:results", args=[poll.slug])).status_code == 404
    assert "Sondage samedi" not in client.get("/sondages/").content.decode()


def test_list_shows_open_polls_before_results_of_closed_ones(client):
    make_poll("ouvert")
    make_poll("fini", NOW - 9 * DAY, NOW - DAY)
    response = client.get("/sondages/")
    page = response.content.decode()
    assert page.index('"/sondages/ouvert/"') < page.index('"/sondages/fini/resultats/"')
    assert not response.cookies
    assert 'method="post"' not in page


def test_cards_have_badges_for_answered_polls_and_polls_of_members(client, user):
    answered, over = make_poll("fait"), make_poll("fini", NOW - 9 * DAY, NOW - DAY)
    make_poll("a-faire")
    Poll.objects.filter(pk=make_poll("interne").pk).update(audience=Poll.Audience.MEMBERS)
    for poll in (answered, over):
        Participation.objects.create(poll=poll, user=user)

    def cards():
        tree = BeautifulSoup(client.get("/sondages/").content, "html.parser")
        return {
            card.a["href"].split("/")[2]: [badge.text for badge in card.select(".badge")]
            for card in tree.select("main .card")
        }

    assert cards() == {"fait": [], "a-faire": [], "interne": ["Réservé aux membres"], "fini": []}
    client.force_login(user)
    assert cards() == {
        "fait": ["Répondu"],
        "a-faire": [],
        "interne": ["Réservé aux membres"],
        "fini": ["Répondu"],
    }


def test_list_of_polls_in_the_admin_can_be_searched_and_sorted(client, editor_of):
    make_poll("samedi")
    make_poll("tramway", opens_at=NOW + DAY, closes_at=NOW + 2 * DAY)
    client.force_login(editor_of("Animation"))
    address = reverse("wagtailsnippets_polls_poll:list")
    for parameters in (
        {"q": "tram"},
        {"q": "tramway", "ordering": "-closes_at"},
        {"q": "tramway", "ordering": "title"},
    ):
        text = client.get(address, parameters).text
        assert "Sondage tramway" in text
        assert "Sondage samedi" not in text
