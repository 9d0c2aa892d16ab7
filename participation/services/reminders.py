"""Reminders that services get without anybody's doing: a week before the announced day of an answer, and on it."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from common.templatetags.dates import in_city_time
from mailing.notifications import send_new
from participation.models import CityService, Proposal
from participation.notifications.proposals import AnswersDue
from participation.queries.answers import due_answers

AT, BEFORE = time(9, 0), timedelta(days=7)


@transaction.atomic
def remind_of_due_answers(*, now: datetime) -> int:
    """Reminds each service of the answers announced for today, or within a week, from nine o'clock on.

    Each reminder leaves once. What was given within that week needs no first reminder, and an answer that is scheduled
    needs none. Returns the number of mails. Two queries if none is due.
    """
    today = timezone.localdate(now)
    due: dict[tuple[CityService, date], list[Proposal]] = defaultdict(list)
    if in_city_time(now).time() < AT:
        return 0
    for proposal in due_answers(today, today + BEFORE).filter(asked_service__isnull=False):
        service, due_on = proposal.asked_service, proposal.answer_due_on
        given_on = timezone.localdate(proposal.state_changed_at or now)
        if service and due_on and (due_on == today or given_on < due_on - BEFORE):
            due[service, due_on].append(proposal)
    mails = [AnswersDue(service, tuple(rows), day, today) for (service, day), rows in due.items()]
    return send_new(mails, now=now)
