"""Dashboard panel about attendance."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from cms.admin.dashboard import DashboardPanel, snippet_url
from committee.attendance.notifications import PANEL
from committee.attendance.queries.absences import (
    SubstituteToCall,
    expected_absences,
    recorded_seats,
    substitutes_to_call,
)
from committee.attendance.queries.figures import (
    AbsenceRun,
    SessionAttendance,
    absence_runs,
    attendance_of,
    with_open_sheets,
)
from committee.attendance.queries.member_tasks import sheet_url
from committee.models import Attendance, Member, Seat, SessionPage
from committee.models.attendance_rules import day_of
from committee.permissions import can_edit_members, can_record_attendance
from committee.queries.seats import seats_on
from common.templatetags.dates import short_day
from common.waiting import Link, Task, TaskList

if TYPE_CHECKING:
    from accounts.models import User

SESSIONS_SHOWN = 3


class AttendancePanel(DashboardPanel):
    """Seat rates of the last sessions, substitutes to call, incomplete sheets, seats absent several times in a row."""

    name = PANEL
    order = 33
    heading = pgettext_lazy("dashboard", "Attendance")
    icon = "group"
    team = gettext_lazy("Secretariat")
    guide = "secretariat"

    @classmethod
    def can_see(cls, user: "User") -> bool:
        return can_record_attendance(user, timezone.localdate())

    def work(self) -> TaskList:
        sheets = [
            Task(
                gettext("Note who came to the session of %(day)s") % {"day": short_day(attendance.session.starts_at)},
                sheet_url(attendance.session),
                note=attendance.noted_in_words,
            )
            for attendance in self.attendance.values()
            if attendance.is_to_complete
        ]
        runs = absence_runs(self.now, at_least=settings.ABSENCES_BEFORE_ALERT)
        tasks = [*map(self._call, substitutes_to_call(self.now)), *sheets, *map(self._task, runs)]
        links = [Link(gettext("See all seats"), snippet_url(Seat, "list"))] if runs else []
        return TaskList(tasks=tasks, facts=[*self._absences(), *self._rates()], links=links)

    def _absences(self) -> list[str]:
        """Returns « Absences annoncées pour le 24 avril 2019 : Aïcha N. (Nora K. : prévenue par e-mail). »"""
        session = SessionPage.objects.live().to_begin(self.now).first()
        if session is None:
            return []
        seats = seats_on(day_of(session))
        absences = expected_absences(recorded_seats(session, seats), seats)
        if not absences:
            return []
        facts = {"day": short_day(session.starts_at), "names": ", ".join(absence.sentence for absence in absences)}
        return [gettext("Absences announced for %(day)s: %(names)s") % facts]

    @cached_property
    def recorded(self) -> list[SessionPage]:
        """The last sessions with a record."""
        sessions = SessionPage.objects.live().held(self.now)
        return list(sessions.filter(Exists(Attendance.objects.filter(session=OuterRef("pk"))))[:SESSIONS_SHOWN])

    @cached_property
    def attendance(self) -> dict[SessionPage, SessionAttendance]:
        """Figures of the sessions with an open sheet, the latest first, then of the other ones in `recorded`."""
        sessions = dict.fromkeys([*with_open_sheets(self.now), *self.recorded])
        return {attendance.session: attendance for attendance in attendance_of(sessions)}

    def _rates(self) -> list[str]:
        """Returns « 24 avril 2019 : 8 sièges représentés sur 10 (80 %) » for each session, the latest first."""
        facts = [attendance for session in self.recorded if (attendance := self.attendance[session]).is_complete]
        return [
            ngettext(
                "%(day)s: %(represented)d seat represented out of %(seats)d (%(rate)d%%)",
                "%(day)s: %(represented)d seats represented out of %(seats)d (%(rate)d%%)",
                attendance.represented,
            )
            % {
                "day": short_day(attendance.session.starts_at),
                "represented": attendance.represented,
                "seats": attendance.seats,
                "rate": attendance.seat_rate,
            }
            for attendance in facts
        ]

    def _call(self, call: SubstituteToCall) -> Task:
        facts = {"name": call.substitute, "day": short_day(call.session.starts_at), "holder": call.holder}
        note = gettext("%(holder)s cannot come. The substitute has no account: no e-mail is sent.") % facts
        if can_edit_members(self.user) and call.substitute.private_phone:
            note = f"{note} {gettext('Telephone: %(number)s.') % {'number': call.substitute.private_phone}}"
        return Task(
            gettext("Call %(name)s for the session of %(day)s") % facts,
            snippet_url(Member, "edit", call.substitute.pk),
            note=note,
            due_on=day_of(call.session),
        )

    def _task(self, run: AbsenceRun) -> Task:
        missed = ngettext("%(count)d session missed in a row", "%(count)d sessions missed in a row", run.missed)
        parts = [missed % {"count": run.missed}]
        if run.excused:
            excused = ngettext("%(count)d of them excused", "%(count)d of them excused", run.excused)
            parts.append(excused % {"count": run.excused})
        title = f"{run.seat} · {run.names}"
        return Task(title, snippet_url(Seat, "edit", run.seat.pk), note=" · ".join(parts))
