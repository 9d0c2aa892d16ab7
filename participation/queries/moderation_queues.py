"""Moderation queues: open reports and appeals about the texts that a user may moderate."""

from accounts.models import AnyUser
from participation import permissions
from participation.models import Appeal, Report
from participation.models.moderation import AppealQuerySet, ReportQuerySet


def waiting_reports(user: AnyUser) -> ReportQuerySet:
    """Returns the first report of each text with open reports, the oldest first."""
    return Report.objects.waiting().about(permissions.moderated_kinds(user)).first_of_each()


def waiting_appeals(user: AnyUser) -> AppealQuerySet:
    """Returns the open appeals, the oldest first, including those that another moderator must answer."""
    return Appeal.objects.waiting().about(permissions.moderated_kinds(user))
