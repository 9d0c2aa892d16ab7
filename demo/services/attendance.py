"""Attendance at past sessions, seat by seat."""

from datetime import timedelta

from django.db.models import Subquery

from accounts.models import User
from committee.attendance.services.recording import person_for
from committee.models import AbsenceAlert, Attendance, SessionPage
from committee.models.attendance_rules import day_of
from committee.queries.seats import seats_on
from demo.clock import Clock
from demo.content import read

State = Attendance.State


def load(clock: Clock, people: dict[str, User]) -> None:
    """Records attendance, as the coordinator did at the end of each session, and the absence alert."""
    texts = read("attendance")
    sessions = list(SessionPage.objects.past(clock.now).order_by("starts_at"))
    for number, session in enumerate(sessions, 1):
        add_attendance(session, texts["not_present"].get(str(number), {}), people["helene"])
    of_seat = Attendance.objects.filter(seat__order=texts["empty_seat"]).order_by("session__starts_at")
    last_came = of_seat.filter(state__in=Attendance.CAME).reverse().values("session__starts_at")[:1]
    run = list(of_seat.filter(session__starts_at__gt=Subquery(last_came)).select_related("session"))
    AbsenceAlert.objects.create(
        seat_id=run[0].seat_id, first_session=run[0].session, told_at=run[2].recorded_at + timedelta(hours=1)
    )


def add_attendance(session: SessionPage, others: dict[str, str], by: User) -> None:
    """Records each filled seat as present, or in the state that `others` has for its order."""
    rows = []
    for filled in seats_on(day_of(session)):
        if filled.people:
            state = State(others.get(str(filled.seat.order), State.PRESENT))
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
