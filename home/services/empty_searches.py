"""Counts searches without results, so that editors can add the words that people use."""

import re
from datetime import date, datetime, timedelta

from django.core.cache import caches
from django.db.models import Count, F, Q
from django.utils import timezone

from common.search import fold, words
from home.models import EmptySearch

KEPT = timedelta(days=90)
MOST_A_MONTH = 500
MOST_ROWS = 2_000
# Phone numbers, account numbers and dates of birth are not search terms.
MOST_DIGITS = 4


def note_empty_search(*, query: str, today: date) -> None:
    """Counts `query`, at most once a minute in each process.

    Possible personal data is not stored. The number of rows is limited, per month and in total, to what a person can
    read, so that a flood has no effect.
    """
    normalised_query = normalised(query)
    if not normalised_query:
        return
    month = today.replace(day=1)
    is_new_here = caches["local"].add(f"empty-search:{normalised_query.replace(' ', '-')}", True)
    if not is_new_here or EmptySearch.objects.filter(words=normalised_query, month=month).update(count=F("count") + 1):
        return
    rows = EmptySearch.objects.aggregate(total=Count("pk"), new=Count("pk", filter=Q(month=month)))
    if rows["total"] < MOST_ROWS and rows["new"] < MOST_A_MONTH:
        EmptySearch.objects.bulk_create([EmptySearch(words=normalised_query, month=month)], ignore_conflicts=True)


def normalised(query: str) -> str:
    """Returns the words of `query` in lower case, without accents; "" for possible personal data.

    That is an e-mail address, or a long number, in any notation.
    """
    if "@" in query or len(re.findall(r"\d", query)) > MOST_DIGITS:
        return ""
    return fold(" ".join(words(query)))[: EmptySearch.MAX_LENGTH].strip()


def forget_empty_searches(*, now: datetime) -> int:
    """Deletes the months older than `KEPT`; returns how many rows."""
    return EmptySearch.objects.filter(month__lt=timezone.localdate(now) - KEPT).delete()[0]
