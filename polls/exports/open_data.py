"""Open data: the results of polls that are over."""

from collections.abc import Iterator, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from common.hooks import Cell, Column, Dataset
from common.templatetags.dates import isoformat
from common.urls import absolute_url
from polls.models import Poll
from polls.queries.results import tallies_of


def open_datasets() -> list[Dataset]:
    """Returns the set of this app."""
    return [
        Dataset(
            order=40,
            slug="sondages",
            title=_("Results of the polls"),
            description=_("How often each answer was given in the polls that are over. Nobody’s answer is in it."),
            columns=(
                Column("sondage", _("Title of the poll.")),
                Column("ouvert_le", _("When it opened.")),
                Column("clos_le", _("When it closed.")),
                Column("qui_pouvait_repondre", _("Who could answer.")),
                Column("question", _("The question.")),
                Column("sorte", _("Kind of answer: one choice, several, an order of preference, or points.")),
                Column("choix", _("The choice.")),
                Column("personnes", _("People who chose it.")),
                Column("premieres_places", _("People who put it first, for an order of preference.")),
                Column("score", _("People for a choice; points for points and for an order of preference.")),
                Column("part", _("Its part of the whole, in percent.")),
                Column("adresse", _("Address of the results.")),
                Column(
                    "reponses_saisies",
                    _("Answers to the question that an agent entered for somebody: at a desk, by phone, on paper."),
                ),
            ),
            rows=_results,
        )
    ]


def _results() -> Iterator[Sequence[Cell]]:
    for tally in tallies_of(list(Poll.objects.closed(timezone.now()))):
        poll, question = tally.poll, tally.question
        for line in tally.lines:
            yield (
                poll.title,
                isoformat(poll.opens_at),
                isoformat(poll.closes_at),
                poll.get_audience_display(),
                question.text,
                question.get_kind_display(),
                line.choice.text,
                line.people,
                line.first,
                line.score,
                line.percent,
                absolute_url(f"{poll.get_absolute_url()}resultats/"),
                tally.by_agents,
            )
