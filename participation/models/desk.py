"""Entries of agents for people without an account: the agent, and an e-mail address for news."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from participation.models.comments import Comment
from participation.models.proposals import Proposal

if TYPE_CHECKING:
    from participation.models.moderation import Decision


class DeskEntryQuerySet(models.QuerySet):
    def with_text(self) -> Self:
        """Selects the entered text and its subject in one query."""
        return self.select_related(
            "agent",
            "proposal__author",
            "proposal__call",
            "proposal__topic",
            "comment__author",
            "comment__discussion__proposal",
            "comment__discussion__page",
        )

    def silent_since(self, moment: datetime) -> Self:
        """Returns the entries that still have an address and whose text has had no news since `moment`."""
        news_times = [
            Coalesce(field, "entered_at")
            for field in ("proposal__state_changed_at", "proposal__answered_at", "comment__state_changed_at")
        ]
        entries = self.exclude(email="").filter(entered_at__lte=moment)
        return entries.annotate(last_news_at=Greatest("entered_at", *news_times)).filter(last_news_at__lte=moment)


class DeskEntry(models.Model):
    """Proposal or comment entered for somebody.

    Visible to agents only: in no page or file. The text itself has the displayed name and the origin. The address is
    used for news of the text only: it is erased on request, when the text is attached to an account, and a year
    after the last news.
    """

    RETENTION = timedelta(days=365)

    proposal = models.OneToOneField(
        Proposal,
        verbose_name=_("proposal"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="desk_entry",
    )
    comment = models.OneToOneField(
        Comment, verbose_name=_("comment"), null=True, blank=True, on_delete=models.CASCADE, related_name="desk_entry"
    )
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered at"), db_index=True)
    email = models.EmailField(_("e-mail for news"), blank=True)
    # Hashed like a password. With the number of this row, the code of the receipt attaches the text to an account.
    code_hash = models.CharField(_("code of the receipt"), max_length=128, blank=True, editable=False)
    attached_at = models.DateTimeField(_("attached to an account at"), null=True, blank=True)
    erased_at = models.DateTimeField(_("personal data erased at"), null=True, blank=True)

    objects = DeskEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry for somebody")
        verbose_name_plural = _("entries for somebody")
        ordering = ["-entered_at", "-pk"]
        permissions = [("enter_for_others", _("Can enter proposals and comments for other people"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(proposal__isnull=False, comment__isnull=True)
                | Q(proposal__isnull=True, comment__isnull=False),
                name="participation_desk_entry_of_one_text",
            )
        ]

    def __str__(self) -> str:
        return f"n° {self.pk}"

    @property
    def text(self) -> Proposal | Comment:
        """The entered proposal or comment."""
        text = self.proposal if self.proposal_id else self.comment
        assert text is not None, "a check constraint of the table says so"  # noqa: S101
        return text

    @property
    def title(self) -> str:
        """Short form of the text."""
        return self.text.headline

    @property
    def subject_title(self) -> str:
        """Subject of the text: the call of a proposal, or the subject of a comment."""
        if self.comment:
            return self.comment.discussion.subject_title
        return self.proposal.call.title if self.proposal and self.proposal.call else ""

    @property
    def body(self) -> str:
        return self.text.body

    @property
    def is_long(self) -> bool:
        """True if it exceeds half of the maximum length: its receipt is printed smaller, to fit on one sheet."""
        return len(self.body) + (len(self.proposal.problem) if self.proposal else 0) > 1_800

    @property
    def name_shown(self) -> str:
        return self.text.display_name

    @property
    def origin_label(self) -> str:
        return self.text.get_origin_display()

    @property
    def state_label(self) -> str:
        return self.text.get_state_display()

    @property
    def standing_refusal(self) -> "Decision | None":
        """Refusal that an agent may appeal on behalf of the person, who has no account."""
        return None if self.attached_at else self.text.standing_refusal

    @property
    def is_open(self) -> bool:
        """True if it is neither attached to an account nor erased: a receipt may still be made."""
        return self.attached_at is None and self.erased_at is None
