"""Attendance at a session, seat by seat, and the alerts about absences."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from committee.models.members import Member, Seat
from committee.models.sessions import SessionPage


class AttendanceQuerySet(models.QuerySet):
    def noted(self) -> Self:
        """Returns the rows noted at the session, on the sheet or with its code, and not announced before it."""
        return self.exclude(how=Attendance.How.AHEAD)

    def represented(self) -> Self:
        """Returns the rows of seats for which somebody came."""
        return self.filter(state__in=Attendance.CAME)


class Attendance(models.Model):
    """State of one seat at one session. Names are visible to officers only; the count of seats is public."""

    class State(models.TextChoices):
        PRESENT = "present", pgettext_lazy("attendance", "Present")
        ONLINE = "online", pgettext_lazy("attendance", "Online")
        EXCUSED = "excused", pgettext_lazy("attendance", "Excused")
        ABSENT = "absent", pgettext_lazy("attendance", "Absent")
        SUBSTITUTED = "substituted", pgettext_lazy("attendance", "Substituted")

    class How(models.TextChoices):
        SHEET = "sheet", _("On the sheet")
        CODE = "code", _("With the code shown in the room")
        AHEAD = "ahead", _("Announced by the member")

    # States in which somebody spoke for the seat.
    CAME = (State.PRESENT, State.ONLINE, State.SUBSTITUTED)

    session = models.ForeignKey(
        SessionPage, verbose_name=_("session"), on_delete=models.CASCADE, related_name="attendances"
    )
    seat = models.ForeignKey(Seat, verbose_name=_("seat"), on_delete=models.PROTECT, related_name="attendances")
    # Member who came, or should have. Empty once the person is deleted: the seat still counts as represented.
    member = models.ForeignKey(
        Member, verbose_name=_("member"), null=True, on_delete=models.SET_NULL, related_name="attendances"
    )
    state = models.CharField(_("state"), max_length=11, choices=State)
    how = models.CharField(_("how it was noted"), max_length=5, choices=How)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("noted by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    recorded_at = models.DateTimeField(_("noted at"))
    # The substitute asked to come for `member`, who cannot come either.
    declined_by = models.ForeignKey(
        Member,
        verbose_name=_("substitute who cannot come either"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="declined",
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("at a session", "attendance")
        verbose_name_plural = pgettext_lazy("at sessions", "attendances")
        constraints = [
            models.UniqueConstraint(fields=["session", "seat"], name="committee_attendance_once_per_seat"),
            models.CheckConstraint(
                condition=models.Q(state__in=["present", "online", "excused", "absent", "substituted"]),
                name="committee_attendance_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat}: {self.get_state_display()}"

    @property
    def came(self) -> bool:
        """True if somebody spoke for the seat."""
        return self.state in self.CAME

    @property
    def source(self) -> str:
        """Way it was noted; for an absence, whether the member announced it or told the secretariat."""
        return gettext("Told to the secretariat") if self.is_told(self.member) else str(self.get_how_display())

    def is_told(self, member: Member | None) -> bool:
        """Returns whether another person, such as the secretariat, entered the absence that `member` announced."""
        return self.how == self.How.AHEAD and (member is None or self.recorded_by_id != member.user_id)

    def is_of(self, speaker: int | None) -> bool:
        """Returns whether the record applies while the member with primary key `speaker` speaks for the seat.

        An announced absence belongs to the person who announced it: a later holder of the seat is not absent.
        """
        return self.how != self.How.AHEAD or self.member_id == speaker


class AbsenceAlert(models.Model):
    """Alert already sent about a run of absences; its first session identifies the run, which is of one mandate."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+")
    first_session = models.ForeignKey(SessionPage, on_delete=models.CASCADE, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        verbose_name = _("alert about absences")
        verbose_name_plural = _("alerts about absences")
        constraints = [
            models.UniqueConstraint(fields=["seat", "first_session"], name="committee_absence_alert_once_per_run")
        ]

    def __str__(self) -> str:
        return f"{self.seat}, {self.first_session}"
