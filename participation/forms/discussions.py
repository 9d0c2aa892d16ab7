"""Forms of comments, reports and appeals."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.forms import IdempotentForm, SpamGuardMixin
from common.plain_text import PlainTextField
from participation.forms.fields import COMMENT_MAX_LENGTH
from participation.models import Comment


class CommentForm(SpamGuardMixin, IdempotentForm):
    body = PlainTextField(
        label=_("Your comment"),
        help_text=_("1,000 characters at most. Your text is published after a person has read it."),
        limit=COMMENT_MAX_LENGTH,
        rows=6,
        error_messages={"required": _("Write your comment.")},
    )

    @property
    def shown(self) -> str:
        """Template cache key of the unbound fields: their names and the help text."""
        return f"{type(self).__name__} {self.fields['body'].help_text}"


class EditCommentForm(forms.Form):
    """Edit form of one's own comment."""

    body = PlainTextField(
        label=_("Your comment"),
        help_text=_("1,000 characters at most."),
        limit=COMMENT_MAX_LENGTH,
        rows=6,
        error_messages={"required": _("Write your comment. To remove it, use “Withdraw” under it.")},
    )


class OpinionForm(forms.Form):
    """Opinion, for or against, of a comment that opens a thread."""

    position = forms.TypedChoiceField(
        label=_("Your opinion (optional)"),
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


class DebateForm(OpinionForm, CommentForm):
    """New comment that opens a thread."""


class EditDebateForm(OpinionForm, EditCommentForm):
    """Edit form of a comment that opens a thread."""


def comment_form(*, data: QueryDict | None = None, is_reply: bool = False, is_read_first: bool = True) -> CommentForm:
    """Returns the form of a new comment, for its own page and for the end of a discussion.

    Its help text depends on whether a moderator reads the text before publication (`is_read_first`).
    """
    form = (CommentForm if is_reply else DebateForm)(data)
    if not is_read_first:
        form.fields["body"].help_text = _(
            "1,000 characters at most. Your text is published at once. A person reads it afterwards."
        )
    return form


class ReportForm(SpamGuardMixin):
    reason = PlainTextField(
        label=_("What is wrong with this text?"),
        help_text=_("One sentence is enough. Only the moderators read it."),
        limit=COMMENT_MAX_LENGTH,
        rows=4,
        error_messages={"required": _("Write what is wrong with this text.")},
    )


class AppealForm(forms.Form):
    body = PlainTextField(
        label=_("Why should your text be shown?"),
        help_text=_("1,000 characters at most. Only the moderators read it."),
        limit=COMMENT_MAX_LENGTH,
        rows=6,
        error_messages={"required": _("Write why your text should be shown.")},
    )
