"""Forms for agents to enter the answers of a person to a poll."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import validate_public_name
from common.forms import OriginField
from polls.forms import PollForm
from polls.models import Poll
from polls.services.agent_entries import key_of


class EntryForm(PollForm):
    """Form with fields about the person, then the questions of the poll."""

    origin = OriginField()
    name = forms.CharField(
        label=_("First name and name of the person"),
        help_text=_("To see that nobody answers twice. Agents alone read it, until a month after the end."),
        max_length=120,
        validators=[validate_public_name],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the first name and the name of the person.")},
    )
    declared = forms.BooleanField(
        label=_("The person says that they have not answered this poll yet."),
        error_messages={"required": _("Ask the person, then tick the box.")},
    )

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, poll=poll, **kwargs)
        if poll.audience == Poll.Audience.RESIDENTS:
            self.fields["declared"].label = _(
                "The person says that they live in the metropolis, and have not answered this poll yet."
            )

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not key_of(name):
            raise ValidationError(_("Write the first name and the name of the person."))
        return name
