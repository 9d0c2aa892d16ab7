"""The notes that members write together. Two people at once lose nothing: the second sees both texts before saving."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView

from committee.area.views.access import MembersOnlyMixin
from committee.models import Member, NoteVersion, SessionPage, TopicPage, WorkingNote
from common.forms import IdempotentForm, RedisplayMixin
from common.plain_text import PlainTextField

TITLE_MAX_LENGTH = 100
TEXT_MAX_LENGTH = 20_000
NOTES = _("Working notes")


class NoteChanged(Exception):
    """Somebody saved another text since the page was shown."""

    def __init__(self, note: WorkingNote) -> None:
        super().__init__(note)
        self.note = note


class NoteForm(RedisplayMixin, IdempotentForm):
    """A note; `seen` is the number of the text that the page showed."""

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changed: WorkingNote | None = None
        self.fields["topic"].queryset = TopicPage.objects.published()  # type: ignore[attr-defined]
        self.fields["session"].queryset = SessionPage.objects.published().order_by("-starts_at")  # type: ignore[attr-defined]
        self.fields["session"].label_from_instance = lambda session: session.heading  # type: ignore[attr-defined]


@transaction.atomic
def save_note(
    *, note: WorkingNote | None, values: dict[str, Any], seen: int, key: uuid.UUID, member: Member, now: datetime
) -> WorkingNote:
    """Keeps a new text of `note`, or a new note for `key`. Raises `NoteChanged` when `seen` is not its last number.

    The same text sent twice adds nothing.
    """
    if note is None:
        start = {"number": 0, "written_by": member, "written_at": now, **values}
        kept, _is_new = WorkingNote.objects.get_or_create(key=key, defaults=start)
    else:
        kept = note
    kept = WorkingNote.objects.select_for_update().get(pk=kept.pk)
    if kept.number and all(getattr(kept, name) == value for name, value in values.items()):
        return kept
    if kept.number != seen:
        raise NoteChanged(kept)
    for name, value in values.items():
        setattr(kept, name, value)
    kept.number, kept.written_by, kept.written_at = kept.number + 1, member, now
    kept.save()
    NoteVersion.objects.create(
        note=kept, number=kept.number, title=kept.title, body=kept.body, written_by=member, written_at=now
    )
    return kept


class UnderNotesMixin(MembersOnlyMixin):
    """A page below the list of notes."""

    def get_parents(self) -> list[tuple[str, str]]:
        return [*super().get_parents(), (reverse("committee:notes"), str(NOTES))]


class NotesView(MembersOnlyMixin, TemplateView):
    """All notes, the one written last first."""

    template_name = "committee/area/notes.html"
    title = NOTES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        notes = WorkingNote.objects.select_related("written_by", "session", "topic")
        return super().get_context_data(notes=notes, **kwargs)


class OfNoteMixin(UnderNotesMixin):
    """A page about the note of the address."""

    kwargs: dict[str, Any]

    @cached_property
    def note(self) -> WorkingNote:
        notes = WorkingNote.objects.select_related("written_by", "session", "topic")
        return get_object_or_404(notes, pk=self.kwargs["pk"])

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.note.title


class NoteView(OfNoteMixin, TemplateView):
    """A note, who wrote it last, and the texts that it had."""

    template_name = "committee/area/note.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        earlier = self.note.versions.filter(number__lt=self.note.number).select_related("written_by")
        return super().get_context_data(note=self.note, earlier=earlier, **kwargs)


class WriteNoteView(UnderNotesMixin, FormView):
    """A new note."""

    template_name = "committee/area/note_form.html"
    form_class = NoteForm
    title = _("Write a note")
    note: WorkingNote | None = None

    def form_valid(self, form: NoteForm) -> HttpResponse:
        values = {name: form.cleaned_data[name] for name in ("title", "body", "topic", "session")}
        try:
            kept = save_note(
                note=self.note,
                values=values,
                seen=form.cleaned_data["seen"],
                key=form.cleaned_data["key"],
                member=self.member,
                now=timezone.now(),
            )
        except NoteChanged as refusal:
            form.add_error(None, _("Another text was saved while you were writing. Read it, then save yours again."))
            form.changed = refusal.note
            form.override_hidden(seen=str(refusal.note.number))
            return self.form_invalid(form)
        return redirect(kept)


class EditNoteView(OfNoteMixin, WriteNoteView):  # type: ignore[misc]
    """Another text for a note."""

    def get_initial(self) -> dict[str, Any]:
        note = self.note
        shown = {"title": note.title, "body": note.body, "topic": note.topic, "session": note.session}
        return {**shown, "seen": note.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(note=self.note, **kwargs)
