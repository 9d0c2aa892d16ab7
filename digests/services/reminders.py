"""Reminders of sessions: the day before, at nine in Paris, to who asked for it.

What counts is what the person was last told. Who was reminded of a session that is moved or cancelled afterwards is
told at once; who was not yet is told the day before, as it is then. A member whom a convocation has just called knows
the same facts from it.
"""

from datetime import datetime, time, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from committee.models import Convened, Member, SessionPage
from common.appointments import by_what_they_know, changes, words_of
from common.templatetags.dates import in_paris
from digests.models import SessionReminder
from digests.models.schedule import slot
from digests.notifications.session_reminder import SessionReminded

AT = time(9, 0)
# A session that starts at midnight is reminded of 39 hours before.
LOOK_AHEAD = timedelta(days=2)
PAGE = 200


@transaction.atomic
def set_reminder(*, user: User, session: SessionPage, wanted: bool, now: datetime) -> None:
    """Makes `user` be reminded of `session`, or not. Idempotent: the wanted state is given."""
    if wanted:
        SessionReminder.objects.get_or_create(user=user, session=session, defaults={"created_at": now})
    else:
        SessionReminder.objects.filter(user=user, session=session).delete()


def due_at(session: SessionPage) -> datetime:
    """The moment of the reminder of `session`: the day before, at nine in Paris."""
    return slot(in_paris(session.starts_at).date() - timedelta(days=1), AT)


def facts_of(session: SessionPage, online_link: str = "") -> str:
    """A key of what a reminder tells: another key, another reminder. Members are told the online link too."""
    facts = [session.starts_at.isoformat(), session.ends_at.isoformat(), session.place, session.status]
    facts += [online_link] if online_link else []
    return sha256("\n".join(facts).encode()).hexdigest()


def send_reminders(*, now: datetime) -> int:
    """Queues the reminders that are due; returns how many. One query when there is none."""
    waiting = SessionReminder.objects.filter(session__starts_at__gt=now).filter(
        ~Q(told="") | Q(session__starts_at__lte=now + LOOK_AHEAD)
    )
    sessions = SessionPage.objects.published().filter(pk__in=waiting.values("session")).order_by("starts_at")
    return sum(_remind_of(session, now=now) for session in sessions)


def _remind_of(session: SessionPage, *, now: datetime) -> int:
    """Queues the reminders of one session; those of sitting members have the online link, if there is one."""
    link = session.members_link()
    if not link or session.is_cancelled:
        return _remind(session, Q(), "", now=now)
    seated = Q(user__member__in=Member.objects.sitting(timezone.localdate(now)))
    return _remind(session, seated, link, now=now) + _remind(session, ~seated, "", now=now)


def _remind(session: SessionPage, whom: Q, online_link: str, *, now: datetime) -> int:
    """Queues the reminders of some people in pages of one transaction each, so each person is told once."""
    facts, count = facts_of(session, online_link), 0
    said = words_of(session)
    wanted = SessionReminder.objects.filter(whom, session=session, user__is_active=True)
    due = wanted.exclude(told=facts).order_by("pk")
    if now < due_at(session):
        due = due.exclude(told="")
    if not due.exists():
        return 0
    called = _just_called(session, now=now)
    while True:
        with transaction.atomic():
            rows = list(due.select_for_update(of=("self",)).select_related("user")[:PAGE])
            if not rows:
                return count
            for told in by_what_they_know(row for row in rows if row.user_id not in called):
                changed, differences = bool(told[0].told), changes(told[0].said, said)
                SessionReminded(session, changed, online_link, told, differences).send(now=now)
            for row in rows:
                row.told, row.said, row.times_told = facts, said, row.times_told + 1
            SessionReminder.objects.bulk_update(rows, ["told", "said", "times_told"])
            count += len(rows)


def _just_called(session: SessionPage, *, now: datetime) -> set[int]:
    """Returns the accounts to which a convocation left within a day, and after the last change of the session."""
    since = max(filter(None, [now - timedelta(days=1), session.last_published_at]))
    called = Convened.objects.filter(
        convocation__session=session, convocation__sent_at__gte=since, by_mail=True, member__user__isnull=False
    )
    return set(called.values_list("member__user", flat=True))
