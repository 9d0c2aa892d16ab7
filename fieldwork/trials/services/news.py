"""Daily mail to reporters about changes to their findings."""

from datetime import datetime

from django.db import transaction

from accounts.hooks import opted_out
from accounts.models import User
from fieldwork.models import Finding
from fieldwork.trials.notifications import FindingsMoved
from fieldwork.trials.queries.news import news_cutoff, unsent_steps


@transaction.atomic
def notify_reporters(*, now: datetime) -> int:
    """Plans one mail for each reporter with news up to the last due time. Returns the number of mails."""
    until = news_cutoff(now)
    news = unsent_steps(until)
    if not news:
        return 0
    silent = opted_out(list(news))
    users = User.objects.filter(pk__in=news.keys() - silent).in_bulk()
    FindingsMoved.tell({user: sorted(news[pk]) for pk, user in users.items()}, until=until, now=now)
    finding_pks = {finding for pairs in news.values() for _step, finding in pairs}
    Finding.objects.filter(pk__in=finding_pks).update(told_until=until)
    return len(users)
