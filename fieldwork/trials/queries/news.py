"""News for those who reported something: what became of it since they were last told."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from fieldwork.models import Finding, FindingStep

State = Finding.State
# The hour at which the news of the last 24 hours leave.
TOLD_AT = time(18)
# Sent to the city is a step on the way: it is told with the next news, and brings none by itself.
TOLD_STATES = frozenset(
    {
        *(State.CONFIRMED, State.DISMISSED, State.DUPLICATE, State.SAID_FIXED, State.WILL_NOT_FIX),
        *(State.TO_TEST, State.VERIFIED, State.CAME_BACK),
    }
)


def told_up_to(now: datetime) -> datetime:
    """Returns the last moment at which news were due."""
    today = timezone.localdate(now)
    due = timezone.make_aware(datetime.combine(today, TOLD_AT))
    return due if due <= now else timezone.make_aware(datetime.combine(today - timedelta(days=1), TOLD_AT))


def untold_steps(until: datetime) -> dict[int, list[tuple[int, int]]]:
    """Returns, by the account to tell, the numbers of the steps up to `until` with the finding that they are about.

    The finding is the one of the person. Of a duplicate, what becomes of its original is news too. Not what the person
    did herself, and nothing about what is sensitive.
    """
    steps = FindingStep.objects.filter(
        kind=FindingStep.Kind.STATE, to_state__in=TOLD_STATES, at__lte=until, finding__is_sensitive=False
    )
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for own in ("finding", "finding__duplicates"):
        tester = f"{own}__trial__tester"
        news = steps.filter(
            **{f"{own}__is_sensitive": False, f"{tester}__is_active": True},
            at__gt=Coalesce(f"{own}__told_until", f"{own}__created_at"),
        )
        for person, finding, step, actor in news.values_list(tester, own, "pk", "actor"):
            if actor != person:
                found[person].append((step, finding))
    return dict(found)


def readable_steps(steps: set[int]) -> QuerySet[FindingStep]:
    """Returns those of `steps` that may still be told to those who reported: nothing sensitive, marked since or not."""
    return FindingStep.objects.filter(pk__in=steps, finding__is_sensitive=False).select_related(
        "finding__trial__scenario__campaign", "finding__duplicate_of"
    )
