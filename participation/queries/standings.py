"""How proposals stand, for charts: states that are drawn alike are counted together."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

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
    """Returns the parts of a chart from `counts`, the number of public proposals in each state."""
    return [
        (
            series,
            sum(number for state, number in counts.items() if Proposal.TONES[Proposal.State(state)] == series.tone),
        )
        for series in SERIES
    ]
