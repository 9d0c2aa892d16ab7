"""Survey of who takes part: counted once, tied to nobody, published when it is over."""

import datetime as dt
import io
import re

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command

from indicators.errors import SurveyAlreadyAnswered, SurveyClosed
from indicators.models import Survey, SurveyAnswered, SurveyTally
from indicators.representativeness.queries.tables import tables_of
from indicators.representativeness.services import answer_survey
from tests.factories import MandateFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
ANSWERS = {"commune": "strasbourg", "age": "60", "genre": "femme"}
Who = SurveyTally.Who


@pytest.fixture
def survey(db):
    return Survey.objects.create(year=2026, opens_on=dt.date(2026, 1, 1), closes_on=dt.date(2026, 12, 31))


def answer(survey, number, today=TODAY, **answers):
    for user in UserFactory.create_batch(number):
        answer_survey(survey=survey, user=user, answers={**ANSWERS, **answers}, today=today)


def counts(survey, who, question):
    return survey.tallies.get(who=who, question=question).counts


def test_a_member_counts_among_members_and_anyone_else_among_participants(survey):
    member = MandateFactory(member=MemberFactory(user=UserFactory())).member
    answer_survey(survey=survey, user=member.user, answers=ANSWERS, today=TODAY)
    answer(survey, 2, age="0-24")
    assert counts(survey, Who.MEMBERS, "age") == {"60": 1}
    assert counts(survey, Who.PARTICIPANTS, "age") == {"0-24": 2}


def test_an_account_answers_once_and_while_it_is_open(survey):
    person = UserFactory()
    answer_survey(survey=survey, user=person, answers=ANSWERS, today=TODAY)
    with pytest.raises(SurveyAlreadyAnswered):
        answer_survey(survey=survey, user=person, answers={**ANSWERS, "age": "0-24"}, today=TODAY)
    for today in (dt.date(2025, 12, 31), dt.date(2027, 1, 1)):
        with pytest.raises(SurveyClosed):
            answer(survey, 1, today=today)
    assert counts(survey, Who.PARTICIPANTS, "age") == {"60": 1}


@pytest.mark.parametrize("wrong", [{"age": "17"}, {"age": ""}, {"genre": "60"}])
def test_an_answer_that_is_none_counts_nothing(survey, wrong):
    with pytest.raises(ValueError, match="each question"):
        answer(survey, 1, **wrong)
    assert not SurveyAnswered.objects.exists()


def test_nothing_that_is_kept_ties_an_answer_to_a_person_or_to_another_answer(survey):
    """The tables, and what they hold, are the same whoever came first and whoever said what."""
    dumps = set()
    people = UserFactory.create_batch(2)
    said = ({**ANSWERS, "age": "0-24"}, {**ANSWERS, "genre": "homme"})
    for answers in (said, said[::-1]):
        SurveyAnswered.objects.all().delete()
        SurveyTally.objects.all().delete()
        for person, given in zip(people, answers, strict=True):
            answer_survey(survey=survey, user=person, answers=given, today=TODAY)
        dump = io.StringIO()
        call_command("dumpdata", "indicators", stdout=dump)
        dumps.add(re.sub(r'"pk": \d+', "", dump.getvalue()))
    assert len(dumps) == 1
    columns = {
        model.__name__: {field.name for field in model._meta.fields}
        for model in apps.get_app_config("indicators").get_models()
    }
    assert columns["SurveyAnswered"] == {"id", "survey", "user"}
    assert columns["SurveyTally"] == {"id", "survey", "who", "question", "counts"}


def test_small_groups_are_hidden_and_so_is_what_would_tell_them(survey):
    answer(survey, 9)
    answer(survey, 6, age="25-59")
    answer(survey, 2, age="0-24")
    table = next(one for one in tables_of(survey)[Who.PARTICIPANTS] if one.question.key == "age")
    assert table.total == 17
    assert [(line.group.key, line.people) for line in table.lines] == [
        ("0-24", None),
        ("25-59", None),
        ("60", 9),
        ("non-dit", 0),
    ]
    assert [one.lines for one in tables_of(survey)[Who.MEMBERS]] == [[], [], []]


def test_figures_are_shown_once_the_survey_is_over(client, survey):
    answer(survey, 20)
    with time_machine.travel(NOW, tick=False):
        page = client.get("/representativite/").content.decode()
        assert "Aucune enquête n’est terminée" in page
        assert "Répondre" in page
        assert not client.get("/representativite/").cookies
    with time_machine.travel(NOW + dt.timedelta(days=300), tick=False):
        page = client.get("/representativite/").content.decode().replace("\u00a0", " ")
    assert "20 réponses" in page
    assert "52,3&nbsp;%" in page
    assert "Trop peu de personnes" in page


@time_machine.travel(NOW, tick=False)
def test_a_person_answers_on_the_site(client, survey):
    assert "/compte/connexion/" in client.get("/representativite/repondre/").url
    person = UserFactory()
    client.force_login(person)
    assert "/representativite/repondre/" in client.get("/compte/").content.decode()
    response = client.post("/representativite/repondre/", {"age": "60"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Vous pouvez préférer ne pas répondre" in page
    assert 'value="60" ' in page
    assert "checked" in page
    client.post("/representativite/repondre/", {**ANSWERS, "genre": "non-dit"})
    assert counts(survey, Who.PARTICIPANTS, "genre") == {"non-dit": 1}
    assert "Vous avez répondu" in client.get("/representativite/repondre/").content.decode()
    client.post("/representativite/repondre/", ANSWERS)
    assert counts(survey, Who.PARTICIPANTS, "genre") == {"non-dit": 1}
    assert "/representativite/repondre/" not in client.get("/compte/").content.decode()


def test_the_day_that_people_were_told_stays(survey):
    answer(survey, 1)
    survey.closes_on = TODAY
    with pytest.raises(ValidationError, match="annoncé"):
        survey.full_clean()
