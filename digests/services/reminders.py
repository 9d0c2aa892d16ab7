"""Reminders of sessions: on the day before, at nine in the city, by request.

They depend on the facts last sent to the user. After a reminder, a move or cancellation is sent at once; before it,
the reminder has the current facts. A member who has just got a convocation already knows them.
"""

from datetime import datetime, time, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from committee.models import Convened, Member, SessionPage
from common.appointments import changes, group_by_message, words_of
from common.templatetags.dates import in_city_time
from digests.models import SessionReminder
from digests.models.schedule import slot
from digests.notifications.session_reminder import SessionReminded

AT = time(9, 0)
# A session that starts at midnight has its reminder 39 hours before.
LOOK_AHEAD = timedelta(days=2)
PAGE = 200


@transaction.atomic
def set_reminder(*, user: User, session: SessionPage, is_wanted: bool, now: datetime) -> None:
    """Sets or deletes the reminder of `session` for `user`. Idempotent: the state is given, never toggled."""
    if is_wanted:
        SessionReminder.objects.get_or_create(user=user, session=session, defaults={"created_at": now})
    else:
        SessionReminder.objects.filter(user=user, session=session).delete()


def due_at(session: SessionPage) -> datetime:
    """Returns the time of the reminder of `session`: the day before, at nine in the city."""
    return slot(in_city_time(session.starts_at).date() - timedelta(days=1), AT)


def facts_of(session: SessionPage, online_link: str = "") -> str:
    """Returns a key of the facts in a reminder, which changes with them. Includes the online link for members."""
    facts = [session.starts_at.isoformat(), session.ends_at.isoformat(), session.place, session.status]
    facts += [online_link] if online_link else []
    return sha256("\n".join(facts).encode()).hexdigest()


def send_reminders(*, now: datetime) -> int:
    """Enqueues the reminders that are due; returns how many. One query if there is none."""
    waiting = SessionReminder.objects.filter(session__starts_at__gt=now).filter(
        ~Q(told="") | Q(session__starts_at__lte=now + LOOK_AHEAD)
    )
    sessions = SessionPage.objects.published().filter(pk__in=waiting.values("session")).order_by("starts_at")
    return sum(_remind_of(session, now=now) for session in sessions)


def _remind_of(session: SessionPage, *, now: datetime) -> int:
    """Enqueues the reminders of one session; those of sitting members include the online link, if any."""
    link = session.members_link()
    if not link or session.is_cancelled:
        return _remind(session, Q(), "", now=now)
    seated = Q(user__member__in=Member.objects.sitting(timezone.localdate(now)))
    return _remind(session, seated, link, now=now) + _remind(session, ~seated, "", now=now)


def _remind(session: SessionPage, condition: Q, online_link: str, *, now: datetime) -> int:
    """Enqueues the reminders of some users in pages of one transaction each, so that each user gets one."""
    facts, count = facts_of(session, online_link), 0
    facts_in_words = words_of(session)
    reminders = SessionReminder.objects.filter(condition, session=session, user__is_active=True)
    due = reminders.exclude(told=facts).order_by("pk")
    if now < due_at(session):
        due = due.exclude(told="")
    if not due.exists():
        return 0
    convened_ids = _just_called(session, now=now)
    while True:
        with transaction.atomic():
            rows = list(due.select_for_update(of=("self",)).select_related("user")[:PAGE])
            if not rows:
                return count
            for group in group_by_message(row for row in rows if row.user_id not in convened_ids):
                changed, differences = bool(group[0].told), changes(group[0].said, facts_in_words)
                SessionReminded(session, changed, online_link, group, differences).send(now=now)
            for row in rows:
                row.told, row.said, row.times_told = facts, facts_in_words, row.times_told + 1
            SessionReminder.objects.bulk_update(rows, ["told", "said", "times_told"])
            count += len(rows)


def _just_called(session: SessionPage, *, now: datetime) -> set[int]:
    """Returns the accounts that were sent a convocation within a day, and since the last change of the session."""
    since = max(filter(None, [now - timedelta(days=1), session.last_published_at]))
    convened = Convened.objects.filter(
        convocation__session=session, convocation__sent_at__gte=since, by_mail=True, member__user__isnull=False
    )
    return set(convened.values_list("member__user", flat=True))
