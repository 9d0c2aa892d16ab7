"""Confirmation of places by editors, and reports of readers."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.queries import verified_emails
from common.sanitising import clean_text
from common.templatetags.dates import in_city_time
from inclusion.errors import PlaceGone
from inclusion.models import Place, PlaceReport

# Reports are erased, with their e-mail addresses, this long after the answer.
RETENTION = timedelta(days=365)


def confirm(places: Iterable[Place], *, by: User, now: datetime) -> int:
    """Records that `by` confirmed the places today. Returns their number."""
    keys = [place.pk for place in places]
    return Place.objects.filter(pk__in=keys).update(checked_on=in_city_time(now).date(), checked_by=by)


@transaction.atomic
def report(*, place: Place, text: str, email: str, key: uuid.UUID, now: datetime) -> PlaceReport:
    """Saves a report about `place`; the same `key` returns the first report. Raises `PlaceGone`."""
    if not Place.objects.public().filter(pk=place.pk).exists():
        raise PlaceGone
    values = {"place": place, "text": clean_text(text), "email": email, "created_at": now}
    saved, _created = PlaceReport.objects.get_or_create(key=key, defaults=values)
    return saved


@transaction.atomic
def answer(*, report: PlaceReport, state: str, by: User, now: datetime) -> None:
    """Records the outcome of `report`, or reopens it if `state` is WAITING."""
    is_waiting = state == PlaceReport.State.WAITING
    report.state = state
    report.answered_by, report.answered_at = (None, None) if is_waiting else (by, now)
    report.save(update_fields=["state", "answered_by", "answered_at"])


def forget_reports(*, now: datetime) -> int:
    """Erases the reports answered over a year ago. Returns their number."""
    return PlaceReport.objects.filter(answered_at__lt=now - RETENTION).delete()[0]


def reports_of(user: User) -> QuerySet[PlaceReport]:
    """Returns the reports sent with a verified e-mail address of the account."""
    condition = Q(pk__in=[])
    for email in verified_emails(user):
        condition |= Q(email__iexact=email)
    return PlaceReport.objects.filter(condition)


def forget_with_account(user: User, now: datetime) -> None:
    """Erases the e-mail address of a deleted account from its reports."""
    reports_of(user).update(email="")
