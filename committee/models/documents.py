"""Files for members only."""

import uuid
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.validators import FileExtensionValidator
from django.db import models
from django.forms import FileInput
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from common.files import check_new_file, type_and_size


def random_name(document: "MemberDocument", filename: str) -> str:
    """Returns a random path, without any part of the original file name but the extension."""
    return f"membres/{uuid.uuid4().hex}{PurePath(filename).suffix.lower()}"


class MemberDocument(models.Model):
    """File for members. It is in no library of Wagtail, so no page, search or list can show it."""

    title = models.CharField(_("title"), max_length=120, help_text=_("Example: Answers of the city, draft of March"))
    description = models.CharField(_("what is in it"), max_length=300, blank=True)
    file = models.FileField(
        _("file"),
        upload_to=random_name,
        max_length=120,
        validators=[FileExtensionValidator(settings.WAGTAILDOCS_EXTENSIONS)],
    )
    # In bytes. Stored, because a list would have to query an object store for the size of each file.
    size = models.PositiveBigIntegerField(null=True, editable=False)
    session = models.ForeignKey(
        "committee.SessionPage",
        verbose_name=_("session"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="member_documents",
        help_text=_("If it is for one session."),
    )
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)

    panels = [
        FieldPanel("title"),
        FieldPanel("description"),
        # Without the link of Django's widget: the file has no public URL.
        FieldPanel("file", widget=FileInput),
        FieldPanel("session"),
    ]

    class Meta:
        verbose_name = _("document of the members")
        verbose_name_plural = _("documents of the members")
        ordering = ["-added_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.file and not getattr(self.file, "_committed", True):
            self.size = self.file.size
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("committee:document", args=[self.pk])

    def clean(self) -> None:
        super().clean()
        check_new_file(self.file)

    @property
    def extension(self) -> str:
        return PurePath(str(self.file.name)).suffix.removeprefix(".")

    @property
    def type_and_size(self) -> str:
        """For example "PDF, 240 ko"; only the type if the file was lost before its size was stored."""
        return self.extension.upper() if self.size is None else type_and_size(self.extension, self.size)
