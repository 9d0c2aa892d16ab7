"""Valid answers, and their sums: expected figures are computed by hand."""

import pytest

from polls.errors import InvalidAnswer
from polls.models import Question, ballots

A, B, C, D = 11, 12, 13, 14


def question(kind, **fields):
    return Question(kind=kind, **fields)


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
def test_an_answer_is_accepted_and_read_back(kind, fields, answer):
    ballots.check(question(kind, **fields), answer, choices={A, B, C})
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
def test_what_is_no_answer_is_refused(kind, fields, answer):
    with pytest.raises(InvalidAnswer):
        ballots.check(question(kind, **fields), answer, choices={A, B, C})


def test_the_same_answer_is_written_the_same_way_in_any_order():
    assert ballots.write({B: 2, A: 1}) == ballots.write({A: 1, B: 2}) == "11=1,12=2"


def test_an_order_of_preference_gives_points_by_place():
    """5 people A > B > C, 2 people C > B, 1 person B: with three choices a first place gives 3 points."""
    given = {"11=1,12=2,13=3": 5, "12=2,13=1": 2, "12=1": 1}
    counts = ballots.add_up(question("ranked"), [A, B, C], given)
    assert {choice: (count.score, count.first, count.people) for choice, count in counts.items()} == {
        A: (15, 5, 5),
        B: (17, 1, 8),
        C: (11, 2, 7),
    }


def test_points_are_added_and_people_counted():
    counts = ballots.add_up(question("points"), [A, B, C], {"11=10": 2, "11=4,12=6": 3})
    assert [(counts[choice].score, counts[choice].people) for choice in (A, B, C)] == [(32, 5), (18, 3), (0, 0)]
