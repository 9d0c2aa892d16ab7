"""Newsletters: messages that editors send once to readers of the digest."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from committee.models import TopicPage
from digests.blocks import NewsletterBlock
from mailing.models import Batch

# The kind under which mailing knows the messages of editors to readers.
NEWSLETTER = "newsletter"


class Newsletter(models.Model):
    """A message that editors send once to readers of the digest; it tells nothing by itself and moves no cursor."""

    class Audience(models.TextChoices):
        READERS = "readers", _("All readers of the letter")
        MEMBERS = "members", _("The members of the committee among them")
        TOPIC = "topic", _("Those who follow a subject")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        PLANNED = "planned", _("Sent, or being sent")
        CANCELLED = "cancelled", _("Cancelled")

    subject = models.CharField(
        _("subject"), max_length=90, help_text=_("The main thing. Example: The session of 30 November changes its room")
    )
    body = StreamField(NewsletterBlock(), verbose_name=_("text"))
    audience = models.CharField(_("for"), max_length=8, choices=Audience, default=Audience.READERS)
    topic = models.ForeignKey(
        TopicPage,
        verbose_name=_("followed subject"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="newsletters",
        help_text=_("For “Those who follow a subject”."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    status_reason = models.CharField(_("reason"), max_length=40, blank=True, editable=False)
    send_at = models.DateTimeField(_("to be sent at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    batch = models.OneToOneField(
        Batch,
        verbose_name=_("batch"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="newsletter",
    )

    class Meta:
        verbose_name = _("message to the readers")
        verbose_name_plural = _("messages to the readers")
        ordering = ["-created_at", "-pk"]
        permissions = [("send_newsletter", _("Can send a message to the readers"))]

    def __str__(self) -> str:
        return self.subject

    def clean(self) -> None:
        if self.audience == self.Audience.TOPIC and self.topic_id is None:
            raise ValidationError({"topic": _("Choose the subject whose followers get the message.")})

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def has_not_left(self) -> bool:
        """It is a draft, or waits for its date."""
        return self.is_draft or (self.status == self.Status.SCHEDULED and self.batch_id is None)
