"""Form of a working note."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committee.models import SessionPage, TopicPage, WorkingNote
from common.forms import IdempotentForm, RedisplayMixin
from common.plain_text import PlainTextField

TITLE_MAX_LENGTH = 100
TEXT_MAX_LENGTH = 20_000


class NoteForm(RedisplayMixin, IdempotentForm):
    """Title and text of a note; `seen` is the number of the version that the page showed.

    The topic and the session of `note` can be chosen even if they are no longer public.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    title = PlainTextField(
        label=_("Title"),
        help_text=_("Example: Questions to the service of public transport"),
        limit=TITLE_MAX_LENGTH,
        error_messages={"required": _("Write a title.")},
    )
    body = PlainTextField(
        label=_("Text"),
        help_text=_("All members read it and may change it. Each text is kept, with its date and its author."),
        limit=TEXT_MAX_LENGTH,
        rows=14,
        error_messages={"required": _("Write your note.")},
    )
    topic = forms.ModelChoiceField(
        label=_("Topic"), queryset=TopicPage.objects.none(), required=False, empty_label=_("No topic")
    )
    session = forms.ModelChoiceField(
        label=_("Session"), queryset=SessionPage.objects.none(), required=False, empty_label=_("No session")
    )

    def __init__(self, *args: Any, note: WorkingNote | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changed: WorkingNote | None = None
        topics = Q(pk__in=TopicPage.objects.published()) | Q(pk__in=[note.topic_id] if note else [])
        sessions = Q(pk__in=SessionPage.objects.published()) | Q(pk__in=[note.session_id] if note else [])
        self.fields["topic"].queryset = TopicPage.objects.filter(topics).order_by("number")  # type: ignore[attr-defined]
        self.fields["session"].queryset = SessionPage.objects.filter(sessions).order_by("-starts_at")  # type: ignore[attr-defined]
        self.fields["session"].label_from_instance = lambda session: session.heading  # type: ignore[attr-defined]
