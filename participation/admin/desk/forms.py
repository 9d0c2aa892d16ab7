"""Forms of agents at a desk, with the fields and limits of the public forms."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput

from accounts.forms.names import CONFIRMED, ask_about_name
from accounts.models import validate_public_name
from common.forms import IdempotentForm, OriginField
from participation.errors import DateOutOfRange
from participation.forms.discussions import CommentForm, DebateForm
from participation.forms.proposals import IdeaForm, SubjectForm
from participation.models import CallPage, Discussion, Proposal
from participation.services.desk import Sender

SENDER_FIELDS = ("author_name", "email", "origin", "received_at")
SUGGESTIONS = "propositions"


class SenderForm(IdempotentForm):
    """Author of the text, channel and date of reception."""

    author_name = forms.CharField(
        label=_("Name shown"),
        help_text=_("First name and first letter of the name, for example: Odile M. Everybody reads it."),
        max_length=60,
        validators=[validate_public_name],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the first name and the first letter of the name.")},
    )
    email = forms.EmailField(
        label=_("E-mail of the person (optional)"),
        help_text=_(
            "Only to send news of this text. It is never shown, and erased a year after the last news, or when the "
            "person asks. Say so before you write it."
        ),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Write an address like odile@courriel.example, or leave this empty.")},
    )
    origin = OriginField()
    received_at = forms.DateTimeField(
        label=_("Received on"),
        help_text=_("For a paper form: the day on which it came."),
        initial=timezone.now,
        widget=AdminDateTimeInput,
        error_messages={"required": _("Write the day and the hour on which it came.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_about_name(self, "author_name")

    def clean_received_at(self) -> datetime:
        if self.cleaned_data["received_at"] > timezone.now():
            raise ValidationError(DateOutOfRange.message)
        return self.cleaned_data["received_at"]

    @property
    def sender(self) -> Sender:
        data = self.cleaned_data
        return Sender(
            name=data["author_name"],
            email=data["email"],
            origin=data["origin"],
            received_at=data["received_at"],
            name_confirmed=data.get(CONFIRMED, False),
        )

    @property
    def text(self) -> dict[str, Any]:
        """Values of the fields that are not about the sender, by name."""
        return {name: value for name, value in self.cleaned_data.items() if name not in (*SENDER_FIELDS, CONFIRMED)}


class ProposalEntryForm(SenderForm, IdeaForm, SubjectForm):
    """Questions of the three public screens on one page."""

    field_order = ("call", *IdeaForm.field_order, *SubjectForm.base_fields, *SENDER_FIELDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].widget.attrs["autofocus"] = True
        # A select takes one line, and a letter jumps to a choice.
        topic = self.fields["topic"]
        topic.widget = forms.Select(choices=topic.choices)  # type: ignore[attr-defined]

    def asks_call(self, calls: list[CallPage]) -> bool:
        """Returns whether there is a choice: also if the call that was chosen is not the only one that is left."""
        chosen = self.data.get(self.add_prefix("call"))
        return super().asks_call(calls) or bool(chosen and chosen != str(calls[0].pk))


class CommentEntryForm(SenderForm):
    """Comment and its subject: a proposal by number, or a page of the list."""

    proposal = forms.ModelChoiceField(
        label=_("Number of the proposal"),
        help_text=_("Or a few words of its title, then choose in the list. Empty for a comment on a page."),
        queryset=Proposal.objects.published(),
        required=False,
        widget=forms.TextInput(attrs={"list": SUGGESTIONS, "autocomplete": "off", "autofocus": True}),
        error_messages={"invalid_choice": _("Write the number of a published proposal.")},
    )
    page = forms.ModelChoiceField(
        label=_("Or a page under discussion"),
        queryset=Discussion.objects.none(),
        required=False,
        empty_label=_("None: it is about a proposal"),
        error_messages={"invalid_choice": _("Choose a page of the list.")},
    )
    body = CommentForm.base_fields["body"]
    position = DebateForm.base_fields["position"]

    field_order = ("proposal", "page", "body", "position", *SENDER_FIELDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pages = Discussion.objects.public().with_subject().filter(is_open=True, page__isnull=False)
        self.fields["page"].queryset = pages.order_by("page__title")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = [name for name in ("proposal", "page") if cleaned.get(name)]
        if len(chosen) != 1 and not {"proposal", "page"} & self.errors.keys():
            self.add_error("proposal", _("Write the number of a proposal, or choose a page: one of the two."))
        return cleaned
