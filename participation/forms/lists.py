"""The filters of the list of proposals."""

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.filters import ListFilters
from common.search import clean_query
from common.search.named import named_number
from participation.forms.fields import topics
from participation.models import CallPage, Proposal
from participation.models.districts import known_places, within

# Maximum number of results of a search, which keeps the list of primary keys small.
SEARCH_LIMIT = 500


class ProposalFilters(ListFilters):
    """Filters and order of the list. Unlike in other lists, all topics, states and places are offered."""

    q = forms.CharField(label=_("Words"), required=False, max_length=200)
    sujet = forms.ChoiceField(label=_("Subject"), required=False)
    etat = forms.ChoiceField(label=_("State"), required=False)
    type = forms.ChoiceField(label=_("Kind"), required=False)
    quartier = forms.ChoiceField(label=_("Place"), required=False)
    appel = forms.ChoiceField(label=_("Call"), required=False, widget=forms.HiddenInput)
    tri = forms.ChoiceField(label=_("Order"), required=False)

    order_field = "tri"

    def __init__(self, data: QueryDict) -> None:
        self.topics = {topic.slug: topic for topic in topics().only("slug", "title")}
        slug = clean_query(data.get("appel", ""))
        self.calls = {call.slug: call for call in CallPage.objects.published().filter(slug=slug)} if slug else {}
        choices = {
            "sujet": [("", _("All subjects")), *((slug, topic.title) for slug, topic in self.topics.items())],
            "etat": [("", _("All states")), *((state.value, state.label) for state in Proposal.PUBLIC_STATES)],
            "type": [("", _("Proposals and needs")), *Proposal.Kind.choices],
            "quartier": [("", _("All places")), *known_places()],
            "appel": [(slug, call.title) for slug, call in self.calls.items()],
            "tri": [
                ("recentes", _("Most recent")),
                ("soutiens", _("Most supported")),
                ("commentaires", _("Most discussed")),
                ("reponses", _("Latest answers")),
            ],
        }
        super().__init__(data, choices)

    @property
    def order(self) -> str:
        """Key of `participation.queries.proposals.SORTS`."""
        return self.chosen.get("tri", "recentes")

    def lookup(self, name: str, value: str) -> Q:
        match name:
            case "q":
                return Q(pk__in=_matching(value))
            case "sujet":
                return Q(topic=self.topics[value])
            case "etat":
                return Q(state=value)
            case "type":
                return Q(kind=value)
            case "quartier":
                return Q(district__in=within(value))
            case "appel":
                return Q(call=self.calls[value])
            case _:
                return Q(answered_at__isnull=False) if value == "reponses" else Q()


def _matching(query: str) -> set[int]:
    """Returns the primary keys of the proposals found by `query`: public ones by their words, any one by its number."""
    pks = {proposal.pk for proposal in Proposal.objects.published().only("pk").search(query)[:SEARCH_LIMIT]}
    if number := named_number(query):
        pks.add(number.value)
    return pks
