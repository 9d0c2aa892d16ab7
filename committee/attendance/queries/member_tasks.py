"""Tasks of a member about sessions: attend, enter the code, complete a sheet."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from committee.attendance.queries.absences import can_announce, recorded_seats, speaks_for
from committee.attendance.queries.figures import attendance_of, incomplete_sheets
from committee.models import Attendance, Member, SessionPage
from committee.models.attendance_rules import code_is_valid, day_of, opens_at, refusal_reason
from committee.permissions import records_attendance
from committee.queries.seats import FilledSeat, seat_of
from common.templatetags.dates import hours, short_day
from common.waiting import Link, Task


def attendance_tasks(member: Member, now: datetime) -> list[Task]:
    """Returns the task to enter the code, during a session, and for officers, the task to complete the sheet."""
    return [*_own_presence(member, now), *_sheets(member, now)]


def _own_presence(member: Member, now: datetime) -> list[Task]:
    session = SessionPage.objects.visible_to(member.user or AnonymousUser()).next(now)
    if session is None or now < opens_at(session) or not code_is_valid(session, now):
        return []
    filled = seat_of(member, day_of(session))
    if filled is None:
        return []
    row = recorded_seats(session, [filled]).get(filled.seat.pk)
    if row and (row.came or (can_announce(session, now) and _stays_away(row, filled, member))):
        return []
    return [
        Task(title=_("Say that I am here"), url=reverse("committee:attendance_entry"), until=session.ends_at),
    ]


def _stays_away(row: Attendance, filled: FilledSeat, member: Member) -> bool:
    """Returns whether `member` has said not to come: until the session begins, another task takes that back."""
    is_own = speaks_for(filled, member) or row.declined_by_id == member.pk
    return row.how == Attendance.How.AHEAD and is_own


def _sheets(member: Member, now: datetime) -> list[Task]:
    if not records_attendance(member, timezone.localdate(now)):
        return []
    session = SessionPage.objects.live().next(now)
    begun = attendance_of([session]) if session and not refusal_reason(session, now) else []
    running = [attendance for attendance in begun if attendance.seats and not attendance.is_complete]
    return [
        Task(
            title=_("Note who came to the session of %(day)s") % {"day": short_day(attendance.session.starts_at)},
            url=sheet_url(attendance.session),
            until=attendance.session.ends_at if attendance in running else None,
        )
        for attendance in [*running, *incomplete_sheets(now)]
    ]


def sheet_url(session: SessionPage) -> str:
    """Returns the URL of the attendance sheet of `session`."""
    return reverse("committee:attendance_sheet", args=[session.slug])


def session_tasks(member: Member, now: datetime) -> Sequence[Task]:
    """Returns the task to attend the next session, until it begins; it links to the session.

    For a substitute, it names the holder and the day. A second link leads to the button “I cannot come”, for the
    person who speaks for the seat or is asked to stand in; if they have announced an absence, the text mentions it.
    Empty once the sheet has a record for the seat.
    """
    session = SessionPage.objects.published().to_begin(now).first()
    if session is None:
        return []
    facts = {"title": session.heading, "hours": hours(session.starts_at, session.ends_at)}
    text, hint, more, is_answered = _("Come to “%(title)s”, %(hours)s") % facts, "", "", False
    cannot_come, can_come = _("You cannot come? Say it here."), _("You can come after all? Say it here.")
    filled = seat_of(member, day_of(session))
    if filled:
        absence = recorded_seats(session, [filled]).get(filled.seat.pk)
        if absence and absence.how != Attendance.How.AHEAD:
            # The sheet already has a record.
            return []
        if speaks_for(filled, member):
            if absence:
                text = _("You do not come to “%(title)s”, %(hours)s") % facts
                hint, is_answered = _("It is noted: you are excused."), True
            if can_announce(session, now):
                more = can_come if absence else cannot_come
        elif absence is None:
            facts["name"] = str(filled.holder)
            text = _("Stand in for %(name)s in case of absence, at “%(title)s”, %(hours)s") % facts
            hint = _("You are asked if you are needed.")
        elif absence.declined_by_id == member.pk:
            text = _("You do not stand in for %(name)s at “%(title)s”, %(hours)s") % {**facts, "name": filled.holder}
            hint, more, is_answered = _("It is noted: the coordination knows it."), can_come, True
        else:
            text = _("Stand in for %(name)s at “%(title)s”, %(hours)s") % {**facts, "name": filled.holder}
            more = cannot_come
    # Fragment below the page header, so that a small phone shows the button without scrolling.
    actions = [Link(str(more), f"{reverse('committee:absence')}#contenu")] if more else []
    task = Task(
        title=text,
        url=session.get_url() or "",
        note=hint,
        until=session.starts_at,
        is_that_day=True,
        actions=actions,
        needs_action=not is_answered,
    )
    return [task]
