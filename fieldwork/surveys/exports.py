"""Open data of the field surveys: the public results of closed surveys."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from common.datasets import Column, ColumnType, Dataset, Row, SmallDataset
from common.templatetags.dates import isoformat
from common.urls import absolute_url
from fieldwork.models import SurveyPage
from fieldwork.surveys.queries.charts import rows_of
from fieldwork.surveys.queries.results import results_of


def answer_columns() -> tuple[Column, ...]:
    """Returns the columns common to the file of a survey and the open data, in the order of `charts.rows_of`."""
    return (
        Column("question", _("The question.")),
        Column("sorte", _("Kind of answer.")),
        Column("groupe", _("Group of the people, where answers are shown by group; else empty: everybody.")),
        Column("reponse", _("The answer, or for a free text what the editors read in it.")),
        Column("personnes", _("How many people gave it, or that they are fewer than five.")),
        Column("part", _("Their part of those who answered, in percent."), ColumnType.INTEGER),
        Column("sur", _("How many people answered the question."), ColumnType.INTEGER),
        Column("phrase", _("What people meant, in the words of the editors.")),
    )


def open_datasets() -> list[Dataset]:
    """Returns the dataset of the field surveys."""
    return [
        Dataset(
            order=45,
            slug="enquetes",
            title=_("Results of the field surveys"),
            description=_(
                "What people who were met answered, in the surveys that are over. No group of fewer than five people is"
                " in it."
            ),
            columns=(
                Column("cle", _("Key of the row.")),
                Column("enquete", _("Title of the survey.")),
                Column("terminee_le", _("When it ended."), ColumnType.MOMENT),
                Column("personnes_abordees", _("People asked, in all outings that were counted."), ColumnType.INTEGER),
                Column("refus", _("People who refused, in these outings."), ColumnType.INTEGER),
                Column("fiches", _("Sheets that were filled in and entered."), ColumnType.INTEGER),
                *answer_columns(),
                Column("adresse", _("Address of the page."), ColumnType.URL),
            ),
            rows=SmallDataset(_rows),
        )
    ]


def _rows() -> Iterator[Row]:
    surveys = list(SurveyPage.objects.published().select_related("poll"))
    for results in results_of(surveys, timezone.now()):
        survey, fieldwork = results.survey, results.fieldwork
        survey_cells = (
            survey.title,
            isoformat(survey.poll.closes_at),
            fieldwork.asked if fieldwork.counted else None,
            fieldwork.refusals if fieldwork.counted else None,
            results.people,
        )
        # A survey without figures has one row, for its field work.
        for number, cells in enumerate(list(rows_of(results)) or [("",) * 8], 1):
            answer = [None if cell == "" else cell for cell in cells]
            yield (f"{survey.pk}-{number:04}", *survey_cells, *answer, absolute_url(survey.url))
