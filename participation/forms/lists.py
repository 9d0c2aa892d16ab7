"""The filters of the list of proposals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from committee.models import TopicPage
from participation.forms.fields import topics
from participation.models import Proposal
from participation.models.districts import known_places


class FilterForm(forms.Form):
    """Filters of the list, by GET. Invalid values are ignored."""

    q = forms.CharField(label=_("Words"), required=False, max_length=200)
    sujet = forms.ModelChoiceField(
        label=_("Subject"),
        queryset=TopicPage.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("All subjects"),
    )
    etat = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("All states")), *((state.value, state.label) for state in Proposal.PUBLIC_STATES)],
        required=False,
    )
    type = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("Proposals and needs")), *Proposal.Kind.choices], required=False
    )
    quartier = forms.ChoiceField(
        label=_("Place"),
        choices=[("", _("All places")), *known_places()],
        required=False,
    )
    tri = forms.ChoiceField(
        label=_("Order"),
        choices=[
            ("recentes", _("Most recent")),
            ("soutiens", _("Most supported")),
            ("commentaires", _("Most discussed")),
            ("reponses", _("Latest answers")),
        ],
        required=False,
    )
    appel = forms.SlugField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subject: Any = self.fields["sujet"]
        subject.queryset = topics().only("slug", "title")
        # Evaluated once: both `shown` and the widget iterate over the choices.
        subject.choices = [("", subject.empty_label), *((topic.slug, topic.title) for topic in subject.queryset)]

    @property
    def shown(self) -> str:
        """Template cache key of the fields: their choices and the chosen values. Everything else is constant."""
        chosen = [self.data.get(name) for name in self.fields]
        subject: Any = self.fields["sujet"]
        return f"{chosen} {subject.choices}"
