"""Who came to the sessions of the demonstration, seat by seat. Whoever is not named here was there.

Seats as in `demo.services.members`, in their order. Nobody comes for seat 7 any more since June 2019, and the
coordinator was told after the third session.
"""

from datetime import timedelta

from accounts.models import User
from committee.attendance.services.recording import person_for
from committee.models import AbsenceAlert, Attendance, SessionPage
from committee.models.attendance_rules import day_of
from committee.queries.seats import seats_on
from demo.clock import Clock

State = Attendance.State
EMPTY_SEAT = 7

# By number of the past session, the oldest first, then by order of the seat.
NOT_PRESENT: dict[int, dict[int, Attendance.State]] = {
    1: {9: State.EXCUSED},
    2: {5: State.EXCUSED, 8: State.ONLINE},
    3: {10: State.ABSENT},
    4: {5: State.EXCUSED, 6: State.EXCUSED, 8: State.ONLINE},
    5: {2: State.EXCUSED},
    6: {EMPTY_SEAT: State.EXCUSED, 8: State.ONLINE},
    7: {EMPTY_SEAT: State.ABSENT, 9: State.EXCUSED},
    8: {EMPTY_SEAT: State.ABSENT, 4: State.EXCUSED},
    9: {EMPTY_SEAT: State.EXCUSED, 6: State.SUBSTITUTED},
    10: {EMPTY_SEAT: State.ABSENT, 9: State.SUBSTITUTED, 10: State.ONLINE},
    11: {EMPTY_SEAT: State.ABSENT},
}


def load(clock: Clock, people: dict[str, User]) -> None:
    """Notes the attendance at the sessions that are over, as the coordinator did when each ended."""
    sessions = list(SessionPage.objects.past(clock.now).order_by("starts_at"))
    for number, session in enumerate(sessions, 1):
        add_attendance(session, NOT_PRESENT.get(number, {}), people["helene"])
    missed = Attendance.objects.filter(seat__order=EMPTY_SEAT).exclude(state__in=Attendance.CAME)
    run = list(missed.select_related("session").order_by("session__starts_at"))
    AbsenceAlert.objects.create(
        seat_id=run[0].seat_id, first_session=run[0].session, told_at=run[2].recorded_at + timedelta(hours=1)
    )


def add_attendance(session: SessionPage, others: dict[int, Attendance.State], by: User) -> None:
    """Notes each seat that somebody filled on that day: present, or the state that `others` has for its order."""
    rows = []
    for filled in seats_on(day_of(session)):
        if filled.people:
            state = others.get(filled.seat.order, State.PRESENT)
            rows.append(
                Attendance(
                    session=session,
                    seat=filled.seat,
                    member=person_for(filled, state),
                    state=state,
                    how=Attendance.How.SHEET,
                    recorded_by=by,
                    recorded_at=session.ends_at,
                )
            )
    Attendance.objects.bulk_create(rows)
