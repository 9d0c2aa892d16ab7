"""News for reporters: steps of their findings since their last mail."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from fieldwork.models import Finding, FindingStep

State = Finding.State
# Time of day at which the news of the last 24 hours are sent.
NEWS_TIME = time(18)
# Sending to the city is only a step on the way: it causes no mail by itself.
NEWS_STATES = frozenset(
    {
        *(State.CONFIRMED, State.DISMISSED, State.DUPLICATE, State.SAID_FIXED, State.WILL_NOT_FIX),
        *(State.TO_TEST, State.VERIFIED, State.CAME_BACK),
    }
)


def news_cutoff(now: datetime) -> datetime:
    """Returns the last time at which news were due."""
    today = timezone.localdate(now)
    due = timezone.make_aware(datetime.combine(today, NEWS_TIME))
    return due if due <= now else timezone.make_aware(datetime.combine(today - timedelta(days=1), NEWS_TIME))


def unsent_steps(until: datetime) -> dict[int, list[tuple[int, int]]]:
    """Returns (step pk, finding pk) pairs by account, for the steps up to `until` not mailed yet.

    The finding is the account's own; for a duplicate, the steps of its original are included. Steps made by the
    account itself and sensitive findings are left out.
    """
    steps = FindingStep.objects.filter(
        kind=FindingStep.Kind.STATE, to_state__in=NEWS_STATES, at__lte=until, finding__is_sensitive=False
    )
    steps_by_user: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for own in ("finding", "finding__duplicates"):
        tester = f"{own}__trial__tester"
        news = steps.filter(
            **{f"{own}__is_sensitive": False, f"{tester}__is_active": True},
            at__gt=Coalesce(f"{own}__told_until", f"{own}__created_at"),
        )
        for user, finding, step, actor in news.values_list(tester, own, "pk", "actor"):
            if actor != user:
                steps_by_user[user].append((step, finding))
    return dict(steps_by_user)


def readable_steps(steps: set[int]) -> QuerySet[FindingStep]:
    """Returns the `steps` that may still be mailed: those of findings that are not sensitive."""
    return FindingStep.objects.filter(pk__in=steps, finding__is_sensitive=False).select_related(
        "finding__trial__scenario__campaign", "finding__duplicate_of"
    )
