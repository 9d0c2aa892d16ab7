"""Decisions of moderation, each with its ground; appeals of authors and reports of readers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Min, Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from common.city import CITY
from common.files import AttachedFile
from common.shown import fingerprint
from participation.models.comments import Comment
from participation.models.proposals import Proposal
from participation.models.texts import ModeratedText
from participation.models.versions import Addendum


class Ground(models.TextChoices):
    """Ground for refusing a text. The public register counts them; the author gets the sentence (`SENTENCES`)."""

    SUBJECT = "subject", _("Not about the subject")
    RESPECT = "respect", _("Attacks a person or a group")
    PRIVACY = "privacy", _("Gives personal data")
    ADVERTISING = "advertising", _("Advertising")
    DOUBLE = "double", _("Sent twice")
    ILLEGAL = "illegal", _("Forbidden by law")
    OTHER = "other", _("Another reason")


SENTENCES = {
    Ground.SUBJECT: format_lazy(_("Your text is not about the digital services {of_city}."), of_city=CITY.of_city),
    Ground.RESPECT: _("Your text attacks a person or a group of people."),
    Ground.PRIVACY: _("Your text gives personal data: a name, an address, a phone number."),
    Ground.ADVERTISING: _("Your text is advertising."),
    Ground.DOUBLE: _("You already sent this text: the other one is kept."),
    Ground.ILLEGAL: _("The law forbids what your text says or asks for."),
}


def _texts(before: str = "") -> list[str]:
    """Returns the relations to select with an `AboutOneText`: its text, and the subject of that text."""
    names = (
        "proposal__author",
        "comment__author",
        "comment__discussion__proposal",
        "comment__discussion__page",
        "addendum__author",
        "addendum__proposal__author",
    )
    return [f"{before}{name}" for name in names]


def _about(kinds: Iterable[str], before: str = "") -> Q:
    """Returns the condition for rows about these kinds of texts; `before` is the path to the `AboutOneText`."""
    rule = Q(pk__in=())
    for kind in kinds:
        rule |= Q(**{f"{before}{kind}__isnull": False})
    return rule


class AboutOneText(models.Model):
    """Row about exactly one proposal, comment or addendum."""

    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.CASCADE, related_name="%(class)ss")
    comment = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="%(class)ss")
    addendum = models.ForeignKey(Addendum, null=True, on_delete=models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(proposal__isnull=False, comment__isnull=True, addendum__isnull=True)
                | Q(proposal__isnull=True, comment__isnull=False, addendum__isnull=True)
                | Q(proposal__isnull=True, comment__isnull=True, addendum__isnull=False),
                name="participation_%(class)s_about_one_text",
            )
        ]

    @property
    def text(self) -> ModeratedText:
        """Proposal, comment or addendum of the row."""
        text = self.proposal or self.comment or self.addendum
        assert text is not None, "a check constraint of the table says so"  # noqa: S101
        return text


class DecisionQuerySet(models.QuerySet):
    def refusals(self) -> Self:
        return self.filter(outcome=Decision.Outcome.REFUSED)

    def standing(self, *, since: datetime) -> Self:
        """Returns the decisions since then that no appeal has overturned."""
        return self.filter(decided_at__gt=since).exclude(appeal__outcome=Appeal.Outcome.OVERTURNED)

    def of_author(self, user: User) -> Self:
        """Returns the decisions about texts that `user` wrote, alone or with others."""
        own = Proposal.objects.of(user).values("pk")
        return self.filter(Q(proposal__in=own) | Q(addendum__proposal__in=own) | Q(comment__author=user))

    def with_text(self) -> Self:
        """Selects the text of each decision, and its subject, in one query."""
        return self.select_related(*_texts())


class Decision(AboutOneText):
    """Decision about one text.

    The moderator is known to the team, never to the public. Immediate publication in a call is recorded as a
    decision without moderator, counted separately in the register.
    """

    class Outcome(models.TextChoices):
        PUBLISHED = "published", pgettext_lazy("moderation", "Published")
        UNREAD = "unread", pgettext_lazy("moderation", "Published without reading")
        REFUSED = "refused", pgettext_lazy("moderation", "Not shown")

    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome)
    ground = models.CharField(_("ground"), max_length=12, choices=Ground, blank=True)
    reason = models.TextField(_("reason"), blank=True, max_length=2_000)
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("moderator")
    )
    # Waiting time: from when the text was written or, for an appeal, when it was made.
    waiting_since = models.DateTimeField(_("waiting since"))
    decided_at = models.DateTimeField(_("decided at"), db_index=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision of moderation")
        verbose_name_plural = _("decisions of moderation")
        ordering = ["-decided_at", "-pk"]
        constraints = [
            *AboutOneText.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(outcome="refused") | ~Q(ground=""), name="participation_refusal_has_a_ground"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def title(self) -> str:
        """Short form of the text, for its author."""
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

    def about(self, kinds: Iterable[str]) -> Self:
        """Returns the appeals about these kinds of texts (model names)."""
        return self.filter(_about(kinds, "decision__"))

    def with_text(self) -> Self:
        """Loads the decision, its text, the subject and the files of the text, in two queries."""
        queryset = self.select_related("decision__moderator", *_texts("decision__"))
        return queryset.prefetch_related("decision__proposal__attachments")


class Appeal(models.Model):
    """Request of an author for a second reading of a text that is not shown: once for each decision."""

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
    def fingerprint(self) -> str:
        """Digest of what the second reader reads: the refused text, and the author's request."""
        return fingerprint(self.body, self.outcome, self.decision.text.fingerprint)

    @property
    def is_waiting(self) -> bool:
        return not self.outcome

    def refused_extract(self) -> str:
        """Short form of the text, for lists."""
        return self.decision.title

    refused_extract.short_description = _("Text")  # type: ignore[attr-defined]

    @property
    def refused_text(self) -> str:
        """Whole text that is not shown."""
        return self.decision.text.full_text

    @property
    def attached_files(self) -> list[AttachedFile]:
        """Pictures and documents of the text."""
        return self.decision.text.attached_files

    @property
    def first_reason(self) -> str:
        return self.decision.reason

    @property
    def first_reader(self) -> str:
        return str(self.decision.moderator or "")


class ReportQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """Returns the unanswered reports, the oldest first."""
        return self.filter(outcome="").order_by("created_at", "pk")

    def about(self, kinds: Iterable[str]) -> Self:
        """Returns the reports about these kinds of texts (model names)."""
        return self.filter(_about(kinds))

    def first_of_each(self) -> Self:
        """Returns the first open report of each text, and of each decision; the others are in its `together`."""
        groups = Report.objects.order_by().values("proposal", "comment", "addendum", "decided_at")
        return self.filter(pk__in=groups.annotate(first=Min("pk")).values("first"))

    def with_text(self) -> Self:
        """Loads the text, its subject, its files and its other reports in a fixed number of queries."""
        reports = [f"{kind}__reports" for kind in ("proposal", "comment", "addendum")]
        return self.select_related("decided_by", *_texts()).prefetch_related("proposal__attachments", *reports)


class Report(AboutOneText):
    """Report of a reader that a text breaks the rules: once per user and text.

    One decision answers all open reports of a text at the same time, and each of their authors is notified.
    """

    class Outcome(models.TextChoices):
        KEPT = "kept", pgettext_lazy("report", "Text kept")
        REMOVED = "removed", pgettext_lazy("report", "Text removed")
        WITHDRAWN = "withdrawn", pgettext_lazy("report", "Text withdrawn by its author")

        @property
        def answer(self) -> str:
            """Decision in one sentence, for the authors of reports."""
            return str(ANSWERS[self])

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.TextField(_("what is wrong?"), max_length=1_000)
    created_at = models.DateTimeField(_("reported at"))
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome, blank=True, db_default="")
    decision_reason = models.TextField(_("reason of the decision"), blank=True, max_length=2_000, db_default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("moderator")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["created_at"]
        constraints = [
            *AboutOneText.Meta.constraints,
            models.UniqueConstraint(fields=["comment", "author"], name="participation_report_once"),
            models.UniqueConstraint(fields=["proposal", "author"], name="participation_proposal_report_once"),
            models.UniqueConstraint(fields=["addendum", "author"], name="participation_addendum_report_once"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True) | (~Q(outcome="") & Q(decided_at__isnull=False)),
                name="participation_report_decided_with_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def is_waiting(self) -> bool:
        return not self.outcome

    @property
    def together(self) -> list["Report"]:
        """Reports of the text that are open with this one, or answered by the same decision, the oldest first."""
        return [report for report in self.text.reports.all() if report.decided_at == self.decided_at]

    @property
    def report_count(self) -> int:
        return len(self.together)

    @property
    def can_be_refused(self) -> bool:
        """True if moderation may still remove the text: a proposal that is answered or merged may not be."""
        return self.text.can_become(self.text.State.REFUSED)

    def reported_extract(self) -> str:
        """Returns the short form of the text, for lists."""
        return self.text.headline

    reported_extract.short_description = _("Text")  # type: ignore[attr-defined]

    @property
    def reported_text(self) -> str:
        """Whole text of the author."""
        return self.text.full_text

    @property
    def attached_files(self) -> list[AttachedFile]:
        """Pictures and documents of the text."""
        return self.text.attached_files

    @property
    def caption(self) -> str:
        return self.text.caption

    @property
    def reasons(self) -> str:
        """Reasons of all the reporting users."""
        return "\n\n".join(report.reason for report in self.together)


ANSWERS = {
    Report.Outcome.KEPT: _("A moderator has read this text again: it stays on the site."),
    Report.Outcome.REMOVED: _("A moderator has read this text again and removed it."),
    Report.Outcome.WITHDRAWN: _("The author of this text has withdrawn it: nobody reads it any more."),
}
