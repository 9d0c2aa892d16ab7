"""Results of surveys: after the end, by group or as a whole, method first, without revealing small groups."""

import csv
import datetime as dt
import io

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import Page

from common.hooks import datasets
from fieldwork.models import Coding, Outing, Sheet, SurveyPage
from fieldwork.surveys.queries.charts import charts_of
from fieldwork.surveys.queries.pages import Phase, detail_of
from fieldwork.surveys.queries.results import Shown, results_of
from fieldwork.surveys.services.coding import TEXTS_KEPT, code_texts, forget_texts
from indicators.hooks import Period
from indicators.restitution.queries.measures import own_measures
from polls.models import Poll, Question
from polls.services.answers import count_sheet
from tests.factories import UserFactory
from tests.fieldwork.survey_factories import enter, make_outing, make_survey
from tests.polls.factories import DAY, NOW, make_poll, make_survey_poll, sheet_of

pytestmark = pytest.mark.django_db
AFTER = NOW + 2 * DAY
WHY = "certaines réponses seraient celles de moins de cinq personnes"


@pytest.fixture
def survey():
    return make_survey()


def page_of(client, survey, at=AFTER):
    with time_machine.travel(at, tick=False):
        response = client.get(survey.url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def file_of(client, survey):
    with time_machine.travel(AFTER, tick=False):
        response = client.get(reverse("fieldwork:survey_table", args=[survey.slug]))
    assert response.status_code == 200
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def words(soup):
    return " ".join(soup.get_text(" ").split())


def add_large_groups(survey):
    """Counts ten sheets in each of two groups: five answer everything, five another choice and nothing else."""
    for group in (0, 1):
        enter(survey, group, 0, times=5, other=1)
        enter(survey, group, 1, times=5)


class TestGroups:
    def test_results_are_by_group_if_every_cell_is_large(self, client, survey):
        add_large_groups(survey)
        (found,) = results_of([survey], AFTER)
        assert (found.shown, found.people) == (Shown.BY_GROUP, 20)
        making, several, optional, _text = found.questions
        assert [line.people for line in making.parts[0].lines] == [10, 10, 0]
        assert [part.group.text for part in several.parts] == ["Choix 0", "Choix 1"]
        assert [(part.tally.people, part.tally.without_answer) for part in optional.parts] == [(5, 5), (5, 5)]
        page = words(page_of(client, survey))
        assert "Choix 0 : 10 réponses" in page
        assert WHY not in page

    def test_groups_are_hidden_if_one_cell_is_small_and_the_page_explains_it(self, client, survey):
        add_large_groups(survey)
        enter(survey, 1, 0, times=5)
        enter(survey, 0, 2)
        (found,) = results_of([survey], AFTER)
        assert (found.shown, found.people) == (Shown.GROUPS_HIDDEN, 26)
        (making,) = [result for result in found.questions if result.question.makes_groups]
        assert not making.parts
        assert all(part.group is None for result in found.questions for part in result.parts)
        page = words(page_of(client, survey))
        assert WHY in page
        assert page.index("Question 0") < page.index("Cette question forme les groupes") < page.index("Question 1")

    def test_sheet_without_group_is_counted_but_its_other_answers_are_not(self, client, survey):
        add_large_groups(survey)
        blank = {**sheet_of(survey.poll, 0, 2), survey.poll.questions.first().pk: {}}
        count_sheet(poll=survey.poll, answers=blank, now=NOW, takes_blanks=True)
        (found,) = results_of([survey], AFTER)
        assert (found.shown, found.people) == (Shown.BY_GROUP, 21)
        making, several, *_others = found.questions
        assert (making.parts[0].tally.people, making.parts[0].tally.without_answer) == (20, 1)
        assert sum(part.tally.people for part in several.parts) == 20
        page = words(page_of(client, survey))
        assert "1 personne n’a pas répondu." in page
        assert "leurs autres réponses ne sont pas montrées" in page

    def test_empty_texts_are_counted_unless_a_count_is_hidden(self, survey):
        enter(survey, 0, 0, times=5, text="L’attente")
        enter(survey, 0, 0, times=2)
        text, editor = survey.poll.questions.get(order=3), UserFactory(is_superuser=True)
        code_texts(question=text, codes={0: ["Attente"]}, by=editor, now=AFTER)
        assert charts_of(results_of([survey], AFTER)[0].questions[3])[0].notes[1:] == ["2 personnes n’ont pas répondu."]
        later = survey.poll.closes_at + TEXTS_KEPT
        assert forget_texts(now=later) == 1
        assert charts_of(results_of([survey], later)[0].questions[3])[0].notes[1:] == ["2 personnes n’ont pas répondu."]
        Coding.objects.update(people=4)
        assert not charts_of(results_of([survey], AFTER)[0].questions[3])[0].notes[1:]

    def test_one_unanswered_question_hides_the_groups(self, survey):
        for group in (0, 1):
            enter(survey, group, 0, other=1, times=5)
        assert results_of([survey], AFTER)[0].shown == Shown.BY_GROUP
        enter(survey, 0, 0)
        assert results_of([survey], AFTER)[0].shown == Shown.GROUPS_HIDDEN

    def test_question_with_points_hides_the_groups(self, survey):
        add_large_groups(survey)
        survey.poll.questions.filter(order=1).update(kind="points")
        assert results_of([survey], AFTER)[0].shown == Shown.GROUPS_HIDDEN

    def test_survey_without_groups_is_shown_whole_and_without_explanation(self, client, survey):
        survey.poll.questions.update(makes_groups=False)
        enter(survey, 0, 0, times=6)
        assert results_of([survey], AFTER)[0].shown == Shown.WHOLE
        page = words(page_of(client, survey))
        assert WHY not in page
        assert "Question 0" in page

    def test_fewer_than_five_answers_show_neither_results_nor_their_number(self, client, survey):
        make_outing(survey)
        enter(survey, 0, 0, times=4)
        (found,) = results_of([survey], AFTER)
        assert (found.shown, found.people, found.questions) == (Shown.NOTHING, None, ())
        page = words(page_of(client, survey))
        assert "moins de 5" in page
        assert "Moins de cinq personnes ont répondu" in page
        assert len(file_of(client, survey)) == 1


class TestGroupSizesStayHidden:
    """The figures beside the results must not reveal the size of a group to readers who know the outings."""

    @pytest.fixture
    def survey_with_small_group(self, survey):
        make_outing(survey, "Marché", people_asked=61, refusals=31)
        make_outing(survey, "Mairie", people_asked=17, refusals=14)
        enter(survey, 0, 0, times=30, other=0)
        enter(survey, 1, 1, times=3, other=1)
        return survey

    def test_method_lists_outings_without_their_counts(self, client, survey_with_small_group):
        page = page_of(client, survey_with_small_group)
        method = words(page.select_one("section[aria-labelledby=methode]"))
        assert "Mairie" in method
        assert {"78", "45", "33"} <= set(method.split())
        assert not {"61", "31", "17", "14", "30", "3"} & set(method.split())

    def test_open_data_have_totals_only(self, survey_with_small_group):
        with time_machine.travel(AFTER, tick=False):
            rows = list(next(one for one in datasets() if one.slug == "enquetes").rows())
        assert {row[3:6] for row in rows} == {(78, 45, 33)}
        assert {row[8] for row in rows} == {None}

    def test_open_survey_with_groups_shows_no_count(self, client, survey_with_small_group):
        assert "personnes ont répondu" not in words(page_of(client, survey_with_small_group, NOW))

    @pytest.mark.parametrize(
        ("people", "message"),
        [(3, "Moins de 10 personnes"), (10, "Au moins 10 personnes"), (24, "Au moins 20 personnes")],
    )
    def test_open_survey_without_groups_shows_a_rounded_count(self, client, survey, people, message):
        survey.poll.questions.update(makes_groups=False)
        enter(survey, 0, 0, times=people)
        assert message in words(page_of(client, survey, NOW))


class TestPage:
    def test_no_result_before_the_end(self, client, survey):
        add_large_groups(survey)
        assert results_of([survey], NOW) == []
        page = words(page_of(client, survey, NOW).main)
        assert "Résultats" not in page
        with time_machine.travel(NOW, tick=False):
            assert client.get(reverse("fieldwork:survey_table", args=[survey.slug])).status_code == 404
            assert not list(next(one for one in datasets() if one.slug == "enquetes").rows())

    def test_method_precedes_results_and_states_that_it_is_not_a_sample(self, client, survey):
        add_large_groups(survey)
        make_outing(survey)
        make_outing(survey, "Gare", people_asked=None, refusals=None, is_closed=False)
        page = words(page_of(client, survey))
        assert page.index("Ce n’est pas un échantillon représentatif") < page.index("Ce que les gens ont répondu")
        assert "cela a été compté : 1 sur 2" in page
        assert "Nous n’avons vu personne le soir." in page
        assert "annulée" not in page

    def test_method_gives_the_number_of_void_sheets(self, client, survey):
        for other in (survey, make_survey("gare")):
            Sheet.objects.bulk_create(Sheet(survey=other, number=number, is_void=number < 3) for number in range(1, 6))
        assert "2 fiches annulées." in words(page_of(client, survey))

    def test_open_survey_shows_questions_and_outings(self, client, survey):
        make_outing(survey, "Marché de la Meinau", starts_at=NOW + DAY, ends_at=NOW + DAY + dt.timedelta(hours=2))
        make_outing(survey, "Gare")
        Outing.objects.update(meeting_point="Devant le café")
        page = words(page_of(client, survey, NOW))
        assert "Marché de la Meinau" in page
        assert "Question 1" in page
        assert page.index("Marché de la Meinau") < page.index("Où nous sommes allés") < page.index("Gare")
        assert "Devant le café" not in page, "the meeting point is for volunteers only"

    def test_a_draft_poll_shows_no_question(self, client):
        survey = make_survey(poll=make_survey_poll("brouillon", is_draft=True, opens_at=None))
        page = words(page_of(client, survey, NOW))
        assert "En préparation" in page
        assert "Question 1" not in page

    def test_unsaved_survey_can_be_previewed_in_each_phase(self):
        unsaved = SurveyPage(title="Enquête", slug="enquete", poll=make_survey_poll())
        for at, phase in ((NOW - 2 * DAY, Phase.COMING), (NOW, Phase.OPEN), (AFTER, Phase.OVER)):
            detail = detail_of(unsaved, at)
            assert (detail.phase, list(detail.outings)) == (phase, [])

    def test_list_has_open_then_closed_surveys_but_no_unpublished_one(self, client, survey):
        make_survey("finie", poll=make_survey_poll("finie", closes_at=NOW - DAY / 2))
        with time_machine.travel(NOW, tick=False):
            page = BeautifulSoup(client.get("/enquetes/").content, "html.parser")
        assert "Enquête marche" in words(page.select_one("section[aria-labelledby=en-cours]"))
        assert "Enquête finie" in words(page.select_one("section[aria-labelledby=terminees]"))
        Page.objects.filter(pk=survey.pk).update(live=False)
        with time_machine.travel(NOW, tick=False):
            assert "Enquête marche" not in client.get("/enquetes/").content.decode()
            assert client.get(reverse("fieldwork:survey_table", args=["marche"])).status_code == 404


class TestFile:
    def test_file_equals_the_tables_of_the_page(self, client, survey):
        add_large_groups(survey)
        enter(survey, 0, 0, times=5, other=1, text="L’attente")
        editor = UserFactory(is_superuser=True)
        text = survey.poll.questions.get(order=3)
        code_texts(question=text, codes={0: ["Attente"]}, by=editor, now=AFTER)
        page = page_of(client, survey)
        displayed = []
        for section in page.select("section[aria-labelledby=resultats] section"):
            question = section.h3.get_text(strip=True)
            for figure in section.select("figure"):
                title = figure.figcaption.get_text(strip=True)
                group = title.partition("\xa0: ")[0] if "\xa0: " in title else ""
                for row in figure.select("tbody tr"):
                    cells = [cell.get_text(" ", strip=True).replace("\xa0", " ") for cell in row.select("th, td")]
                    displayed.append([question, group, *cells])
        rows = file_of(client, survey)[1:]
        from_file = [[row[0], row[2], row[3], *([f"{row[5]} %"] if row[5] else []), row[4]] for row in rows]
        normal = [
            [" ".join(cell.replace("\xa0", " ").replace("\u202f", " ").split()) for cell in row] for row in displayed
        ]
        assert normal == [[" ".join(cell.split()) for cell in row] for row in from_file]
        assert any(row[2] == "Choix 1" for row in rows)

    def test_hostile_texts_are_escaped_on_the_page_and_harmless_in_the_file(self, client, survey):
        hostile = "=cmd|' /C calc'!A0<script>alert(1)</script>"
        survey.poll.questions.filter(order=1).update(text=hostile)
        enter(survey, 0, 0, times=5, text=hostile)
        question = survey.poll.questions.get(order=3)
        code_texts(question=question, codes={0: ["<b>Code</b>"]}, by=UserFactory(is_superuser=True), now=AFTER)
        with time_machine.travel(AFTER, tick=False):
            content = client.get(survey.url).content.decode()
        assert "<script>alert" not in content
        assert "<b>Code" not in content
        cells = [cell for row in file_of(client, survey) for cell in row]
        assert not any(cell.startswith("=") for cell in cells)

    def test_open_data_have_a_survey_whose_texts_are_not_coded_yet(self):
        poll = make_poll("textes", kinds=(Question.Kind.TEXT,), audience=Poll.Audience.PEOPLE_MET)
        make_outing(make_survey("textes", poll=poll))
        for _number in range(5):
            count_sheet(poll=poll, answers={poll.questions.get().pk: "L’attente"}, now=NOW)
        with time_machine.travel(AFTER, tick=False):
            rows = list(next(one for one in datasets() if one.slug == "enquetes").rows())
        assert [row[3:7] for row in rows] == [(40, 10, 5, None)]


class TestQueries:
    def test_queries_do_not_grow_with_surveys_questions_or_outings(self, client, survey):
        def count(at):
            from django.db import connection
            from django.test.utils import CaptureQueriesContext

            with time_machine.travel(at, tick=False), CaptureQueriesContext(connection) as found:
                client.get(survey.url)
                client.get("/enquetes/")
                list(next(one for one in datasets() if one.slug == "enquetes").rows())
            return len(found)

        add_large_groups(survey)
        for at in (NOW, AFTER):
            client.get(survey.url)
            count(at)
        few = [count(NOW), count(AFTER)]
        for number in range(4):
            other = make_survey(f"autre-{number}")
            add_large_groups(other)
            make_outing(other)
            make_outing(survey, f"Lieu {number}")
        assert [count(NOW), count(AFTER)] == few


def test_yearly_report_excludes_answers_of_small_surveys(survey):
    make_outing(survey)
    add_large_groups(survey)
    few = make_survey("peu")
    enter(few, 0, 0, times=3)
    measured = {one.key: one.frozen()["value"] for one in own_measures(Period.of_year(NOW.year), AFTER)}
    assert [measured[key] for key in ("surveys", "people_asked", "people_met")] == [2, 40, 20]
