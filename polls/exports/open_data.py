"""Open data: results of closed polls."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.datasets import ByKey, Column, ColumnType, Dataset, Row
from common.templatetags.dates import isoformat
from common.urls import absolute_url
from polls.models import Choice, Poll
from polls.queries.results import tallies_of


def open_datasets() -> list[Dataset]:
    """Returns the datasets of this app."""
    return [
        Dataset(
            order=40,
            slug="sondages",
            title=_("Results of the polls"),
            description=_("How often each answer was given in the polls that are over. Nobody’s answer is in it."),
            columns=(
                Column("sondage", _("Title of the poll."), field="question__poll__title"),
                Column("ouvert_le", _("When it opened."), ColumnType.MOMENT),
                Column("clos_le", _("When it closed."), ColumnType.MOMENT),
                Column("qui_pouvait_repondre", _("Who could answer.")),
                Column("question", _("The question.")),
                Column("sorte", _("Kind of answer: one choice, several, an order of preference, or points.")),
                Column("choix", _("The choice.")),
                Column("personnes", _("People who chose it."), ColumnType.INTEGER),
                Column(
                    "premieres_places", _("People who put it first, for an order of preference."), ColumnType.INTEGER
                ),
                Column(
                    "score",
                    _("People for a choice; points for points and for an order of preference."),
                    ColumnType.INTEGER,
                ),
                Column("part", _("Its part of the whole, in percent."), ColumnType.INTEGER),
                Column("adresse", _("Address of the results."), ColumnType.URL),
                Column(
                    "reponses_saisies",
                    _("Answers to the question that an agent entered for somebody: at a desk, by phone, on paper."),
                    ColumnType.INTEGER,
                ),
                Column("numero", _("Number of the choice. It never changes."), ColumnType.INTEGER),
            ),
            rows=ByKey("numero", objects=_choices, rows_of=_results),
        )
    ]


def _choices() -> QuerySet[Choice]:
    """Returns the choices of closed polls."""
    over = Poll.objects.closed(timezone.now()).order_by().values("pk")
    return Choice.objects.filter(question__poll__in=over).select_related("question__poll")


def _results(choices: list[Choice]) -> Iterator[Row]:
    polls = {choice.question.poll_id: choice.question.poll for choice in choices}
    counted = {line.choice.pk: (tally, line) for tally in tallies_of(list(polls.values())) for line in tally.lines}
    for choice in choices:
        tally, line = counted[choice.pk]
        poll, question = tally.poll, tally.question
        yield (
            poll.title,
            isoformat(poll.opens_at),
            isoformat(poll.closes_at),
            poll.get_audience_display(),
            question.text,
            question.get_kind_display(),
            choice.text,
            line.people,
            line.first,
            line.score,
            line.percent,
            absolute_url(f"{poll.get_absolute_url()}resultats/"),
            tally.by_agents,
            choice.pk,
        )
