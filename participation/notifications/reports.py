"""Mails about reports of readers: to moderators on reception, to the reporting users when answered."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.hooks import opted_out
from common.urls import absolute_url
from mailing.hooks import contact_address
from mailing.notifications import Notification, Recipient
from participation.models import Addendum, Comment, Discussion, Report
from participation.models.texts import ModeratedText
from participation.notifications.recipients import notified_addresses
from participation.queries.texts import text_url


def name_of(text: ModeratedText) -> str:
    """Returns the name of `text` for a user who may no longer have access to it: without any of its words."""
    if isinstance(text, Comment):
        if not Discussion.objects.public().filter(pk=text.discussion_id).exists():
            return _("a comment")
        return _("a comment on “%(title)s”") % {"title": text.discussion.subject_title}
    if isinstance(text, Addendum):
        return _("an addendum to proposal no. %(number)s") % {"number": text.proposal_id}
    return _("proposal no. %(number)s") % {"number": text.pk}


@dataclass(frozen=True)
class TextReported(Notification):
    """Asks the moderators to read a text again."""

    report: Report

    # Stored in the outbox: the name dates from when only comments could be reported.
    kind = "participation.comment-reported"
    verbose_name = gettext_lazy("Text reported, to the moderators")
    template = "emails/participation/text_reported"
    subjects = (gettext_lazy("A reader reports %(text)s"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(contact_address())]

    def subject(self) -> str:
        return self.subjects[0] % {"text": name_of(self.report.text)}

    def context(self) -> dict[str, Any]:
        url = reverse("wagtailsnippets_participation_report:inspect", args=[self.report.pk])
        return {"report": self.report, "text": self.report.text, "admin_url": absolute_url(url)}


@dataclass(frozen=True)
class ReportAnswered(Notification):
    """Thanks the users who reported a text, with the decision in one sentence; once for each report.

    Contains neither the text nor a reason, so that removed content is not spread. Not sent to the moderator who
    decided, nor to users without e-mails: the page of the report has the same information. An author who joined
    after reporting gets another mail about the removal.
    """

    text: ModeratedText
    outcome: Report.Outcome
    reports: tuple[Report, ...]

    kind = "participation.report-answered"
    verbose_name = gettext_lazy("Thanks for a report, with what was decided")
    template = "emails/participation/report_answered"
    subjects = (gettext_lazy("Thank you for your report"),)

    def recipients(self) -> list[Recipient]:
        silent = opted_out([report.author_id for report in self.reports])
        authors = [] if self.outcome == Report.Outcome.KEPT else notified_addresses(self.text)
        return [
            Recipient(report.author.email, key=f"{self.kind}:{report.pk}")
            for report in self.reports
            if report.author.is_active
            and report.author_id not in {*silent, report.decided_by_id}
            and report.author.email not in authors
        ]

    def context(self) -> dict[str, Any]:
        readable = type(self.text).objects.visible_to(AnonymousUser()).filter(pk=self.text.pk).exists()
        return {
            "name": name_of(self.text),
            "answer": self.outcome.answer,
            "url": absolute_url(text_url(self.text)) if readable else "",
        }
