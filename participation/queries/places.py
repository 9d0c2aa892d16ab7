"""Published proposals by commune, for the map."""

from collections import Counter
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from common.charts.communes import CommuneMap
from common.charts.frame import ChartTableRow
from common.charts.values import in_words
from common.city import CITY
from common.communes import COMMUNES
from participation.models import Proposal
from participation.models.districts import within


def map_of_proposals() -> CommuneMap:
    """Returns the map of the communes with published proposals, each with a link to them.

    One query. A district counts for its city. Places that are not communes of the map are in the list only.
    """
    rows = Proposal.objects.published().order_by().values_list("district").annotate(Count("pk"))
    by_place = Counter(dict(rows))
    without_place = by_place.pop("", 0)
    counts = {code: sum(by_place.pop(place, 0) for place in within(name)) for code, name in COMMUNES.items()}
    return CommuneMap(
        title=gettext("Communes that the proposals are about"),
        sentence=_sentence(counts),
        value_head=gettext("Proposals"),
        numbers=counts,
        urls={code: _address(COMMUNES[code]) for code, count in counts.items() if count},
        elsewhere=[
            ChartTableRow(place, [in_words(count)], _address(place)) for place, count in sorted(by_place.items())
        ],
        notes=[*_notes(without_place)],
        nothing=gettext("No proposal names a commune yet."),
    )


def _address(place: str) -> str:
    return f"{reverse('participation:proposal_list')}?{urlencode({'quartier': place})}"


def _sentence(counts: dict[str, int]) -> str:
    total = sum(counts.values())
    named = sum(map(bool, counts.values()))
    proposals = ngettext("%(number)s proposal names a commune", "%(number)s proposals name a commune", total)
    return gettext("%(proposals)s, and %(named)s of the %(all)s communes have one.") % {
        "proposals": proposals % {"number": total},
        "named": named,
        "all": len(counts),
    }


def _notes(without_place: int) -> list[str]:
    notes = [gettext("The districts %(of_city)s count for the city.") % {"of_city": CITY.of_city}]
    if without_place:
        template = ngettext(
            "%(number)s proposal names no place: it is not on the map.",
            "%(number)s proposals name no place: they are not on the map.",
            without_place,
        )
        notes.append(template % {"number": without_place})
    return notes
