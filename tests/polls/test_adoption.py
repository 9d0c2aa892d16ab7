"""Adoption at the end, given the quorum and the required share. Ties are left to the committee."""

import pytest
from django.utils.text import slugify

from polls.models import NominativeAnswer, Participation, Question
from polls.queries.charts import chart_of
from polls.queries.results import decision_of, tallies, turnout
from tests.factories import UserFactory
from tests.polls.factories import DAY, NOW, choice_ids, make_poll

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
END = NOW + 2 * DAY
NONE_DECIDED = ([], "")
SINGLE, MULTIPLE, POINTS = Question.Kind.SINGLE, Question.Kind.MULTIPLE, Question.Kind.POINTS
A, B, AB, C = {0: 1}, {1: 1}, {0: 1, 1: 1}, {2: 1}

# Kind, share and quorum in percent, answers by position of the choices, moment: adopted positions, end of the sentence.
CASES = {
    "share reached": (SINGLE, 66, None, [A, A, B], END, [0], "Ce choix est adopté."),
    "share not reached": (SINGLE, 67, None, [A, A, B], END, [], "Aucun choix n’a la part demandée."),
    "no share asked for": (SINGLE, None, None, [A, A, B], END, *NONE_DECIDED),
    "not over": (SINGLE, 50, None, [A], NOW, *NONE_DECIDED),
    "nobody answered": (SINGLE, 50, None, [], END, *NONE_DECIDED),
    "quorum not reached": (SINGLE, 50, 100, [A], END, *NONE_DECIDED),
    "tie": (SINGLE, 50, None, [A, B], END, [], "Une égalité n’adopte rien : le comité décide."),
    "tie without the share": (SINGLE, 60, None, [A, B], END, [], "Aucun choix n’a la part demandée."),
    "second with the share": (SINGLE, 30, None, [A, A, B], END, [0], "Ce choix est adopté."),
    "tie of points": (POINTS, 50, None, [{0: 5, 1: 5}], END, [], "Une égalité n’adopte rien : le comité décide."),
    "several ticked": (MULTIPLE, 50, None, [AB, AB, C], END, [0, 1], "Ils sont adoptés."),
    "several ticked, one ahead": (MULTIPLE, 50, None, [AB, A], END, [0, 1], "Ce choix est adopté."),
}


def adopted_choices(name):
    """Returns the positions of the adopted choices of a case, and the sentence of its chart."""
    kind, share, quorum, answers, now, *_expected = CASES[name]
    poll = make_poll(slugify(name), kinds=(kind,), required_share=share, quorum=quorum, ballot="nominative")
    [question], ids = poll.questions.all(), choice_ids(poll)
    for given in answers:
        written = ",".join(f"{ids[place]}={number}" for place, number in given.items())
        participation = Participation.objects.create(poll=poll)
        NominativeAnswer.objects.create(participation=participation, question=question, answer=written)
    [tally] = tallies(poll)
    chart = chart_of(tally, decision_of(tally, turnout(poll, now=now), now=now))
    adopted = sorted(int(str(group.label).removeprefix("Choix ")) for group in chart.groups if group.badge)
    return adopted, str(chart.sentence).replace("\xa0", " ")


def test_adopted_choices_and_sentences():
    UserFactory.create_batch(3, date_joined=NOW - 30 * DAY)
    for name, case in CASES.items():
        *_given, adopted, words = case
        found, sentence = adopted_choices(name)
        assert found == adopted, name
        assert sentence.endswith(words), name
        assert ("adopt" in sentence or "demandée" in sentence) is bool(words), name
