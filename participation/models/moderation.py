"""Decisions of moderation about a text, each with its ground, and the appeals of authors."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from participation.models.comments import Comment
from participation.models.proposals import Proposal
from participation.models.texts import ModeratedText
from participation.models.versions import Addendum

if TYPE_CHECKING:
    from accounts.models import User


class Ground(models.TextChoices):
    """Why a text is refused. The public register counts them; the author reads the sentence (`SENTENCES`)."""

    SUBJECT = "subject", _("Not about the subject")
    RESPECT = "respect", _("Attacks a person or a group")
    PRIVACY = "privacy", _("Gives personal data")
    ADVERTISING = "advertising", _("Advertising")
    DOUBLE = "double", _("Sent twice")
    ILLEGAL = "illegal", _("Forbidden by law")
    OTHER = "other", _("Another reason")


SENTENCES = {
    Ground.SUBJECT: _("Your text is not about the digital services of Strasbourg."),
    Ground.RESPECT: _("Your text attacks a person or a group of people."),
    Ground.PRIVACY: _("Your text gives personal data: a name, an address, a phone number."),
    Ground.ADVERTISING: _("Your text is advertising."),
    Ground.DOUBLE: _("You already sent this text: the other one is kept."),
    Ground.ILLEGAL: _("The law forbids what your text says or asks for."),
}


def _texts(before: str = "") -> list[str]:
    """Returns what reads the text of a decision in the same query, and where it is."""
    names = (
        "proposal__author",
        "comment__author",
        "comment__discussion__proposal",
        "comment__discussion__page",
        "addendum__proposal__author",
    )
    return [f"{before}{name}" for name in names]


class DecisionQuerySet(models.QuerySet):
    def refusals(self) -> Self:
        return self.filter(outcome=Decision.Outcome.REFUSED)

    def standing(self, *, since: datetime) -> Self:
        """Decisions taken since then that no appeal undid."""
        return self.filter(decided_at__gt=since).exclude(appeal__outcome=Appeal.Outcome.OVERTURNED)

    def of_author(self, user: "User") -> Self:
        """Decisions about what `user` wrote, alone or with others."""
        own = Proposal.objects.of(user).values("pk")
        return self.filter(Q(proposal__in=own) | Q(addendum__proposal__in=own) | Q(comment__author=user))

    def with_text(self) -> Self:
        """Reads in the same query the text that was decided about, and where it is."""
        return self.select_related(*_texts())


class Decision(models.Model):
    """One decision about one text. The moderator is known to the team, never to the public.

    What a call publishes at once has a decision too, of nobody: the register counts it apart.
    """

    class Outcome(models.TextChoices):
        PUBLISHED = "published", pgettext_lazy("moderation", "Published")
        UNREAD = "unread", pgettext_lazy("moderation", "Published without reading")
        REFUSED = "refused", pgettext_lazy("moderation", "Not shown")

    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.CASCADE, related_name="decisions")
    comment = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="decisions")
    addendum = models.ForeignKey(Addendum, null=True, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome)
    ground = models.CharField(_("ground"), max_length=12, choices=Ground, blank=True)
    reason = models.TextField(_("reason"), blank=True, max_length=2_000)
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("moderator")
    )
    # From when to when somebody waited: since the text was written or, for an appeal, since it was made.
    waiting_since = models.DateTimeField(_("waiting since"))
    decided_at = models.DateTimeField(_("decided at"), db_index=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision of moderation")
        verbose_name_plural = _("decisions of moderation")
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(proposal__isnull=False, comment__isnull=True, addendum__isnull=True)
                | Q(proposal__isnull=True, comment__isnull=False, addendum__isnull=True)
                | Q(proposal__isnull=True, comment__isnull=True, addendum__isnull=False),
                name="participation_decision_about_one_text",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="refused") | ~Q(ground=""), name="participation_refusal_has_a_ground"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def text(self) -> ModeratedText:
        """What was decided about."""
        text = self.proposal or self.comment or self.addendum
        assert text is not None, "a check constraint of the table says so"  # noqa: S101
        return text

    @property
    def title(self) -> str:
        """The text in a few words, for its author."""
        return self.text.headline

    @property
    def is_refusal(self) -> bool:
        return self.outcome == self.Outcome.REFUSED

    @property
    def is_unread(self) -> bool:
        return self.outcome == self.Outcome.UNREAD


class AppealQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        return self.filter(outcome="").order_by("created_at")

    def with_text(self) -> Self:
        """Reads in the same query the decision, the text that it is about, and where that is."""
        return self.select_related("decision__moderator", *_texts("decision__"))


class Appeal(models.Model):
    """The author of a text that is not shown asks that another person look at it again: once for each decision."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", pgettext_lazy("appeal", "Still not shown")
        OVERTURNED = "overturned", pgettext_lazy("appeal", "Published after a second look")

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="appeal")
    body = models.TextField(_("what the author says"), max_length=1_000)
    created_at = models.DateTimeField(_("asked at"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    reason = models.TextField(_("reason"), blank=True, max_length=2_000)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("second reader"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a second look")
        verbose_name_plural = _("requests for a second look")
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True) | (~Q(outcome="") & Q(decided_at__isnull=False)),
                name="participation_appeal_decided_with_a_date",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_waiting(self) -> bool:
        return not self.outcome

    def refused_extract(self) -> str:
        """The text in a few words, for lists."""
        return self.decision.title

    refused_extract.short_description = _("Text")  # type: ignore[attr-defined]

    @property
    def refused_text(self) -> str:
        """The whole text that is not shown."""
        return self.decision.text.full_text

    @property
    def first_reason(self) -> str:
        return self.decision.reason

    @property
    def first_reader(self) -> str:
        return str(self.decision.moderator or "")
