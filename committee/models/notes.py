"""Working notes of the members, in plain text, with all their versions."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from committee.models.members import Member


class WorkingNote(models.Model):
    """Shared note. `number` is that of the current version; each saved text is a `NoteVersion`."""

    title = models.CharField(_("title"), max_length=100)
    body = models.TextField(_("text"))
    session = models.ForeignKey(
        "committee.SessionPage",
        verbose_name=_("session"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="working_notes",
    )
    topic = models.ForeignKey(
        "committee.TopicPage",
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="working_notes",
    )
    # Created with the form, so that a form submitted twice makes one note.
    key = models.UUIDField(unique=True, editable=False)
    number = models.PositiveIntegerField(_("version"), default=1)
    written_by = models.ForeignKey(Member, verbose_name=_("written by"), on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("working note")
        verbose_name_plural = _("working notes")
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("committee:note", args=[self.pk])


class NoteVersion(models.Model):
    """Version of a note, including the current one."""

    note = models.ForeignKey(WorkingNote, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=100)
    body = models.TextField(_("text"))
    written_by = models.ForeignKey(Member, verbose_name=_("written by"), on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("version of a working note")
        verbose_name_plural = _("versions of working notes")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["note", "number"], name="committee_note_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="committee_note_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.note_id}: {self.number}"
