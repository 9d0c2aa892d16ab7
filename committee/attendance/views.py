"""Pages of attendance in the members' area: sheet, code display, code entry, absence."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from django.views.generic.base import ContextMixin

from accounts.models import User
from committee.area.views.access import MembersOnlyMixin
from committee.attendance.forms import REMAINING, CodeForm, SheetForm, seat_label, state_label
from committee.attendance.queries.absences import (
    announced,
    can_announce,
    expected_absences,
    recorded_seats,
    session_to_come,
    speaks_for,
    substitute_account,
)
from committee.attendance.services.absences import announce_absence, withdraw_absence
from committee.attendance.services.recording import State, record_sheet, record_with_code
from committee.errors import AttendanceRefused
from committee.models import Attendance, Member, SessionPage
from committee.models.attendance_rules import OPENS_BEFORE, code_is_valid, code_matches, code_of, day_of, refusal_reason
from committee.permissions import can_record_attendance, sitting_member
from committee.queries.seats import FilledSeat, seat_of, seats_on
from common.action_forms import ActionFormView
from common.errors import Refusal
from common.limits import allow

MAX_TRIES_PER_HOUR = 10
WRONG_CODE = _("This is not the code of the session. Read it again on the screen, or ask the coordinator.")
TOO_OFTEN = _("You have tried many times. Tell the coordinator that you are here: your presence is noted for you.")


class SessionAttendanceMixin(AccessMixin, ContextMixin):
    """View of the attendance at one session, for officers and the secretariat."""

    request: HttpRequest
    kwargs: dict[str, Any]
    title: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not can_record_attendance(request.user, timezone.localdate()):
            raise PermissionDenied
        self.now = timezone.now()
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def session(self) -> SessionPage:
        return get_object_or_404(SessionPage.objects.live(), slug=self.kwargs["slug"])

    @cached_property
    def all_seats(self) -> list[FilledSeat]:
        return seats_on(day_of(self.session))

    @cached_property
    def seats(self) -> list[FilledSeat]:
        """Seats that are filled on that day."""
        return [filled for filled in self.all_seats if filled.people]

    @cached_property
    def recorded(self) -> dict[int, Attendance]:
        return recorded_seats(self.session, self.seats)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        index = self.session.get_parent()
        return super().get_context_data(
            session=self.session,
            refusal=refusal_reason(self.session, self.now),
            parents=[(index.url, index.title), (self.session.url, self.session.heading)],
            current=self.title,
            **kwargs,
        )


class SheetView(SessionAttendanceMixin, ActionFormView):
    """Sheet with one choice per seat.

    It can be saved several times while people arrive. Before the session it records absences announced by phone or
    by letter.
    """

    template_name = "committee/attendance/sheet.html"
    form_class = SheetForm
    title = _("Attendance")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "seats": self.seats, "recorded": self.recorded}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.keys() & {"absent", "vient"}:
            return self._note_absence(request.POST)
        return super().post(request, *args, **kwargs)

    def _note_absence(self, data: QueryDict) -> HttpResponse:
        comes = "vient" in data
        members = {str(member.pk): (member, filled) for filled in self.seats for member in filled.people}
        try:
            member, filled = members[str(data["vient" if comes else "absent"])]
            if comes:
                withdraw_absence(session=self.session, member=member, now=self.now)
                messages.success(self.request, gettext("Noted: %(name)s comes.") % {"name": member})
            else:
                user = cast(User, self.request.user)
                announce_absence(session=self.session, member=member, by=user, now=self.now)
                messages.success(self.request, self._noted_absence(member, filled))
        except KeyError:
            message = gettext("The seats have changed meanwhile. Load this page again, then note who came.")
            messages.warning(self.request, message)
        except AttendanceRefused as refused:
            messages.warning(self.request, str(refused))
        return redirect("committee:attendance_sheet", slug=self.session.slug)

    def _noted_absence(self, member: Member, filled: FilledSeat) -> str:
        """Returns the message that the absence is recorded, with the next step about the substitute."""
        facts = {"name": member, "substitute": filled.stand_in}
        if not speaks_for(filled, member) or filled.stand_in is None:
            return gettext("Noted: %(name)s cannot come. Nobody comes for the seat.") % facts
        if substitute_account(filled):
            return gettext("Noted: %(name)s cannot come. An e-mail asks %(substitute)s to stand in.") % facts
        return gettext("Noted: %(name)s cannot come. Call %(substitute)s, who has no account, to stand in.") % facts

    def submit(self, form: SheetForm) -> HttpResponse:
        record_sheet(session=self.session, states=form.states, by=cast(User, self.request.user), now=self.now)
        self._confirm(len(self.recorded.keys() | form.states.keys()))
        return redirect("committee:attendance_sheet", slug=self.session.slug)

    def _confirm(self, recorded: int) -> None:
        seats = len(self.seats)
        if recorded >= seats:
            messages.success(self.request, gettext("Saved. Every seat is noted: thank you."))
            return
        text = ngettext(
            "Saved. %(count)d seat is left to note.", "Saved. %(count)d seats are left to note.", seats - recorded
        )
        messages.success(self.request, text % {"count": seats - recorded})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        present = [
            (seat_label(filled), state_label(State(row.state), filled))
            for filled in self.seats
            if (row := self.recorded.get(filled.seat.pk))
        ]
        absences = {absence.filled.seat.pk: absence for absence in expected_absences(self.recorded, self.seats)}
        return super().get_context_data(
            seats=self.seats,
            empty_seats=[filled.seat for filled in self.all_seats if not filled.people],
            recorded=present,
            rest=REMAINING,
            shows_code=code_is_valid(self.session, self.now),
            takes_absences=can_announce(self.session, self.now),
            expected=[(filled, absences.get(filled.seat.pk)) for filled in self.seats],
            **kwargs,
        )


class PaperSheetView(SessionAttendanceMixin, TemplateView):
    """Printable attendance sheet: one line per filled seat, and empty lines for guests."""

    template_name = "committee/attendance/paper.html"
    title = _("Sheet to sign")
    guests = 6

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        excused = {absence.filled.seat.pk for absence in expected_absences(self.recorded, self.seats)}
        lines = [(filled, filled.seat.pk in excused) for filled in self.seats]
        return super().get_context_data(lines=lines, guests=range(self.guests), **kwargs)


class CodeView(SessionAttendanceMixin, TemplateView):
    """The code in large digits, for the screen of the room, with the number of members who have entered it."""

    template_name = "committee/attendance/code.html"
    title = _("Code of the session")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        code = code_of(self.session) if code_is_valid(self.session, self.now) else ""
        return super().get_context_data(
            code=code,
            halves=(code[:3], code[3:]),
            entered=sum(row.how == Attendance.How.CODE for row in self.recorded.values()),
            entry_url=self.request.build_absolute_uri(reverse("committee:attendance_entry")),
            **kwargs,
        )


class EntryView(MembersOnlyMixin, ActionFormView):
    """Form in which a member enters the code, from half an hour before the session until its end."""

    template_name = "committee/attendance/entry.html"
    form_class = CodeForm
    title = _("Say that I am here")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.now = timezone.now()
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def session(self) -> SessionPage | None:
        """The current or next session visible to the member."""
        return SessionPage.objects.visible_to(self.request.user).next(self.now)

    @property
    def is_open(self) -> bool:
        return self.session is not None and code_is_valid(self.session, self.now)

    @cached_property
    def recorded(self) -> Attendance | None:
        """Attendance record of the member's seat, if it is represented."""
        if self.session is None or (filled := seat_of(self.member, day_of(self.session))) is None:
            return None
        rows = Attendance.objects.represented().select_related("member")
        return rows.filter(session=self.session, seat=filled.seat).first()

    def submit(self, form: CodeForm) -> HttpResponse:
        if self.session is None or not self.is_open:
            return redirect("committee:attendance_entry")
        user_pk = str(self.request.user.pk)
        if not allow("attendance-code", user_pk, limit=MAX_TRIES_PER_HOUR, seconds=3600, now=self.now):
            self.invalid_status = 429
            raise Refusal(TOO_OFTEN)
        if not code_matches(self.session, form.cleaned_data["code"]):
            form.add_error("code", WRONG_CODE)
            return self.form_invalid(form)
        record_with_code(
            session=self.session,
            member=self.member,
            online=form.is_online,
            by=cast(User, self.request.user),
            now=self.now,
        )
        return redirect("committee:attendance_entry")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            session=self.session,
            is_open=self.is_open,
            recorded=self.recorded,
            opens_before=int(OPENS_BEFORE.total_seconds() // 60),
            **kwargs,
        )


class AbsenceView(MembersOnlyMixin, TemplateView):
    """Form to announce or withdraw an absence from the next session.

    It is for members who sit today or on the day of that session: convocations may arrive before a mandate begins.
    """

    template_name = "committee/attendance/absence.html"
    title = _("I cannot come")

    def get_member(self, request: HttpRequest) -> Member | None:
        self.now = timezone.now()
        if member := super().get_member(request):
            return member
        return sitting_member(request.user, day_of(self.session)) if self.session else None

    def get_parents(self) -> list[tuple[str, str]]:
        return super().get_parents() if super().get_member(self.request) else []

    @cached_property
    def session(self) -> SessionPage | None:
        """The next session, until it begins."""
        return session_to_come(self.request.user, self.now)

    @cached_property
    def seat(self) -> FilledSeat | None:
        """Seat that this member fills on that day."""
        return seat_of(self.member, day_of(self.session)) if self.session else None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The form carries the session it was shown for: by now, another one may be the next.
        if self.session is None or request.POST.get("session") != str(self.session.pk):
            messages.warning(request, gettext("It is too late to say it here. Tell the coordinator."))
            return redirect("committee:absence")
        try:
            if "vient" in request.POST:
                withdraw_absence(session=self.session, member=self.member, now=self.now)
                messages.success(request, self._you_come())
            else:
                user = cast(User, request.user)
                announce_absence(session=self.session, member=self.member, by=user, now=self.now)
                messages.success(request, self._you_are_excused())
        except AttendanceRefused as refused:
            messages.warning(request, str(refused))
        return redirect("committee:absence")

    @property
    def _speaks(self) -> bool:
        return bool(self.seat and speaks_for(self.seat, self.member))

    def _you_are_excused(self) -> str:
        if self._speaks:
            return gettext("Noted: you are excused. Thank you for saying it.")
        return gettext("Noted: you cannot stand in. The coordination knows it.")

    def _you_come(self) -> str:
        if not self._speaks or self.seat is None or self.seat.stand_in is None or substitute_account(self.seat):
            return gettext("Noted: you come.")
        # This person gets no e-mail: the secretariat may have called them.
        message = gettext("Noted: you come. Tell %(name)s: the secretariat may have called.")
        return message % {"name": self.seat.stand_in}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        absence = None
        if self.session and self.seat:
            absence = announced(self.session).filter(seat=self.seat.seat, member=self.seat.people[0]).first()
        return super().get_context_data(
            session=self.session,
            seat=self.seat,
            speaks=self._speaks,
            is_absent=bool(absence and (self._speaks or absence.declined_by_id == self.member.pk)),
            is_asked=bool(absence and not self._speaks),
            is_declined=bool(absence and absence.declined_by_id),
            gets_mail=bool(self.seat and substitute_account(self.seat)),
            **kwargs,
        )
