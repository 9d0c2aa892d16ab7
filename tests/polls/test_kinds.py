"""Kinds of questions: valid answers, their sums (computed by hand), words, and the form."""

import pytest

from polls.errors import InvalidAnswer
from polls.kinds import KINDS, kind_of
from polls.models import Choice, Participation, Question, ballots
from tests.factories import UserFactory
from tests.polls.factories import DAY, NOW, choice_ids, make_poll

A, B, C, D = 11, 12, 13, 14
Kind = Question.Kind
# For each kind: an answer, by position of the choices, and its words.
EXAMPLES = {
    Kind.SINGLE: ({0: 1}, ["Choix 0"]),
    Kind.MULTIPLE: ({0: 1, 2: 1}, ["Choix 0", "Choix 2"]),
    Kind.RANKED: ({0: 2, 1: 1}, ["1. Choix 1", "2. Choix 0"]),
    Kind.POINTS: ({0: 3, 2: 7}, ["Choix 0 : 3", "Choix 2 : 7"]),
    Kind.TEXT: ("Un mot", ["Un mot"]),
}


def question(kind, **fields):
    """Returns an unsaved question as its kind, with three choices unless its answers are texts."""
    choices = [] if KINDS[kind].is_text else [Choice(pk=A + place, text=f"Choix {place}") for place in range(3)]
    return kind_of(Question(kind=kind, choices=choices, **fields))


def test_each_kind_has_a_class_and_an_example():
    assert set(KINDS) == set(Kind.values) == set(EXAMPLES)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_words_of_an_answer(kind):
    answer, words = EXAMPLES[kind]
    said = answer if isinstance(answer, str) else {A + place: number for place, number in answer.items()}
    asked = question(kind)
    asked.check(said)
    assert [text.replace("\xa0", " ") for text in asked.words(said)] == words
    assert asked.words("" if isinstance(answer, str) else {}) == []


@pytest.mark.parametrize(
    ("kind", "fields", "answer"),
    [
        ("single", {}, {A: 1}),
        ("multiple", {}, {A: 1, B: 1, C: 1}),
        ("multiple", {"max_choices": 2}, {A: 1, B: 1}),
        ("ranked", {}, {A: 1}),
        ("ranked", {}, {A: 2, B: 1, C: 3}),
        ("points", {"points": 10}, {A: 10}),
        ("points", {"points": 10}, {A: 3, B: 3, C: 4}),
    ],
)
def test_valid_answer_is_accepted_and_round_trips(kind, fields, answer):
    question(kind, **fields).check(answer)
    assert ballots.read(ballots.write(answer)) == answer


@pytest.mark.parametrize(
    ("kind", "fields", "answer"),
    [
        ("single", {}, {}),
        ("single", {}, {A: 1, B: 1}),
        ("single", {}, {A: 2}),
        ("single", {}, {D: 1}),
        ("multiple", {"max_choices": 2}, {A: 1, B: 1, C: 1}),
        ("multiple", {}, {A: 2}),
        ("ranked", {}, {A: 2}),
        ("ranked", {}, {A: 1, B: 1}),
        ("ranked", {}, {A: 1, B: 3}),
        ("ranked", {"max_choices": 2}, {A: 1, B: 2, C: 3}),
        ("points", {"points": 10}, {A: 9}),
        ("points", {"points": 10}, {A: 11}),
        ("points", {"points": 10}, {A: 12, B: -2}),
        ("points", {"points": 10}, {A: 10, B: 0}),
    ],
)
def test_invalid_answer_is_refused(kind, fields, answer):
    with pytest.raises(InvalidAnswer):
        question(kind, **fields).check(answer)


def test_serialized_answer_does_not_depend_on_order():
    assert ballots.write({B: 2, A: 1}) == ballots.write({A: 1, B: 2}) == "11=1,12=2"


def test_ranked_choices_score_points_by_rank():
    """5 people A > B > C, 2 people C > B, 1 person B: with three choices a first place gives 3 points."""
    given = {"11=1,12=2,13=3": 5, "12=2,13=1": 2, "12=1": 1}
    counts = question("ranked").add_up(given)
    assert {choice.pk: (count.score, count.first, count.people) for choice, count in counts.items()} == {
        A: (15, 5, 5),
        B: (17, 1, 8),
        C: (11, 2, 7),
    }


def test_points_are_added_and_people_counted():
    counts = question("points").add_up({"11=10": 2, "11=4,12=6": 3})
    assert [(count.score, count.people) for count in counts.values()] == [(32, 5), (18, 3), (0, 0)]


@pytest.mark.django_db
@pytest.mark.time_machine(NOW, tick=False)
@pytest.mark.parametrize(
    ("kind", "values", "reason"),
    [
        (Kind.MULTIPLE, ["1", "1", "1"], "Vous avez choisi 3 réponses. Gardez-en 2 au plus."),
        (Kind.MULTIPLE, ["", "", ""], "Choisissez au moins une réponse."),
        (Kind.RANKED, ["1", "1", ""], "Donnez chaque place une fois, sans trou"),
        (Kind.RANKED, ["", "", ""], "Donnez au moins une place"),
        (Kind.POINTS, ["4", "5", ""], "Vous avez donné 9 points. Donnez-en 10 en tout."),
        (Kind.POINTS, ["4", "x", ""], "Écrivez un nombre entier, par exemple 3."),
        (Kind.POINTS, ["12", "-2", ""], "Écrivez 10 au plus."),
    ],
)
def test_invalid_answer_is_explained_and_preserved_in_the_form(client, kind, values, reason):
    poll = make_poll(kinds=(kind,), max_choices=2 if kind == Kind.MULTIPLE else None)
    question = poll.questions.get()
    ids = choice_ids(poll)
    name = f"question_{question.pk}"
    if KINDS[kind].has_field_per_choice:
        data = {f"{name}_{pk}": value for pk, value in zip(ids, values, strict=True)}
    else:
        data = {name: [pk for pk, value in zip(ids, values, strict=True) if value]}
    client.force_login(UserFactory(date_joined=NOW - DAY))
    response = client.post(poll.get_absolute_url(), data)
    page = response.content.decode().replace("\xa0", " ")
    assert response.status_code == 422
    assert page.count(reason) >= 2
    assert not Participation.objects.exists()
    assert page.count("checked") == (3 if reason.startswith("Vous avez choisi") else 0)
    if kind == Kind.POINTS:
        assert f'value="{values[0]}"' in page
