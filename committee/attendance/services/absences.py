"""Absences announced before a session: the seat is excused, and its substitute is asked to come.

An announced absence is a row of `Attendance` with `How.AHEAD`. It belongs to the person: a later holder of the seat
is not absent. `declined_by` is the substitute who cannot come either. The sheet shows the row, and an officer may
replace it. On withdrawal the substitute gets a second mail, or no mail if the first one has not been sent.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from committee.attendance.notifications import AbsenceAnnounced, SeatWithoutAnybody
from committee.attendance.queries.absences import (
    announced,
    can_announce,
    recorded_seats,
    speaks_for,
    substitute_account,
)
from committee.attendance.services.recording import How, State, lock_session, record_seat
from committee.errors import AttendanceRefused
from committee.models import Attendance, Member, SessionPage
from committee.models.attendance_rules import day_of
from committee.queries.seats import FilledSeat, seat_of
from mailing.models import Message
from mailing.services import cancel

# Maximum number of mails to one substitute about one session.
MAX_MAILS = 6


@transaction.atomic
def announce_absence(*, session: SessionPage, member: Member, by: User, now: datetime) -> Attendance:
    """Records that `member`, who speaks for a seat, cannot come, and sends an e-mail to the substitute.

    Idempotent. `by` is the member, or the user who notes a phone call or a letter. A substitute without an account
    has to be called: the dashboard shows them to the secretariat (`substitutes_to_call`). A substitute who cannot
    come either announces it in the same way, and the coordination gets a mail. Raises `AttendanceRefused` once the
    session has begun, for a member who neither speaks for a seat on that day nor is asked to stand in, if an officer
    has recorded the seat, and after too many changes.
    """
    session = lock_session(session)
    filled = _own_seat(session, member, now)
    recorded = recorded_seats(session, [filled]).get(filled.seat.pk)
    if recorded and recorded.how != How.AHEAD:
        raise AttendanceRefused(_("Your attendance is noted already. If it is wrong, tell the coordinator."))
    if speaks_for(filled, member):
        if recorded:
            return recorded
        row = record_seat(session, filled, State.EXCUSED, How.AHEAD, by, now)
        _tell_substitute(session, filled, now, comes=False)
        return row
    if recorded is None:
        message = _("%(name)s comes: you have nothing to do. If that changes, you are asked.")
        raise AttendanceRefused(message % {"name": filled.holder})
    if recorded.declined_by_id != member.pk:
        recorded.declined_by = member
        recorded.save(update_fields=["declined_by"])
        SeatWithoutAnybody(session, filled, timezone.localdate(now)).send(now=now)
    return recorded


@transaction.atomic
def withdraw_absence(*, session: SessionPage, member: Member, now: datetime) -> None:
    """Deletes the absence of `member` and informs the substitute, or the refusal of a substitute.

    Raises as `announce_absence` does.
    """
    session = lock_session(session)
    filled = _own_seat(session, member, now)
    if not speaks_for(filled, member):
        announced(session).filter(seat=filled.seat, declined_by=member).update(declined_by=None)
        return
    deleted, _rows = announced(session).filter(seat=filled.seat, member=member).delete()
    if deleted:
        _tell_substitute(session, filled, now, comes=True)


def _own_seat(session: SessionPage, member: Member, now: datetime) -> FilledSeat:
    if not can_announce(session, now):
        raise AttendanceRefused(_("It is too late to say it here. Tell the coordinator."))
    filled = seat_of(member, day_of(session))
    if filled is None:
        raise AttendanceRefused(_("Only who fills a seat on this day says it here. Tell the coordinator."))
    return filled


def _tell_substitute(session: SessionPage, filled: FilledSeat, now: datetime, *, comes: bool) -> None:
    """Asks the substitute to come, or not to (`comes`); sends nothing if the contrary mail has not been sent yet."""
    substitute, substitute_user = filled.substitute, substitute_account(filled)
    if filled.holder is None or substitute is None or substitute_user is None:
        return
    key = f"{AbsenceAnnounced.kind}:{session.pk}:{filled.seat.pk}:{substitute.pk}:"
    earlier = Message.objects.filter(dedupe_key__startswith=key)
    # Other pending mails have an uncertain attempt: they may have been delivered.
    if cancel(messages=earlier.filter(uncertain=0), reason="superseded"):
        return
    cancel(messages=earlier, reason="superseded")
    sent_count = earlier.count()
    if sent_count >= MAX_MAILS:
        raise AttendanceRefused(_("You have changed this several times. Tell the coordinator whether you come."))
    if comes and not sent_count:
        return
    AbsenceAnnounced(session, filled.holder, substitute_user, comes, key=f"{key}{sent_count}").send(now=now)
