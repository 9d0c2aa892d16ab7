"""Pictures and documents that residents add to proposals."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import AnyUser
from common.files import AttachedFile, type_and_size
from participation.models.drafts import ProposalDraft
from participation.models.proposals import Proposal

FOLDER = "pieces-jointes"
DESCRIPTION_MAX_LENGTH = 255


def random_name(attachment: "Attachment", filename: str) -> str:
    """Returns the path of the file in storage, without any part of its original name."""
    return f"{FOLDER}/{uuid.uuid4().hex}.{attachment.extension}"


class AttachmentQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Returns the files that are not removed."""
        return self.filter(removed_at=None)

    def published(self) -> Self:
        """Returns the files that are public if their proposal is."""
        return self.current().filter(is_waiting=False)

    def visible_to(self, user: AnyUser) -> Self:
        """Returns the files of public proposals, of the user's own ones, and of the user's drafts."""
        readable = Q(proposal__in=Proposal.objects.published(), is_waiting=False)
        if user.is_authenticated:
            readable |= Q(proposal__in=Proposal.objects.of(user)) | Q(draft__author=user)
        return self.current().filter(readable)


class Attachment(models.Model):
    """File of a draft, then of the resulting proposal. It is validated and re-encoded before it is kept."""

    class Type(models.TextChoices):
        """File types; the value is the MIME type."""

        JPEG = "image/jpeg", "JPG"
        PDF = "application/pdf", "PDF"

    EXTENSIONS = {Type.JPEG: "jpg", Type.PDF: "pdf"}

    # Created with the form, so that a file sent twice is kept once.
    key = models.UUIDField(_("key"), primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(
        ProposalDraft,
        verbose_name=_("draft of a proposal"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="attachments",
    )
    proposal = models.ForeignKey(
        Proposal,
        verbose_name=_("proposal"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="attachments",
    )
    file = models.FileField(_("file"), upload_to=random_name, max_length=120)
    type = models.CharField(_("type"), max_length=20, choices=Type)
    # Alternative text of a picture, title of a document. Entered after the upload, so that no file is chosen twice.
    description = models.CharField(_("description"), max_length=DESCRIPTION_MAX_LENGTH, blank=True)
    size = models.PositiveIntegerField(_("weight in bytes"))
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    created_at = models.DateTimeField(_("added at"))
    # Added to a public proposal, and visible to authors and moderators only until a moderator has read it.
    is_waiting = models.BooleanField(_("waits to be read"), default=False, db_default=False, editable=False)
    # Removed by a correction: visible to moderators only, and deleted with the proposal.
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["created_at", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=True) ^ Q(proposal__isnull=True), name="participation_attachment_of_one"
            )
        ]

    def __str__(self) -> str:
        return str(self.key)

    def get_absolute_url(self) -> str:
        return reverse("participation:attachment", args=[self.key])

    @property
    def extension(self) -> str:
        return self.EXTENSIONS[self.Type(self.type)]

    @property
    def is_image(self) -> bool:
        return self.type == self.Type.JPEG

    @property
    def download_name(self) -> str:
        """File name offered by the browser."""
        return f"{slugify(self.description)[:60].strip('-') or 'fichier'}.{self.extension}"

    @property
    def type_and_size(self) -> str:
        """For example "PDF, 240 ko"."""
        return type_and_size(self.extension, self.size)

    @property
    def caption(self) -> str:
        """For example "The opening hours (PDF, 240 ko)"."""
        return f"{self.description} ({self.type_and_size})"

    def as_attached_file(self) -> AttachedFile:
        """Returns the file in the form used by admin views."""
        return AttachedFile(
            self.get_absolute_url(), self.description, self.is_image, self.width, self.height, self.type_and_size
        )
