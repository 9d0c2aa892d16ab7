"""Map of participants by commune: counts, and protection against identifying persons."""

import datetime as dt

import pytest

from common.charts.values import Hidden
from common.communes import COMMUNES
from indicators.models import Survey, SurveyTally
from indicators.representativeness.queries.communes import COMMUNES_TALLY, map_of_participants
from indicators.representativeness.services import answer_survey
from tests.charts import charts_in
from tests.factories import MandateFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/representativite/"
TODAY = dt.date(2026, 6, 1)
ANSWERS = {"commune": "strasbourg", "age": "60", "genre": "femme"}
STRASBOURG, SCHILTIGHEIM, OSTWALD, ESCHAU = "67482", "67447", "67365", "67131"


@pytest.fixture
def survey():
    return Survey.objects.create(year=2026, opens_on=dt.date(2026, 1, 1), closes_on=dt.date(2026, 12, 31))


def count(survey, **people):
    counts = {code.removeprefix("c"): count_of_code for code, count_of_code in people.items()}
    SurveyTally.objects.create(survey=survey, who=SurveyTally.Who.PARTICIPANTS, question=COMMUNES_TALLY, counts=counts)


def hidden_communes(survey):
    return {code for code, number in map_of_participants(survey).numbers.items() if isinstance(number, Hidden)}


def test_answers_of_participants_count_the_commune_of_their_account(survey):
    member = MandateFactory(member__user=UserFactory(commune=OSTWALD)).member.user
    for user in (UserFactory(commune=STRASBOURG), UserFactory(commune=STRASBOURG), UserFactory(), member):
        answer_survey(survey=survey, user=user, answers=ANSWERS, today=TODAY)
    [tally] = survey.tallies.filter(question=COMMUNES_TALLY)
    assert (tally.who, tally.counts) == (SurveyTally.Who.PARTICIPANTS, {STRASBOURG: 2})


def test_form_announces_the_count_to_participants_only(client, survey, time_machine):
    time_machine.move_to(dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC), tick=False)
    member = MandateFactory(member__user=UserFactory(commune=OSTWALD)).member.user
    for user, is_counted in ((UserFactory(commune=STRASBOURG), True), (UserFactory(), False), (member, False)):
        client.force_login(user)
        assert ("pour une carte" in client.get(f"{PAGE}repondre/").text) is is_counted


def test_small_number_is_hidden_with_the_next_smallest(survey):
    count(survey, c67482=88, c67447=14, c67365=3)
    assert hidden_communes(survey) == {OSTWALD, SCHILTIGHEIM}
    cells = {row.label: row.cells[0] for row in map_of_participants(survey).rows}
    assert cells == {"Strasbourg": "88", "Schiltigheim": "masqué", "Ostwald": "masqué"}


def test_two_small_numbers_are_hidden_without_a_third(survey):
    count(survey, c67482=88, c67365=3, c67131=4)
    assert hidden_communes(survey) == {OSTWALD, ESCHAU}


def test_page_shows_the_map_after_the_survey_ends(client, survey, time_machine):
    count(survey, c67482=88, c67365=3, c67131=4)
    time_machine.move_to(dt.datetime(2026, 12, 31, 12, tzinfo=dt.UTC), tick=False)
    assert "communes__map" not in client.get(PAGE).text
    time_machine.move_to(dt.datetime(2027, 1, 2, 12, tzinfo=dt.UTC), tick=False)
    [chart_found] = [chart for chart in charts_in(client.get(PAGE).text) if chart.figure.select(".communes__map")]
    assert chart_found.faults() == []
    assert chart_found.drawn == {"88": 1, "masqué": 2}


def test_map_is_empty_if_all_numbers_are_hidden(survey):
    assert map_of_participants(survey).is_empty
    count(survey, c67482=3, c67365=1)
    assert map_of_participants(survey).is_empty


def test_count_of_communes_without_participants_excludes_hidden_ones(survey):
    count(survey, c67482=88, c67365=3, c67131=4)
    assert "30 communes" in map_of_participants(survey).sentence


def test_map_has_no_sentence_if_people_come_from_every_commune(survey):
    count(survey, **{f"c{code}": 10 for code in COMMUNES})
    assert map_of_participants(survey).sentence == ""
