"""Daily mail to reporters about changes to their findings."""

from datetime import datetime

from django.db import transaction

from accounts.hooks import opted_out
from accounts.models import User
from fieldwork.models import Finding
from fieldwork.trials.notifications import FindingsMoved
from fieldwork.trials.queries.news import news_cutoff, untold_steps


@transaction.atomic
def notify_reporters(*, now: datetime) -> int:
    """Plans one mail for each reporter with news up to the last due time. Returns the number of mails."""
    until = news_cutoff(now)
    news = untold_steps(until)
    if not news:
        return 0
    silent = opted_out(list(news))
    people = User.objects.filter(pk__in=news.keys() - silent).in_bulk()
    FindingsMoved.tell({person: sorted(news[pk]) for pk, person in people.items()}, until=until, now=now)
    numbers = {finding for pairs in news.values() for _step, finding in pairs}
    Finding.objects.filter(pk__in=numbers).update(told_until=until)
    return len(people)
