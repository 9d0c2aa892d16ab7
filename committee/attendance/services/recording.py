"""Records attendance: from the sheet of an officer, or from the code entered by a member."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from committee.attendance.queries.absences import recorded_seats
from committee.attendance.services.alerts import alert_absences
from committee.errors import AttendanceRefused
from committee.models import Attendance, Member, SessionPage
from committee.models.attendance_rules import code_is_valid, day_of, refusal_reason
from committee.queries.seats import FilledSeat, seat_of, seats_on

State = Attendance.State
How = Attendance.How


def states_for(filled: FilledSeat) -> list[State]:
    """Returns the possible states of a seat: "substituted" requires both a holder and a substitute."""
    return [state for state in State if state != State.SUBSTITUTED or (filled.holder and filled.substitute)]


def person_for(filled: FilledSeat, state: State) -> Member | None:
    """Returns the member who came for the seat, or should have come."""
    return filled.substitute if state == State.SUBSTITUTED else next(iter(filled.people), None)


@transaction.atomic
def record_sheet(*, session: SessionPage, states: Mapping[int, State], by: User, now: datetime) -> int:
    """Saves `states` by primary key of the seat; returns how many rows changed.

    Rows with an unchanged state keep their author and origin. Raises `AttendanceRefused`, and saves nothing, if
    attendance is closed or a state is not possible for the seat on that day.
    """
    session = lock_session(session)
    if reason := refusal_reason(session, now):
        raise AttendanceRefused(reason)
    filled = {filled_seat.seat.pk: filled_seat for filled_seat in seats_on(day_of(session)) if filled_seat.people}
    recorded = {seat: row.state for seat, row in recorded_seats(session, filled.values()).items()}
    if any(seat not in filled or state not in states_for(filled[seat]) for seat, state in states.items()):
        raise AttendanceRefused(_("The seats have changed meanwhile. Load this page again, then note who came."))
    changed = {seat: state for seat, state in states.items() if recorded.get(seat) != state}
    for seat, state in changed.items():
        record_seat(session, filled[seat], state, How.SHEET, by, now)
    if changed and now > session.ends_at:
        alert_absences(now=now)
    return len(changed)


@transaction.atomic
def record_with_code(*, session: SessionPage, member: Member, online: bool, by: User, now: datetime) -> Attendance:
    """Records `member` as present and returns the row of the seat; the view has checked the code.

    The holder has precedence: a code entered by the substitute after the holder changes nothing. Raises
    `AttendanceRefused` if it is too early, too late or closed, or if the member fills no seat on that day.
    """
    session = lock_session(session)
    filled = seat_of(member, day_of(session))
    if filled is None:
        raise AttendanceRefused(_("You fill no seat on this day. Tell the coordinator that you are here."))
    if not code_is_valid(session, now):
        raise AttendanceRefused(
            refusal_reason(session, now) or _("The session is over. Tell the coordinator that you came.")
        )
    is_substitute = filled.holder is not None and member != filled.holder
    state = State.SUBSTITUTED if is_substitute else State.ONLINE if online else State.PRESENT
    recorded = recorded_seats(session, [filled]).get(filled.seat.pk)
    if recorded and recorded.came and (is_substitute or recorded.state == state):
        return recorded
    return record_seat(session, filled, state, How.CODE, by, now)


def record_seat(
    session: SessionPage, filled: FilledSeat, state: State, how: Attendance.How, by: User, now: datetime
) -> Attendance:
    """Saves the state of a seat, replacing an earlier one. The caller has checked the rules."""
    facts = {"state": state, "member": person_for(filled, state), "how": how, "recorded_by": by, "recorded_at": now}
    facts["declined_by"] = None
    return Attendance.objects.update_or_create(session=session, seat=filled.seat, defaults=facts)[0]


def lock_session(session: SessionPage) -> SessionPage:
    """Returns `session` under a lock, so that its minutes cannot be published during this transaction."""
    return SessionPage.objects.select_for_update(of=("self",)).get(pk=session.pk)
