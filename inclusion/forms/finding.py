"""Search form of `/aide-numerique/`: commune, need, free, open now."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.communes import COMMUNES
from common.filters import ListFilters
from inclusion.models import Need, Place

YES = "oui"
TICKED = [(YES, _("yes"))]


def _tick(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, widget=forms.CheckboxInput(attrs={"value": YES}))


class FindForm(ListFilters):
    """Filters of a resident. The commune excludes nothing: distances are computed from it."""

    commune = forms.ChoiceField(label=_("Your commune"), required=False)
    besoin = forms.ChoiceField(label=_("What for?"), required=False)
    gratuit = _tick(_("Free"))
    ouvert = _tick(_("Open at this moment"))

    def __init__(self, data: QueryDict) -> None:
        super().__init__(
            data,
            {
                "commune": [("", pgettext_lazy("commune", "Choose")), *COMMUNES.items()],
                "besoin": [("", _("All needs")), *Need.choices],
                "gratuit": TICKED,
                "ouvert": TICKED,
            },
        )

    @property
    def commune_code(self) -> str:
        """INSEE code of the chosen commune, or ""."""
        return self.chosen.get("commune", "")

    @property
    def is_open_now(self) -> bool:
        """True if only open places are wanted. Filtered in Python, because the database cannot parse hours."""
        return "ouvert" in self.chosen

    def lookup(self, name: str, value: str) -> Q:
        match name:
            case "besoin":
                places = Place.objects.offering(Need(value).services)
            case "gratuit":
                places = Place.objects.free()
            case _:
                return Q()
        return Q(pk__in=places.order_by().values("pk"))
