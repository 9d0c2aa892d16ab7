"""Forms of the register: filters, and removal of the text of a decision."""

from django import forms
from django.db.models import Max, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from committee.models.register import RegisterEntryQuerySet
from committee.register.queries import matching
from common.filters import ListFilters
from common.plain_text import PlainTextField


class DecisionFilters(ListFilters):
    q = forms.CharField(label=_("Words"), required=False, help_text=_("Or the number of a decision."))
    annee = forms.ChoiceField(label=_("Year"), required=False)
    sujet = forms.ChoiceField(label=_("Topic"), required=False)

    @classmethod
    def for_decisions(cls, decisions: RegisterEntryQuerySet, data: QueryDict) -> "DecisionFilters":
        """Returns the form bound to `data`, with the years and topics of `decisions` as choices.

        A renamed topic has the name in its last decision.
        """
        kinds = decisions.order_by().values_list("session_day__year", "topic_number", "topic")
        choices_rows = list(kinds.annotate(last=Max("number")).order_by("last"))
        years = sorted({str(year) for year, _number, _topic, _last in choices_rows}, reverse=True)
        topics = {number: topic for _year, number, topic, _last in choices_rows if number and topic}
        choices = {
            "annee": [("", _("All years")), *((year, year) for year in years)],
            "sujet": [("", _("All topics")), *((str(number), topic) for number, topic in sorted(topics.items()))],
        }
        return cls(data, choices)

    def lookup(self, name: str, value: str) -> Q:
        if name == "q":
            return Q(pk__in=matching(value))
        return Q(session_day__year=value) if name == "annee" else Q(topic_number=value)


class RedactionForm(forms.Form):
    reason = PlainTextField(
        label=_("Why are these words removed?"),
        help_text=_("Everybody reads it, for ever. Name nobody. Example: request of a person who is named."),
        limit=300,
        rows=3,
        error_messages={"required": _("Say why, without naming anybody.")},
    )
    also = PlainTextField(
        label=_("Also remove from these minutes (optional)"),
        help_text=_("A name that stands elsewhere in the text, word for word. Nothing keeps what you write here."),
        limit=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
