"""Reports of readers: creation, and answers when the text stays or is removed."""

from datetime import datetime, timedelta
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from accounts.models import User
from common.plain_text import has_words
from common.sanitising import clean_text
from common.shown import Shown, fingerprint, require_shown
from participation import permissions
from participation.errors import DismissalReasonMissing, TooMany
from participation.models import Report
from participation.models.texts import ModeratedText
from participation.notifications.reports import ReportAnswered, TextReported

REPORTS_PER_HOUR = 20
DISMISS = "participation.dismiss_reports"

Text = TypeVar("Text", bound=ModeratedText)


@transaction.atomic
def report_text(*, text: ModeratedText, author: User, reason: str, now: datetime) -> tuple[Report, bool]:
    """Saves a report and informs the moderators by mail; returns it, and whether it is new.

    A second report of the same text by the same user returns the first one, unchanged. Raises `PermissionDenied` for
    one's own or an unpublished text, `TooMany` above the limit.
    """
    text = lock_text(text)
    if not permissions.can_report(author, text):
        raise PermissionDenied
    report, created = text.reports.get_or_create(
        author=author, defaults={"reason": clean_text(reason), "created_at": now}
    )
    if created:
        recent = Report.objects.filter(author=author, created_at__gt=now - timedelta(hours=1))
        if recent.count() > REPORTS_PER_HOUR:
            raise TooMany
        TextReported(report).send(now=now)
    return report, created


@transaction.atomic
def dismiss_reports(*, text: ModeratedText, moderator: User, reason: str, shown: Shown, now: datetime) -> int:
    """Answers the open reports of `text`, which stays as it is; returns how many there were.

    The reason is logged and stored with the reports, for the team. `shown` is `fingerprint_with_reports`. Idempotent.
    Raises `PermissionDenied`, `DismissalReasonMissing` and `ChangedMeanwhile`.
    """
    if not permissions.can_moderate(moderator, text):
        raise PermissionDenied
    reason = clean_text(reason).strip()
    if not has_words(reason):
        raise DismissalReasonMissing
    text = lock_text(text)
    if not text.reports.waiting().exists():
        return 0
    require_shown(shown, text, fingerprint_with_reports(text))
    answered = _answer(text, Report.Outcome.KEPT, reason=reason, moderator=moderator, now=now)
    log(text, DISMISS, user=moderator, data={"reason": reason, "reports": answered})
    return answered


def fingerprint_with_reports(text: ModeratedText) -> str:
    """Returns a digest of `text` and of its open reports: one that arrives meanwhile is not dismissed unread."""
    return fingerprint(text.fingerprint, sorted(report.pk for report in text.reports.all() if report.is_waiting))


def answer_reports_of_removed(text: ModeratedText, *, moderator: User | None, now: datetime) -> None:
    """Answers the reports of a text that moderation or its author has just removed, in the caller's transaction."""
    if text.is_refused:
        _answer(text, Report.Outcome.REMOVED, reason=text.state_reason, moderator=moderator, now=now)
    else:
        _answer(text, Report.Outcome.WITHDRAWN, reason="", moderator=None, now=now)


def lock_text(text: Text) -> Text:
    """Returns the current row of `text` under a lock, which serialises reports and decisions."""
    return type(text).objects.with_context().select_for_update(of=("self",)).get(pk=text.pk)


def _answer(text: ModeratedText, outcome: Report.Outcome, *, reason: str, moderator: User | None, now: datetime) -> int:
    """Saves the decision on all open reports of `text`, and thanks each of their authors once."""
    reports = list(text.reports.waiting().select_related("author"))
    if not reports:
        return 0
    for report in reports:
        report.outcome, report.decision_reason, report.decided_by, report.decided_at = outcome, reason, moderator, now
    Report.objects.bulk_update(reports, ["outcome", "decision_reason", "decided_by", "decided_at"])
    ReportAnswered(text, outcome, tuple(reports)).send(now=now)
    return len(reports)
