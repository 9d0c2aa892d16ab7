"""Tasks of a member about sessions: come, enter the code, fill in a sheet."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from committee.attendance.queries.absences import can_announce, recorded_seats, speaks_for
from committee.attendance.queries.figures import attendance_of, incomplete_sheets
from committee.models import Attendance, Member, SessionPage
from committee.models.attendance_rules import code_is_valid, day_of, opens_at, refusal_reason
from committee.permissions import records_attendance
from committee.queries.seats import seat_of
from common.templatetags.dates import hours, short_day
from common.waiting import Link, Task

# The sheet of a session that began longer ago is no longer a task.
ASKED_FOR = timedelta(weeks=8)


def attendance_tasks(member: Member, now: datetime) -> list[Task]:
    """Returns the task to enter the code, during a session; from then on, for officers, that to complete the sheet."""
    return [*_own_presence(member, now), *_sheets(member, now)]


def _own_presence(member: Member, now: datetime) -> list[Task]:
    session = SessionPage.objects.visible_to(member.user or AnonymousUser()).next(now)
    if session is None or now < opens_at(session) or not code_is_valid(session, now):
        return []
    filled = seat_of(member, day_of(session))
    if filled is None or Attendance.objects.represented().filter(session=session, seat=filled.seat).exists():
        return []
    return [
        Task(title=_("Say that I am here"), url=reverse("committee:attendance_entry"), until=session.ends_at),
    ]


def _sheets(member: Member, now: datetime) -> list[Task]:
    if not records_attendance(member, timezone.localdate(now)):
        return []
    session = SessionPage.objects.live().next(now)
    begun = attendance_of([session]) if session and not refusal_reason(session, now) else []
    running = [one for one in begun if one.seats and not one.is_complete]
    return [
        Task(
            title=_("Note who came to the session of %(day)s") % {"day": short_day(one.session.starts_at)},
            url=sheet_url(one.session),
            until=one.session.ends_at if one in running else None,
        )
        for one in [*running, *incomplete_sheets(now, since=now - ASKED_FOR)]
    ]


def sheet_url(session: SessionPage) -> str:
    """Returns the URL of the attendance sheet of `session`."""
    return reverse("committee:attendance_sheet", args=[session.slug])


def session_tasks(member: Member, now: datetime) -> Sequence[Task]:
    """Returns the task to come to the next session, until it begins; a substitute reads in whose place, and when.

    It opens the session. A second link leads whoever speaks for a seat, or is asked to stand in, to the button that
    says “I cannot come”; who announced that reads so. None once the sheet says who came for the seat.
    """
    session = SessionPage.objects.published().to_begin(now).first()
    if session is None:
        return []
    facts = {"title": session.heading, "hours": hours(session.starts_at, session.ends_at)}
    text, hint, more, is_said = _("Come to “%(title)s”, %(hours)s") % facts, "", "", False
    cannot, can = _("You cannot come? Say it here."), _("You can come after all? Say it here.")
    filled = seat_of(member, day_of(session))
    if filled:
        absence = recorded_seats(session, [filled]).get(filled.seat.pk)
        if absence and absence.how != Attendance.How.AHEAD:
            # The sheet already says who came.
            return []
        if speaks_for(filled, member):
            if absence:
                text = _("You do not come to “%(title)s”, %(hours)s") % facts
                hint, is_said = _("It is noted: you are excused."), True
            if can_announce(session, now):
                more = can if absence else cannot
        elif absence is None:
            facts["name"] = str(filled.holder)
            text = _("Stand in for %(name)s in case of absence, at “%(title)s”, %(hours)s") % facts
            hint = _("You are asked if you are needed.")
        elif absence.declined_by_id == member.pk:
            text = _("You do not stand in for %(name)s at “%(title)s”, %(hours)s") % {**facts, "name": filled.holder}
            hint, more, is_said = _("It is noted: the coordination knows it."), can, True
        else:
            text = _("Stand in for %(name)s at “%(title)s”, %(hours)s") % {**facts, "name": filled.holder}
            more = cannot
    # Past the head of the page, so that a small phone shows the button at once.
    actions = [Link(str(more), f"{reverse('committee:absence')}#contenu")] if more else []
    task = Task(
        title=text,
        url=session.get_url() or "",
        note=hint,
        until=session.starts_at,
        is_that_day=True,
        actions=actions,
        asks=not is_said,
    )
    return [task]
