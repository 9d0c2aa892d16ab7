"""Survey of participants: one answer each, anonymous, published after its end."""

import datetime as dt
import io
import re

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command

from committee.models import Attendance, SessionIndexPage, SessionPage
from common.charts.values import in_words
from indicators.errors import SurveyAlreadyAnswered, SurveyClosed
from indicators.models import Restitution, Survey, SurveyAnswered, SurveyTally
from indicators.representativeness.queries.charts import attendance_chart, charts_of
from indicators.representativeness.queries.tables import tables_of
from indicators.representativeness.services import answer_survey
from tests.charts import charts_in
from tests.factories import MandateFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
ANSWERS = {"commune": "strasbourg", "age": "60", "genre": "femme"}
Who = SurveyTally.Who
# Query string → year shown by the page of figures.
QUERIES = {"": 2026, "?annee=2025": 2025, "?annee=2026": 2026, "?annee=2001": 2026, "?annee=²": 2026}


@pytest.fixture
def survey(db):
    return Survey.objects.create(year=2026, opens_on=dt.date(2026, 1, 1), closes_on=dt.date(2026, 12, 31))


def answer(survey, number, today=TODAY, **answers):
    for user in UserFactory.create_batch(number):
        answer_survey(survey=survey, user=user, answers={**ANSWERS, **answers}, today=today)


def counts(survey, who, question):
    return survey.tallies.get(who=who, question=question).counts


def test_members_and_participants_are_counted_separately(survey):
    member = MandateFactory(member=MemberFactory(user=UserFactory())).member
    answer_survey(survey=survey, user=member.user, answers=ANSWERS, today=TODAY)
    answer(survey, 2, age="0-24")
    assert counts(survey, Who.MEMBERS, "age") == {"60": 1}
    assert counts(survey, Who.PARTICIPANTS, "age") == {"0-24": 2}


def test_account_can_answer_an_open_survey_once(survey):
    user = UserFactory()
    answer_survey(survey=survey, user=user, answers=ANSWERS, today=TODAY)
    with pytest.raises(SurveyAlreadyAnswered):
        answer_survey(survey=survey, user=user, answers={**ANSWERS, "age": "0-24"}, today=TODAY)
    for today in (dt.date(2025, 12, 31), dt.date(2027, 1, 1)):
        with pytest.raises(SurveyClosed):
            answer(survey, 1, today=today)
    assert counts(survey, Who.PARTICIPANTS, "age") == {"60": 1}


@pytest.mark.parametrize("wrong", [{"age": "17"}, {"age": ""}, {"genre": "60"}])
def test_invalid_answer_is_refused_and_not_counted(survey, wrong):
    with pytest.raises(ValueError, match="each question"):
        answer(survey, 1, **wrong)
    assert not SurveyAnswered.objects.exists()


def test_stored_data_does_not_link_answers_to_persons_or_to_each_other(survey):
    """Tables and their content do not depend on the order of the answers or on who gave which."""
    dumps = set()
    users = UserFactory.create_batch(2)
    both_answers = ({**ANSWERS, "age": "0-24"}, {**ANSWERS, "genre": "homme"})
    for answers in (both_answers, both_answers[::-1]):
        SurveyAnswered.objects.all().delete()
        SurveyTally.objects.all().delete()
        for user, answer in zip(users, answers, strict=True):
            answer_survey(survey=survey, user=user, answers=answer, today=TODAY)
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


def test_small_groups_are_hidden_together_with_the_next_smallest(survey):
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


def test_figures_are_published_after_the_survey_ends(client, survey):
    answer(survey, 20)
    with time_machine.travel(NOW, tick=False):
        page = client.get("/representativite/").content.decode()
        assert "Aucune enquête n’est terminée" in page
        assert "Répondre" in page
        assert not client.get("/representativite/").cookies
    with time_machine.travel(NOW + dt.timedelta(days=300), tick=False):
        page = client.get("/representativite/").content.decode().replace("\u00a0", " ")
    *questions, attendance, _map = charts_in(page)
    assert [one.title for one in questions] == ["Où habitez-vous ?", "Quel âge avez-vous ?", "Êtes-vous…"]
    assert [fault for one in charts_in(page) for fault in one.faults()] == []
    assert questions[2].written == {"100 %": 1, "0 %": 3, "52,3 %": 1, "47,7 %": 1}
    assert page.count("Participants : 20 réponses.") == page.count("Comité : trop peu de réponses") == 3
    assert (attendance.title, attendance.is_empty) == ("Sièges représentés aux dernières séances", True)


def shares(chart):
    return {str(group.label): [in_words(value) for value in group.values] for group in chart.groups}


def test_chart_compares_committee_participants_and_population(survey):
    for tally, tally_counts in (
        (Who.MEMBERS, {"0-24": 1, "25-59": 6, "60": 5}),
        (Who.PARTICIPANTS, {"0-24": 24, "25-59": 103, "60": 70, "non-dit": 11}),
    ):
        SurveyTally.objects.create(survey=survey, who=tally, question="age", counts=tally_counts)
    _commune, age, gender, _attendance = charts_of(survey, NOW)
    assert [str(one.label) for one in age.series] == ["Comité", "Participants", "Population"]
    assert shares(age) == {
        "Moins de 25 ans": ["masqué", "12", "33,2"],
        "De 25 à 59 ans": ["masqué", "50", "45,3"],
        "60 ans ou plus": ["42", "34", "21,5"],
        "Je préfère ne pas répondre": ["0", "5", "inconnu"],
    }
    widest = "« Moins de 25 ans », 12 % des participants et 33,2 % de la population."
    assert age.sentence.replace("\u00a0", " ") == f"Le plus grand écart : {widest}"
    assert age.full == gender.full == 50
    assert gender.is_empty


def test_sentence_for_a_committee_close_to_the_population(survey):
    SurveyTally.objects.create(
        survey=survey, who=Who.MEMBERS, question="genre", counts={"femme": 10, "homme": 9, "autre": 0}
    )
    chart = charts_of(survey, NOW)[2]
    assert chart.sentence == "Tout ce qui est montré ici est à moins de 5 points de la population."


def test_attendance_chart_has_no_value_for_incomplete_sessions(survey):
    noted, half, _later = (
        SessionIndexPage.objects.get().add_child(
            instance=SessionPage(
                title=f"S{days}", starts_at=start, ends_at=start + dt.timedelta(hours=2), place="Salle"
            )
        )
        for days in (-40, -10, 10)
        if (start := NOW + dt.timedelta(days=days))
    )
    mandates = MandateFactory.create_batch(4, starts_on=dt.date(2020, 1, 1))
    states = [Attendance.State.PRESENT, Attendance.State.SUBSTITUTED, Attendance.State.ONLINE, Attendance.State.ABSENT]
    for session, number in ((noted, 4), (half, 1)):
        for mandate, state in zip(mandates[:number], states, strict=False):
            Attendance.objects.create(
                session=session, seat=mandate.seat, state=state, how=Attendance.How.SHEET, recorded_at=NOW
            )
    chart = attendance_chart(NOW)
    assert [(one.label, one.value) for one in chart.points] == [("22 avr. 2026", 75), ("22 mai 2026", None)]
    assert "75" in chart.sentence


@time_machine.travel(NOW.replace(year=2027), tick=False)
def test_the_report_of_a_year_links_to_its_representativeness(client, survey):
    """Only the first question is drawn: with three charts the report would exceed a thousand elements."""
    SurveyTally.objects.create(survey=survey, who=Who.MEMBERS, question="genre", counts={"femme": 10, "homme": 40})
    Survey.objects.create(year=2025, opens_on=dt.date(2025, 1, 1), closes_on=dt.date(2025, 12, 31))
    Restitution.objects.create(year=2026, built_at=NOW, published_at=NOW)
    report = client.get("/restitution/2026/")
    [people_chart] = [chart for chart in report.context["people"] if chart.sentence]
    assert people_chart.sentence.replace("\u00a0", " ") in report.text.replace("\u00a0", " ")
    drawn = {chart.title for chart in charts_in(report.text)}
    assert [chart.title in drawn for chart in report.context["people"]] == [True, False, False]
    assert 'href="/representativite/?annee=2026"' in report.text
    years = {query: client.get(f"/representativite/{query}").context["survey"].year for query in QUERIES}
    assert years == QUERIES


@time_machine.travel(NOW, tick=False)
def test_user_can_answer_the_survey_once_on_the_site(client, survey):
    assert "/compte/connexion/" in client.get("/representativite/repondre/").url
    user = UserFactory()
    client.force_login(user)
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


def test_end_of_an_answered_survey_cannot_be_changed(survey):
    answer(survey, 1)
    survey.closes_on = TODAY
    with pytest.raises(ValidationError, match="annoncé"):
        survey.full_clean()
