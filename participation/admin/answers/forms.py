"""Forms of the team and of city services about a proposal: state, answer, reminder."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateTimeInput

from accounts.models import User
from participation import permissions
from participation.admin.answers.due import colleague
from participation.admin.choosers import ProposalChooser
from participation.models import CityService, Proposal

CHOOSE_ANOTHER = _("Choose another published proposal, one that is not merged itself.")


class ChangeStateForm(forms.Form):
    """The next state, with its reason, target and service. Offers only the choices allowed to the user."""

    state = forms.ChoiceField(
        label=_("New state"), widget=forms.RadioSelect, error_messages={"required": _("Choose the new state.")}
    )
    reason = forms.CharField(
        label=_("What to say about it (optional)"),
        help_text=_("Everybody can read this on the page of the proposal. The author receives it by e-mail."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    service = forms.ModelChoiceField(
        label=_("Service that is asked (optional)"),
        help_text=_("For “Under study”: the service that will answer."),
        queryset=CityService.objects.all(),
        required=False,
    )
    target = forms.ModelChoiceField(
        label=_("Merged with"),
        help_text=_("For “Merged” only: the proposal that goes on."),
        queryset=Proposal.objects.published().exclude(state=Proposal.State.MERGED),
        required=False,
        widget=ProposalChooser,
        error_messages={"invalid_choice": CHOOSE_ANOTHER},
    )

    def __init__(self, *args: Any, states: Sequence[Proposal.State], proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [(state.value, state.label) for state in states]  # type: ignore[attr-defined]
        self.fields["service"].initial = proposal.asked_service_id
        if Proposal.State.MERGED not in states:
            del self.fields["target"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("state") == Proposal.State.MERGED and "target" not in self.errors and not cleaned.get("target"):
            self.add_error("target", CHOOSE_ANOTHER)
        return cleaned


class ReminderForm(forms.Form):
    service = forms.ModelChoiceField(
        label=_("Service to remind"),
        queryset=CityService.objects.all(),
        error_messages={"required": _("Choose the service to remind.")},
    )
    message = forms.CharField(
        label=_("A few words for the service (optional)"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PublicationForm(forms.Form):
    publish_at = forms.DateTimeField(
        label=_("Publish on (optional)"),
        help_text=_("Leave this empty to publish now. Until the date, only the services and the team see the answer."),
        required=False,
        widget=AdminDateTimeInput,
    )


class AgentsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return colleague(obj)


class CityServiceForm(WagtailAdminModelForm):
    """City service and its agents, among accounts that may answer; agents without that right stay listed."""

    members = AgentsField(
        label=_("Agents"),
        help_text=CityService._meta.get_field("members").help_text,
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = self.instance.members.values("pk") if self.instance.pk else User.objects.none().values("pk")
        answering = permissions.accounts_that_answer().order_by().values("pk")
        people = User.objects.filter(Q(pk__in=answering) | Q(pk__in=members)).order_by("public_name", "pk")
        self.fields["members"].queryset = people  # type: ignore[attr-defined]
