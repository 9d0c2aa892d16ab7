"""Repeats a workshop on other days."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from wagtail.log_actions import log

from accounts.models import User
from common.templatetags.dates import CITY_ZONE, in_city_time
from inclusion.models import Workshop


@transaction.atomic
def repeat_workshop(*, workshop: Workshop, days: Iterable[date], by: User, now: datetime) -> list[Workshop]:
    """Creates one workshop for each of `days`, at the same local hours; public if `workshop` is, and not cancelled."""
    starts, ends = in_city_time(workshop.starts_at), in_city_time(workshop.ends_at)
    copies = []
    for day in days:
        starts_at = datetime.combine(day, starts.time(), CITY_ZONE)
        copy = Workshop.objects.get(pk=workshop.pk)
        copy.pk, copy.key, copy.cancelled_because = None, uuid.uuid4(), ""
        copy.starts_at = starts_at
        copy.ends_at = datetime.combine(day + (ends.date() - starts.date()), ends.time(), CITY_ZONE)
        copy.published_at = now if workshop.published_at else None
        copy.save()
        log(copy, "wagtail.create", user=by)
        copies.append(copy)
    return copies


def days_of(workshop: Workshop) -> set[date]:
    """Returns the days on which a workshop of the same title is at the same address, cancelled ones included."""
    same = Workshop.objects.filter(title=workshop.title, where=workshop.where)
    return {in_city_time(starts_at).date() for starts_at in same.values_list("starts_at", flat=True)}
