"""Forms of a proposal: its screens, its files, its correction, addenda, co-authors, withdrawal."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.choices import flatten_choices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.models.inspiring import inspiring_pages
from committee.models import TopicPage
from common.forms import IdempotentForm, RedisplayMixin, SpamGuardMixin
from common.plain_text import PlainTextField
from participation.forms.fields import (
    COMMENT_MAX_LENGTH,
    TEXT_MAX_LENGTH,
    TITLE_MAX_LENGTH,
    topics,
)
from participation.models import Attachment, CallPage, Proposal, ProposalDraft
from participation.models.attachments import DESCRIPTION_MAX_LENGTH
from participation.models.districts import places
from participation.models.proposal_text import CORRECTABLE_FIELDS, TEXT_FIELDS


class DraftForm(RedisplayMixin, IdempotentForm):
    """One screen of a draft. The page contains its key (`key`) and the fingerprint of what it showed (`seen`)."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    # State of the draft after a save in another window, once known.
    changed: ProposalDraft | None = None


class ProposalTextForm(forms.Form):
    """Text of a proposal or of a need. A need may omit the proposed solution."""

    title = PlainTextField(
        label=_("Title"),
        help_text=_("Say the essential in 100 characters. Example: Opening hours of libraries in one place."),
        limit=TITLE_MAX_LENGTH,
        error_messages={"required": _("Write a title for your proposal.")},
    )
    problem = PlainTextField(
        label=_("What is the problem?"),
        help_text=_(
            "2,000 characters at most. Do not write your address or your phone number: everybody can read this."
        ),
        limit=TEXT_MAX_LENGTH,
        rows=6,
        error_messages={"required": _("Write what the problem is.")},
    )
    body = PlainTextField(
        label=_("What do you propose?"),
        help_text=_("2,000 characters at most. For a need, this answer is optional."),
        limit=TEXT_MAX_LENGTH,
        rows=6,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_need:
            title, body = self.fields["title"], self.fields["body"]
            title.error_messages["required"] = _("Write a title for your need.")
            body.label, body.help_text = _("What do you propose? (optional)"), _("2,000 characters at most.")

    @property
    def text_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in TEXT_FIELDS]

    @property
    def is_need(self) -> bool:
        """True if the text is a need, as known before validation."""
        return bool(self["kind"].value() == Proposal.Kind.NEED)

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if not body and not self.is_need:
            raise ValidationError(self.missing_body)
        return body

    missing_body = _("Write what you propose.")


class IdeaForm(ProposalTextForm):
    """The idea, or the need."""

    field_order: tuple[str, ...] = ("kind", *TEXT_FIELDS)
    missing_body = _("Write what you propose, or choose “A need”.")

    kind = forms.ChoiceField(
        label=_("What do you want to tell?"),
        choices=[
            (Proposal.Kind.PROPOSAL, _("An idea: I know what could be done")),
            (Proposal.Kind.NEED, _("A need: something is missing, the solution is to be found")),
        ],
        initial=Proposal.Kind.PROPOSAL,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the two.")},
    )

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Proposal.Kind.PROPOSAL


class AddendumForm(SpamGuardMixin, IdempotentForm):
    body = PlainTextField(
        label=_("What do you add?"),
        help_text=_("1,000 characters at most. Your text is published after a person has read it."),
        limit=COMMENT_MAX_LENGTH,
        rows=6,
        error_messages={"required": _("Write what you add.")},
    )


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address of the person"),
        help_text=_("Example: prenom.nom@exemple.fr. We forget this address after 30 days."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Write the e-mail address of the person."),
            "invalid": _("Write the whole e-mail address, for example prenom.nom@exemple.fr."),
        },
    )


class CallField(forms.ModelChoiceField):
    """Choice of calls, with the audience of each call that is not open to everyone."""

    def label_from_instance(self, call: CallPage) -> str:
        return f"{call.title} ({call.invited})" if call.invited else call.title


class AboutForm(forms.Form):
    """Topic and place of a proposal."""

    topic = forms.ModelChoiceField(
        label=_("Which subject is it about?"),
        queryset=TopicPage.objects.none(),
        widget=forms.RadioSelect,
        required=False,
        blank=True,
        empty_label=_("I do not know"),
        error_messages={"invalid_choice": _("Choose a subject of the list, or “I do not know”.")},
    )
    district = forms.ChoiceField(
        label=_("Which place is it about? (optional)"),
        choices=[("", _("None in particular")), *places()],
        required=False,
        error_messages={"invalid_choice": _("Choose a place of the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = topics()  # type: ignore[attr-defined]


class SubjectForm(AboutForm):
    """Call (if several are open), topic and place."""

    field_order: tuple[str, ...] = ("call", "topic", "district")

    call = CallField(
        label=_("Which call do you answer?"),
        queryset=CallPage.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Choose the call that is answered."),
            "invalid_choice": _("This call no longer takes proposals. Choose another one."),
        },
    )

    def __init__(self, *args: Any, calls: list[CallPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.asks_call(calls):
            self.fields["call"].queryset = CallPage.objects.filter(pk__in=[call.pk for call in calls])  # type: ignore[attr-defined]
        else:
            del self.fields["call"]

    def asks_call(self, calls: list[CallPage]) -> bool:
        """Returns whether the form has a choice among `calls`: a single one is implied."""
        return len(calls) != 1


class ExampleField(forms.ModelChoiceField):
    """Choice of whether the text names the page that inspired it."""

    def label_from_instance(self, page: Page) -> str:
        return gettext("Yes, name the example “%(title)s”") % {"title": page.title}


class IdeaScreenForm(DraftForm, IdeaForm):
    """Step 1. `example` is the public page from which the user came, or None."""

    inspired_by = ExampleField(
        label=_("Does your text come from this example?"),
        queryset=Page.objects.none(),
        widget=forms.RadioSelect,
        required=False,
        blank=True,
        empty_label=_("No, name no example"),
        error_messages={
            "invalid_choice": _("This page is no example that can be read. If you continue, your text names none.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        page_pk = str(self["inspired_by"].value() or "")
        field: Any = self.fields["inspired_by"]
        field.queryset = inspiring_pages().filter(pk=page_pk) if page_pk.isdecimal() else Page.objects.none()
        self.example: Page | None = field.queryset.first() if page_pk else None


class AnsweredCallField(CallField):
    """Choice of an open call, or of none."""

    def label_from_instance(self, call: CallPage) -> str:
        return gettext("Yes: %(call)s") % {"call": super().label_from_instance(call)}


class SubjectScreenForm(DraftForm, SubjectForm):
    """Step 2. Without an open call the field is left out, unless a call was chosen before it closed."""

    call = AnsweredCallField(
        label=_("Does this idea answer an open call?"),
        queryset=CallPage.objects.none(),
        widget=forms.RadioSelect,
        required=False,
        blank=True,
        empty_label=_("No, it is another idea"),
        error_messages={"invalid_choice": _("This call no longer takes proposals. Choose another answer.")},
    )

    def asks_call(self, calls: list[CallPage]) -> bool:
        return bool(calls or self.data.get("call"))


class FilesForm(IdempotentForm):
    """File to add, if any, and descriptions of the files of the draft.

    Descriptions may be missing until the last step: a file is kept as soon as it is chosen.
    """

    file = forms.FileField(
        label=_("Add a file"),
        help_text=_(
            "A picture (JPEG, PNG or WebP, 8 MB at most) or a PDF (5 MB at most). "
            "We remove the place and the device from pictures. A PDF stays as it is: it may hold your name."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.webp,.pdf"}),
    )

    def __init__(self, *args: Any, attachments: Iterable[Attachment], finished: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attachments = list(attachments)
        for attachment in self.attachments:
            label, hint, missing = (
                (
                    _("What does this picture show?"),
                    _("For people who cannot see it. Example: The ticket machine of the station, out of order."),
                    _("Write what the picture shows."),
                )
                if attachment.is_image
                else (
                    _("What is in this document?"),
                    _("For people who do not open it. Example: The opening hours of the library, on one page."),
                    _("Write what is in the document."),
                )
            )
            self.fields[self.name_of(attachment)] = PlainTextField(
                label=label,
                help_text=hint,
                limit=DESCRIPTION_MAX_LENGTH,
                rows=2,
                required=finished,
                initial=attachment.description,
                error_messages={"required": missing},
            )

    @staticmethod
    def name_of(attachment: Attachment) -> str:
        return f"description_{attachment.pk.hex}"

    @property
    def rows(self) -> list[tuple[Attachment, forms.BoundField]]:
        return [(attachment, self[self.name_of(attachment)]) for attachment in self.attachments]

    @property
    def descriptions(self) -> dict[uuid.UUID, str]:
        """Valid descriptions, by primary key of the file."""
        texts = {attachment.pk: self.cleaned_data.get(self.name_of(attachment)) for attachment in self.attachments}
        return {key: text for key, text in texts.items() if text}


class EditProposalForm(RedisplayMixin, ProposalTextForm, AboutForm, FilesForm):
    """Edit form of one's own proposal. `seen_at` identifies the version that the page showed."""

    field_order = CORRECTABLE_FIELDS

    seen_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    file_description = PlainTextField(
        label=_("What does this file show?"),
        help_text=_("For people who cannot see it, or do not open it."),
        limit=DESCRIPTION_MAX_LENGTH,
        rows=2,
        required=False,
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        self.proposal = proposal
        saved_values = {name: getattr(proposal, name) for name in CORRECTABLE_FIELDS}
        kwargs["initial"] = saved_values | {"seen_at": self._seen}
        super().__init__(*args, attachments=proposal.attachments.current(), finished=True, **kwargs)
        # Current values stay possible, even if they can no longer be chosen.
        fields: Any = self.fields
        fields["topic"].queryset = TopicPage.objects.filter(Q(pk__in=topics().values("pk")) | Q(pk=proposal.topic_id))
        if proposal.district not in dict(flatten_choices(fields["district"].choices)):
            fields["district"].choices += [(proposal.district, proposal.district)]
        for number, attachment in enumerate(self.attachments, start=1):
            label = gettext("Remove file %(number)d") % {"number": number}
            fields[self._name_of_removal(attachment)] = forms.BooleanField(label=label, required=False)

    @property
    def is_need(self) -> bool:
        return self.proposal.is_need

    @property
    def _seen(self) -> str:
        return self.proposal.edited_at.isoformat() if self.proposal.edited_at else ""

    def mark_current_version_seen(self) -> None:
        """Marks the current version of the proposal as seen by the user, beside their own."""
        self.override_hidden(seen_at=self._seen)

    def clean_file_description(self) -> str:
        description: str = self.cleaned_data["file_description"]
        if self.cleaned_data.get("file") and not description:
            raise ValidationError(_("Write what this file shows, and choose it again."))
        return description

    @staticmethod
    def _name_of_removal(attachment: Attachment) -> str:
        return f"remove_{attachment.pk.hex}"

    @property
    def current_files(self) -> list[tuple[Attachment, forms.BoundField, forms.BoundField]]:
        """Files with the fields of their description and of their removal."""
        return [(attachment, field, self[self._name_of_removal(attachment)]) for attachment, field in self.rows]

    @property
    def removed(self) -> list[uuid.UUID]:
        """Primary keys of the files to remove."""
        return [file.pk for file in self.attachments if self.cleaned_data[self._name_of_removal(file)]]


class CheckForm(SpamGuardMixin, DraftForm):
    """Step 3: acceptance of the rules, and submission."""

    rules = forms.BooleanField(
        label=_("I have read the rules of participation and I agree to follow them."),
        error_messages={"required": _("Tick the box to say that you follow the rules of participation.")},
    )


class WithdrawalForm(forms.Form):
    reason = PlainTextField(
        label=_("Why do you withdraw it? (optional)"),
        help_text=_("Only the team reads it."),
        limit=COMMENT_MAX_LENGTH,
        rows=3,
        required=False,
    )
