"""The queues of moderation: reports of readers and appeals of authors that wait, about what a person may decide."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from participation import permissions
from participation.models import Appeal, Report
from participation.models.moderation import AppealQuerySet, ReportQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def waiting_reports(person: "User | AnonymousUser") -> ReportQuerySet:
    """Returns the first report of each text that waits, the oldest first."""
    return _reports(permissions.moderated_kinds(person))


def waiting_appeals(person: "User | AnonymousUser") -> AppealQuerySet:
    """Returns the appeals that wait, the oldest first; also those that another person must answer."""
    return _appeals(permissions.moderated_kinds(person))


def how_many_reports(person: "User | AnonymousUser") -> int:
    """Returns the number of `waiting_reports`, for the menu, which is in each page of the admin."""
    return _number(_reports, person)


def how_many_appeals(person: "User | AnonymousUser") -> int:
    """Returns the number of `waiting_appeals`, for the menu."""
    return _number(_appeals, person)


def _reports(kinds: Iterable[str]) -> ReportQuerySet:
    return Report.objects.waiting().about(kinds).first_of_each()


def _appeals(kinds: Iterable[str]) -> AppealQuerySet:
    return Appeal.objects.waiting().about(kinds)


def _number(queue: Callable[..., Any], person: "User | AnonymousUser") -> int:
    kinds = permissions.moderated_kinds(person)
    return queue(kinds).order_by().count() if kinds else 0
