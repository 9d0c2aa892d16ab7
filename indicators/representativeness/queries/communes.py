"""Communes of the participants, in publishable numbers: a map with its list."""

from django.utils.translation import gettext, ngettext

from common.charts.communes import CommuneMap
from common.charts.values import Hidden, Value
from common.communes import COMMUNES
from common.suppression import publishable
from indicators.models import Survey, SurveyTally

# Key of the additional tally of communes: accounts that answered, by INSEE code.
COMMUNES_TALLY = "communes"


def map_of_participants(survey: Survey) -> CommuneMap:
    """Returns the map of the participants of the closed `survey`, with small counts hidden. One query."""
    tally = survey.tallies.filter(who=SurveyTally.Who.PARTICIPANTS, question=COMMUNES_TALLY).first()
    counts = {code: tally.counts.get(code, 0) for code in COMMUNES} if tally else {}
    published = publishable(counts) or {}
    values: dict[str, Value] = {code: Hidden() if count is None else count for code, count in published.items()}
    return CommuneMap(
        title=gettext("Where the people who take part live"),
        sentence=_sentence(values),
        value_head=gettext("People"),
        numbers=values,
        family="services",
        notes=[
            gettext("Of those who answered the three questions, and whose account names a commune."),
            gettext("An empty square is hidden, so that nobody can be found."),
        ],
        nothing=gettext("Too few people named a commune to show anything."),
    )


def _sentence(values: dict[str, Value]) -> str:
    """Returns the sentence with the number of communes without participants; "" if there are none.

    A hidden count is not zero.
    """
    absent = sum(value == 0 for value in values.values())
    if not absent:
        return ""
    template = ngettext(
        "Nobody comes from %(number)s commune of %(all)s: grey on the map.",
        "Nobody comes from %(number)s communes of %(all)s: grey on the map.",
        absent,
    )
    return template % {"number": absent, "all": len(COMMUNES)}
