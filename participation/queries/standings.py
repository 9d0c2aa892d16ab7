"""Numbers of proposals by state, for charts and sentences. States with the same colour are counted together."""

from collections.abc import Mapping

from django.core.cache import caches
from django.db.models import Count
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from common.charts.states import Stack
from common.charts.values import Series, Tone
from participation.models import Proposal

# In the order of a chart.
SERIES = (
    Series(_("Accepted or done"), Tone.YES),
    Series(_("Accepted in part, or under study"), Tone.PARTLY),
    Series(Proposal.State.IN_PROGRESS.label, Tone.ONGOING),
    Series(_("No answer yet"), Tone.WAITING),
    Series(Proposal.State.NOT_RETAINED.label, Tone.NO),
    Series(Proposal.State.MERGED.label, Tone.OUTLINE),
)


def by_tone(counts: Mapping[str, int]) -> list[tuple[Series, int]]:
    """Returns the parts of a chart from `counts`, the numbers of public proposals by state."""
    return [
        (
            series,
            sum(count for state, count in counts.items() if Proposal.TONES[Proposal.State(state)] == series.tone),
        )
        for series in SERIES
    ]


def taken_up_sentence(counts: Mapping[str, int]) -> str:
    """Returns a sentence with how many of the proposals in `counts` the city has taken up."""
    taken_up = sum(counts.get(state, 0) for state in Proposal.TAKEN_UP_STATES)
    if not taken_up:
        return gettext("The city has taken up none of them.")
    if taken_up == sum(counts.values()):
        return gettext("The city took all of them up, wholly or in part.")
    return gettext("The city took up %(taken)s of them, wholly or in part.") % {"taken": taken_up}


def chart_of_standings() -> Stack:
    """Returns a chart of all public proposals by state.

    Cached in the process for one minute, because all rows are counted.
    """
    counts: dict[str, int] = caches["local"].get_or_set("proposal_states", _counts) or {}
    parts = [(series, count) for series, count in by_tone(counts) if count]
    total = sum(counts.values())
    title = ngettext("Where the %(number)s proposal stands", "Where the %(number)s proposals stand", total)
    return Stack(
        title=title % {"number": total},
        sentence=taken_up_sentence(counts),
        head=gettext("State"),
        value_head=gettext("Number"),
        states=[series for series, _number in parts],
        values=[count for _series, count in parts],
    )


def _counts() -> dict[str, int]:
    rows = Proposal.objects.published().order_by().values_list("state").annotate(Count("pk"))
    return dict(rows)
