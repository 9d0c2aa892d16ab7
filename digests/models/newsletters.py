"""Newsletters: single messages from editors to digest readers, or from the office to committee members."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from committee.models import Member, SessionPage, TopicPage
from common.templatetags.dates import short_day
from digests.blocks import NewsletterBlock
from mailing.models import Batch

# Kind of mail for messages of editors to readers.
NEWSLETTER = "newsletter"
# Kind of mail for messages of the office to members.
MEMBER_MESSAGE = "newsletter.members"


class Newsletter(models.Model):
    """Message sent once, to digest readers or to committee members.

    It moves no cursor. Members get it whatever their digest choices: it is office mail.
    """

    class Audience(models.TextChoices):
        READERS = "readers", _("All readers of the letter")
        TOPIC = "topic", _("Those who follow a subject")
        MEMBERS = "members", _("Members of the committee")

    class Group(models.TextChoices):
        """Groups of members for a message to members."""

        ALL = "all", _("All members, also those whose mandate is to come")
        COLLEGE = "college", _("The members of one college")
        EXPECTED = "expected", _("Those expected at a session: one for each seat")
        SILENT = "silent", _("Those called to a session who announced no absence")

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
    group = models.CharField(
        _("which members"),
        max_length=8,
        choices=Group,
        default=Group.ALL,
        db_default=Group.ALL,
        help_text=_("For “Members of the committee”."),
    )
    college = models.CharField(
        _("college"),
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text=_("For “The members of one college”."),
    )
    session = models.ForeignKey(
        SessionPage,
        verbose_name=_("session"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("For those called to a session, or expected there."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    status_reason = models.CharField(_("reason"), max_length=40, blank=True, editable=False)
    send_at = models.DateTimeField(_("to be sent at"), null=True, blank=True, editable=False)
    # When an author without permission to send marked it as ready: it then appears in the tasks of users with
    # permission.
    sending_asked_at = models.DateTimeField(_("sending asked for at"), null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    recipient_count = models.PositiveIntegerField(_("recipients"), null=True, editable=False)
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
        verbose_name = _("message to readers or members")
        verbose_name_plural = _("messages to readers or members")
        ordering = ["-created_at", "-pk"]
        permissions = [("send_newsletter", _("Can send a message to the readers"))]

    def __str__(self) -> str:
        return self.subject

    def clean(self) -> None:
        if self.audience == self.Audience.TOPIC and self.topic_id is None:
            raise ValidationError({"topic": _("Choose the subject whose followers get the message.")})
        if not self.is_for_members:
            return
        if self.group == self.Group.COLLEGE and not self.college:
            raise ValidationError({"college": _("Choose the college whose members get the message.")})
        if self.group in (self.Group.EXPECTED, self.Group.SILENT) and self.session_id is None:
            raise ValidationError({"session": _("Choose the session.")})

    @property
    def is_for_members(self) -> bool:
        return self.audience == self.Audience.MEMBERS

    @property
    def recipients_label(self) -> str:
        """« Les personnes qui suivent un sujet : Mobilité », « Membres du comité : un collège (Habitants) »."""
        if self.audience == self.Audience.TOPIC:
            return _joined(self.get_audience_display(), self.topic or "–")
        if not self.is_for_members:
            return self.get_audience_display()
        which = self.get_group_display()
        if self.group == self.Group.COLLEGE:
            which = _joined(which, self.college)
        elif self.group != self.Group.ALL:
            which = _joined(which, short_day(self.session.starts_at) if self.session else "–")
        return _joined(self.get_audience_display(), which)

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def waits_for_sending(self) -> bool:
        """True for a finished draft whose sending was requested."""
        return self.is_draft and self.sending_asked_at is not None

    @property
    def status_label(self) -> str:
        """« Brouillon », « Envoi demandé »."""
        return gettext("Sending asked for") if self.waits_for_sending else str(self.get_status_display())

    @property
    def has_not_left(self) -> bool:
        """True for a draft or a scheduled newsletter."""
        return self.is_draft or (self.status == self.Status.SCHEDULED and self.batch_id is None)


def _joined(label: object, detail: object) -> str:
    return gettext("%(label)s: %(detail)s") % {"label": label, "detail": detail}


class AddressedMember(models.Model):
    """Member to whom a message was sent.

    `by_mail` is false for those without an account, who are informed otherwise.
    """

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="addressed")
    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.CASCADE, related_name="+")
    by_mail = models.BooleanField(_("by e-mail"))

    class Meta:
        verbose_name = _("member to whom a message went")
        verbose_name_plural = _("members to whom a message went")
        ordering = ["member__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["newsletter", "member"], name="digests_member_addressed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.newsletter_id}: {self.member_id}"
