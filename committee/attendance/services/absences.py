"""Absences announced before a session: the seat is excused, and its substitute is asked to come.

An announced absence is a row of `Attendance` with `How.AHEAD`. The sheet shows it, and an officer may replace it. When
it is withdrawn the substitute gets a second mail, or none if the first one has not left yet.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from committee.attendance.notifications import AbsenceAnnounced
from committee.attendance.queries.absences import announced, can_announce, substitute_account
from committee.attendance.services.recording import How, State, lock_session, record_seat
from committee.errors import AttendanceRefused
from committee.models import Attendance, Member, SessionPage
from committee.models.attendance_rules import day_of
from committee.queries.seats import FilledSeat, seat_of
from mailing.models import Message
from mailing.services import cancel

# Mails to one substitute about one session, at most.
MAX_MAILS = 6


@transaction.atomic
def announce_absence(*, session: SessionPage, member: Member, by: User, now: datetime) -> Attendance:
    """Records that `member`, who speaks for a seat, cannot come, and asks the substitute by e-mail. Idempotent.

    A substitute without an account is to be called: the dashboard asks the secretariat (`substitutes_to_call`).

    Raises `AttendanceRefused` once the session begins, for who does not speak for a seat on
    that day, where an officer has recorded the seat, and for who changes too often.
    """
    session = lock_session(session)
    filled = _own_seat(session, member, now)
    known = Attendance.objects.filter(session=session, seat=filled.seat).first()
    if known and known.how != How.AHEAD:
        raise AttendanceRefused(_("Your attendance is noted already. If it is wrong, tell the coordinator."))
    if known:
        return known
    row = record_seat(session, filled, State.EXCUSED, How.AHEAD, by, now)
    _tell_substitute(session, filled, now, comes=False)
    return row


@transaction.atomic
def take_back_absence(*, session: SessionPage, member: Member, now: datetime) -> None:
    """Deletes the absence that `member` announced, and tells the substitute. Raises as `announce_absence` does."""
    session = lock_session(session)
    filled = _own_seat(session, member, now)
    deleted, _rows = announced(session).filter(seat=filled.seat).delete()
    if deleted:
        _tell_substitute(session, filled, now, comes=True)


def _own_seat(session: SessionPage, member: Member, now: datetime) -> FilledSeat:
    if not can_announce(session, now):
        raise AttendanceRefused(_("It is too late to say it here. Tell the coordinator."))
    filled = seat_of(member, day_of(session))
    if filled is None or filled.people[0] != member:
        raise AttendanceRefused(_("Only who holds a seat on this day says it here. Tell the coordinator."))
    return filled


def _tell_substitute(session: SessionPage, filled: FilledSeat, now: datetime, *, comes: bool) -> None:
    """Writes to the substitute whether the holder `comes`; not where a mail that says the contrary has not left yet."""
    substitute, account = filled.substitute, substitute_account(filled)
    if filled.holder is None or substitute is None or account is None:
        return
    key = f"{AbsenceAnnounced.kind}:{session.pk}:{filled.seat.pk}:{substitute.pk}:"
    earlier = Message.objects.filter(dedupe_key__startswith=key)
    # Of the others that wait, an attempt is uncertain: the substitute may have read them.
    if cancel(messages=earlier.filter(uncertain=0), reason="superseded"):
        return
    cancel(messages=earlier, reason="superseded")
    number = earlier.count()
    if number >= MAX_MAILS:
        raise AttendanceRefused(_("You have changed this several times. Tell the coordinator whether you come."))
    if comes and not number:
        return
    AbsenceAnnounced(session, filled.holder, account, comes, key=f"{key}{number}").send(now=now)
