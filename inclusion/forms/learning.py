"""Filters of the list of resources."""

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.filters import Choices, ListFilters
from inclusion.models import Need, Resource


class ResourceFilters(ListFilters):
    besoin = forms.ChoiceField(label=_("What for?"), required=False)
    niveau = forms.ChoiceField(label=_("Level"), required=False)
    langue = forms.ChoiceField(label=_("Language"), required=False)

    FIELDS = {"besoin": "need", "niveau": "level", "langue": "language"}

    @classmethod
    def for_resources(cls, resources: QuerySet[Resource], data: QueryDict) -> "ResourceFilters":
        """Returns the form bound to `data`. Its choices are the values of `resources`."""
        rows = list(resources.order_by().values_list("need", "level", "language", named=True).distinct())

        def among(choices: Choices, used: set[str], every: object) -> Choices:
            return [("", every), *(choice for choice in choices if choice[0] in used)]

        return cls(
            data,
            {
                "besoin": among(Need.choices, {row.need for row in rows}, _("All needs")),
                "niveau": among(Resource.Level.choices, {row.level for row in rows}, _("All levels")),
                "langue": among(Resource.Language.choices, {row.language for row in rows}, _("All languages")),
            },
        )

    def lookup(self, name: str, value: str) -> Q:
        return Q(**{self.FIELDS[name]: value})
