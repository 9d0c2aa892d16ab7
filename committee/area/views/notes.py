"""Pages of the working notes. Saving over a newer version shows that version first."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView

from committee.area.forms import NoteForm
from committee.area.services import save_note
from committee.area.views.access import MembersOnlyMixin
from committee.errors import NoteChanged
from committee.models import WorkingNote
from committee.permissions import can_read_notes

NOTES = _("Working notes")


class NotesBreadcrumbMixin(MembersOnlyMixin):
    """View below the list of notes in the breadcrumb."""

    def get_parents(self) -> list[tuple[str, str]]:
        return [*super().get_parents(), (reverse("committee:notes"), str(NOTES))]


class NotesView(MembersOnlyMixin, TemplateView):
    """All notes, the latest version first."""

    template_name = "committee/area/notes.html"
    title = NOTES

    def can_read(self, request: HttpRequest) -> bool:
        return can_read_notes(request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        notes = WorkingNote.objects.select_related("written_by", "session", "topic")
        return super().get_context_data(notes=notes, **kwargs)


class NoteMixin(NotesBreadcrumbMixin):
    """View of the note with the primary key in the URL."""

    kwargs: dict[str, Any]

    @cached_property
    def note(self) -> WorkingNote:
        notes = WorkingNote.objects.select_related("written_by", "session", "topic")
        return get_object_or_404(notes, pk=self.kwargs["pk"])

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.note.title


class NoteView(NoteMixin, TemplateView):
    """A note, its last author, and its earlier versions."""

    template_name = "committee/area/note.html"

    def can_read(self, request: HttpRequest) -> bool:
        return can_read_notes(request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        earlier = self.note.versions.filter(number__lt=self.note.number).select_related("written_by")
        return super().get_context_data(note=self.note, earlier=earlier, **kwargs)


class WriteNoteView(NotesBreadcrumbMixin, FormView):
    """Form for a new note."""

    template_name = "committee/area/note_form.html"
    form_class = NoteForm
    title = _("Write a note")
    note: WorkingNote | None = None

    def form_valid(self, form: NoteForm) -> HttpResponse:
        values = {name: form.cleaned_data[name] for name in ("title", "body", "topic", "session")}
        try:
            saved = save_note(
                note=self.note,
                values=values,
                seen=form.cleaned_data["seen"],
                key=form.cleaned_data["key"],
                member=self.member,
                now=timezone.now(),
            )
        except NoteChanged as refusal:
            form.add_error(None, str(refusal))
            form.changed = refusal.note
            form.override_hidden(seen=str(refusal.note.number))
            return self.form_invalid(form)
        return redirect(saved)


class EditNoteView(NoteMixin, WriteNoteView):  # type: ignore[misc]
    """Form for a new version of a note."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "note": self.note}

    def get_initial(self) -> dict[str, Any]:
        note = self.note
        initial = {"title": note.title, "body": note.body, "topic": note.topic, "session": note.session}
        return {**initial, "seen": note.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(note=self.note, **kwargs)
