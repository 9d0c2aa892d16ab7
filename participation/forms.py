"""What residents fill in. Errors say what to do; what was written always comes back."""

import time
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.models import PageQuerySet

from committee.models import TopicPage
from common.forms import IdempotentForm
from common.sanitising import clean_text, is_seen
from participation.districts import DISTRICTS
from participation.models import CallPage, Comment, Discussion, Proposal

TITLE_MAX_LENGTH = 100
TEXT_MAX_LENGTH = 2_000
COMMENT_MAX_LENGTH = 1_000
SHOWN_AT_SALT = "participation.forms"
FORM_MAXIMUM_AGE = timedelta(days=2)


def say_if_too_long(text: str, limit: int) -> None:
    """Raises `ValidationError` that gives the length and how much to remove."""
    length, excess = len(text), len(text) - limit
    if excess > 0:
        message = ngettext(
            "Your text has %(length)s characters. Remove %(excess)s.",
            "Your text has %(length)s characters. Remove %(excess)s.",
            excess,
        )
        raise ValidationError(message % {"length": _grouped(length), "excess": _grouped(excess)}, code="max_length")


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")


class PlainTextField(forms.CharField):
    """Plain text as it will be stored: normalised, line breaks kept, length counted on the result.

    A text that shows nothing is no text: as a title it would be a link without words.

    No `maxlength` in the page: a browser would cut a pasted text without saying so.
    """

    def __init__(self, *, limit: int, rows: int | None = None, **kwargs: Any) -> None:
        self.limit = limit
        if rows:
            # The script of the page counts up to `data-limit` (static/js/site.js).
            kwargs["widget"] = forms.Textarea(attrs={"rows": rows, "data-limit": limit})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = clean_text(value or "")
        return super().to_python(text if is_seen(text) else "") or ""

    def validate(self, value: str) -> None:
        super().validate(value)
        say_if_too_long(value, self.limit)


def _topics() -> PageQuerySet:
    return TopicPage.objects.published()


class SpamGuardMixin(forms.Form):
    """Two traps for programs, none for people: a field that nobody sees, and the time at which the page was shown.

    A person whom a trap catches finds the text again in the form, and sends it once more.
    """

    website = forms.CharField(
        required=False,
        label=_("Leave this field empty"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    shown_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_at"].initial = _now_signed

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("Send this form from the page itself, and leave the hidden field empty."))
        return ""

    def clean(self) -> dict[str, Any]:
        """Refuses a form that no page of ours has shown, one that comes back faster than anybody reads, an old one."""
        cleaned = super().clean() or self.cleaned_data
        if settings.FORM_MINIMUM_SECONDS and not self._was_read(cleaned.get("shown_at", "")):
            self.data = {**dict(self.data.items()), self.add_prefix("shown_at"): _now_signed()}
            self.add_error(None, _("Your text is still here. Read it again, then send it once more."))
        return cleaned

    def _was_read(self, token: str) -> bool:
        try:
            shown_at = signing.loads(token, salt=SHOWN_AT_SALT, max_age=FORM_MAXIMUM_AGE)
        except signing.BadSignature:
            return False
        return time.time() - shown_at >= settings.FORM_MINIMUM_SECONDS


def _now_signed() -> str:
    """Returns the time, which nobody can write in our place."""
    return signing.dumps(time.time(), salt=SHOWN_AT_SALT)


class IdeaForm(forms.Form):
    """Step 1: the idea."""

    title = PlainTextField(
        label=_("Title of your proposal"),
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
        help_text=_("2,000 characters at most."),
        limit=TEXT_MAX_LENGTH,
        rows=6,
        error_messages={"required": _("Write what you propose.")},
    )

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())


class SubjectForm(forms.Form):
    """Step 2: the call when several are open, the topic, the district."""

    call = forms.ModelChoiceField(
        label=_("Which call do you answer?"),
        queryset=CallPage.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Choose the call that you answer."),
            "invalid_choice": _("This call no longer takes proposals. Choose another one."),
        },
    )
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
        label=_("Which district is it about? (optional)"),
        choices=[("", _("None in particular")), *((name, name) for name in DISTRICTS)],
        required=False,
        error_messages={"invalid_choice": _("Choose a district of the list.")},
    )

    def __init__(self, *args: Any, calls: list[CallPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(calls) == 1:
            del self.fields["call"]
        else:
            self.fields["call"].queryset = CallPage.objects.filter(pk__in=[call.pk for call in calls])  # type: ignore[attr-defined]
        self.fields["topic"].queryset = _topics()  # type: ignore[attr-defined]


class CheckForm(SpamGuardMixin, IdempotentForm):
    """Step 3: the rules, then sending."""

    rules = forms.BooleanField(
        label=_("I have read the rules of participation and I agree to follow them."),
        error_messages={"required": _("Tick the box to say that you follow the rules of participation.")},
    )


class CommentForm(SpamGuardMixin, IdempotentForm):
    body = PlainTextField(
        label=_("Your comment"),
        help_text=_("1,000 characters at most. Your text is published after a person has read it."),
        limit=COMMENT_MAX_LENGTH,
        rows=6,
        error_messages={"required": _("Write your comment.")},
    )


class EditCommentForm(forms.Form):
    """The text of one's own comment, again."""

    body = PlainTextField(
        label=_("Your comment"),
        help_text=_("1,000 characters at most."),
        limit=COMMENT_MAX_LENGTH,
        rows=6,
        error_messages={"required": _("Write your comment. To remove it, use “Withdraw” under it.")},
    )


class DebateForm(CommentForm):
    """A comment in the discussion of a call may say what it thinks of the question."""

    position = forms.TypedChoiceField(
        label=_("Your opinion on this call"),
        choices=[
            (Comment.Position.FOR, _("I am for")),
            (Comment.Position.AGAINST, _("I am against")),
            (Comment.Position.NEUTRAL, _("No opinion, or something else")),
        ],
        initial=Comment.Position.NEUTRAL,
        coerce=int,
        empty_value=Comment.Position.NEUTRAL,  # type: ignore[arg-type]
        required=False,
        widget=forms.RadioSelect,
    )


def comment_form_class(discussion: Discussion, *, is_reply: bool = False) -> type[CommentForm]:
    """Returns the form that the page of a new comment and the end of a discussion both show."""
    return CommentForm if is_reply or discussion.proposal_id else DebateForm


class ReportForm(SpamGuardMixin):
    reason = PlainTextField(
        label=_("What is wrong with this comment?"),
        help_text=_("One sentence is enough. Only the moderators read it."),
        limit=COMMENT_MAX_LENGTH,
        rows=4,
        error_messages={"required": _("Write what is wrong with this comment.")},
    )


class WithdrawalForm(forms.Form):
    reason = PlainTextField(
        label=_("Why do you withdraw it? (optional)"),
        help_text=_("Only the team reads it."),
        limit=COMMENT_MAX_LENGTH,
        rows=3,
        required=False,
    )


class AppealForm(forms.Form):
    body = PlainTextField(
        label=_("Why should your text be shown?"),
        help_text=_("1,000 characters at most. Only the moderators read it."),
        limit=COMMENT_MAX_LENGTH,
        rows=6,
        error_messages={"required": _("Write why your text should be shown.")},
    )


class FilterForm(forms.Form):
    """The filters of the list, by GET. A value that is not in a list is ignored, never an error."""

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
    quartier = forms.ChoiceField(
        label=_("District"),
        choices=[("", _("All districts")), *((name, name) for name in DISTRICTS)],
        required=False,
    )
    tri = forms.ChoiceField(
        label=_("Order"),
        choices=[
            ("recentes", _("Most recent")),
            ("soutiens", _("Most supported")),
            ("reponses", _("Latest answers")),
        ],
        required=False,
    )
    appel = forms.SlugField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sujet"].queryset = _topics()  # type: ignore[attr-defined]
