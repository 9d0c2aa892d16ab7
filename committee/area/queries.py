"""What this app itself shows in the members' area; `wagtail_hooks.py` registers it, as other apps do theirs."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from accounts.hooks import AccountLink
from committee.area.registry import Awaiting
from committee.attendance.services.absences import absent_seat
from committee.models import Member, SessionPage
from common.templatetags.dates import hours
from polls.models import Poll
from polls.permissions import can_answer


def cards(request: HttpRequest, member: Member) -> Sequence[AccountLink]:
    """What only the members read."""
    return [
        AccountLink(order=order, label=label, url=reverse(f"committee:{name}"), hint=hint)
        for order, (name, label, hint) in enumerate(
            [
                ("convocations", gettext("Convocations"), gettext("When and where, the agenda, the link to join.")),
                ("minutes_list", gettext("Minutes of the sessions"), gettext("Read them before they are public.")),
                ("documents", gettext("Documents"), gettext("Files for the members only.")),
                ("notes", gettext("Working notes"), gettext("Texts that you write together.")),
                ("polls", gettext("Polls among the members"), gettext("What the committee asks itself.")),
                ("directory", gettext("Directory"), gettext("How to reach those who agree to it.")),
            ],
            start=1,
        )
    ]


def next_session(member: Member, now: datetime) -> Sequence[Awaiting]:
    """The session to come, until it begins; for a substitute, in whose place. Not for who said « I cannot come »."""
    session = SessionPage.objects.published().scheduled().filter(starts_at__gt=now).order_by("starts_at").first()
    if session is None:
        return []
    facts = {"title": session.heading, "hours": hours(session.starts_at, session.ends_at)}
    text = gettext("Come to “%(title)s”, %(hours)s") % facts
    if filled := absent_seat(session, member):
        if member == filled.people[0]:
            return []
        text = gettext("Stand in for %(name)s at “%(title)s”, %(hours)s") % {**facts, "name": filled.holder}
    return [Awaiting(text=text, url=session.get_url() or "", until=session.starts_at, is_that_day=True)]


def open_polls(member: Member, now: datetime) -> Sequence[Awaiting]:
    """The polls among the members, or the seats, that this one may answer and has not answered yet."""
    if member.user is None:
        return []
    unanswered = Poll.objects.among_members().open(now).exclude(participations__user=member.user)
    waiting = [
        poll for poll in unanswered if poll.audience == Poll.Audience.MEMBERS or can_answer(member.user, poll, now=now)
    ]
    return [
        Awaiting(
            text=gettext("Answer “%(title)s”") % {"title": poll.title},
            url=poll.get_absolute_url(),
            until=poll.closes_at,
        )
        for poll in waiting
    ]
