"""What editors add: words at the top of the letter, and messages to its readers."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin

from committee.models import TopicPage
from digests.blocks import NewsletterBlock, paragraphs_of
from digests.models.frequencies import Frequency
from mailing.models import Batch

# The kind under which mailing knows the messages of editors to readers.
NEWSLETTER = "newsletter"


class EditorialWord(PreviewableMixin, DraftStateMixin, RevisionMixin, models.Model):
    """A few words of an editor at the top of the letter: each reader reads them once, in the next letter they get."""

    HTML, TEXT = "html", "text"

    body = models.TextField(
        _("words"),
        max_length=1_000,
        help_text=_("Plain text, two or three short paragraphs. Leave an empty line between two paragraphs."),
    )
    signature = models.CharField(
        _("signed by"), max_length=80, help_text=_("Readers see it under the words. Example: Odile M., coordinator")
    )
    kind = models.CharField(
        _("in the letter that comes"),
        max_length=8,
        choices=Frequency,
        blank=True,
        help_text=_("Leave it empty for all the letters."),
    )
    until = models.DateField(
        _("last day"), help_text=_("A letter of a later day does not have these words. Example: the day of a meeting.")
    )

    class Meta:
        verbose_name = _("words at the top of the letter")
        verbose_name_plural = _("words at the top of the letter")
        ordering = ["-until", "-pk"]
        permissions = [("preview_for_reader", _("Can see the letter of one reader before it leaves"))]

    def __str__(self) -> str:
        first = " ".join(self.body.split())
        return first if len(first) <= 60 else f"{first[:59]}…"

    @property
    def paragraphs(self) -> list[str]:
        return paragraphs_of(self.body)

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [(self.HTML, _("In the letter")), (self.TEXT, _("In the text of the letter"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from digests.admin.previews import answer_with_word

        return answer_with_word(self, is_text=mode_name == self.TEXT)


class Newsletter(models.Model):
    """A message that editors send once to readers of the letter; it tells nothing by itself and moves no cursor."""

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
