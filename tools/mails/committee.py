"""Mails about the committee's work: minutes, corrections, absences, convocations."""

import uuid
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from committee.area.services import tell_former_members
from committee.attendance.services.absences import announce_absence, withdraw_absence
from committee.attendance.services.alerts import alert_absences
from committee.convocations.services import convene
from committee.handover.queries import office_group
from committee.handover.services import follow_offices
from committee.invitations.services import invite
from committee.minutes.notifications import MinutesApproved
from committee.minutes.services import decide_correction, open_round
from committee.models import (
    AbsenceAlert,
    AccountInvitation,
    Convocation,
    Correction,
    Mandate,
    Member,
    OfficeRights,
    SessionMinutes,
    SessionPage,
)
from committee.models.attendance_rules import day_of
from committee.queries.seats import seats_on
from common.shown import BY_PROGRAM
from tools.mails.stage import Stage, sent


def minutes_open(stage: Stage) -> str:
    """Opens the minutes to members, who may propose corrections."""
    record = SessionMinutes.objects.get(state=SessionMinutes.State.OPEN)
    reader, until = stage.user("membre"), record.corrections_until + timedelta(days=1)
    open_round(session=record.session, actor=stage.user("helene"), until=until, now=stage.now, shown=BY_PROGRAM)
    return reader.email


def minutes_approved(stage: Stage) -> str:
    """Approves minutes with their decisions; the recipient is a member with an assigned action."""
    record = SessionMinutes.objects.approved().latest("session__starts_at")
    reader = stage.user("membre")
    record.session.actions.create(
        text="Envoyer les deux demandes à la ville.", member=reader.member, due_on=stage.now.date() + timedelta(days=14)
    )
    MinutesApproved.send_all(record, day=stage.now.date(), now=stage.now)
    return reader.email


def correction_accepted(stage: Stage) -> str:
    """Accepts a correction."""
    return _decided(stage, Correction.State.ACCEPTED)


def correction_refused(stage: Stage) -> str:
    """Refuses a correction."""
    return _decided(stage, Correction.State.REFUSED)


def _decided(stage: Stage, state: Correction.State) -> str:
    correction = Correction.objects.filter(state=Correction.State.WAITING).first()
    reason, secretariat = "Les notes de la séance le disent ainsi.", stage.user("secretariat")
    decide_correction(
        correction=correction, actor=secretariat, state=state, reason=reason, now=stage.now, shown=BY_PROGRAM
    )
    return correction.author.email


def absences(stage: Stage) -> str:
    """Reports a seat without a representative for three sessions in a row."""
    AbsenceAlert.objects.all().delete()
    alert_absences(now=stage.now)
    return stage.user("helene").email


def absence_announced(stage: Stage) -> str:
    """Announces the absence of a holder: the substitute is asked to come."""
    holder, substitute = _pair(stage)
    announce_absence(session=_next_session(stage), member=holder, by=stage.user("helene"), now=stage.now)
    return substitute.email


def absence_taken_back(stage: Stage) -> str:
    """Cancels the absence of the holder."""
    email = absence_announced(stage)
    sent(stage.now)
    withdraw_absence(session=_next_session(stage), member=_pair(stage)[0], now=stage.now)
    return email


def absence_of_both(stage: Stage) -> str:
    """Announces the absence of the substitute too: the coordination learns that the seat stays empty."""
    holder, substitute = _pair(stage)
    session, by = _next_session(stage), stage.user("helene")
    for member in (holder, substitute.member):
        announce_absence(session=session, member=member, by=by, now=stage.now)
    return by.email


def _next_session(stage: Stage) -> SessionPage:
    return SessionPage.objects.published().next(stage.now)


def _pair(stage: Stage) -> tuple[Member, User]:
    """Returns a holder, and a user for the substitute, who has none in the demonstration."""
    filled = next(seat for seat in seats_on(day_of(_next_session(stage))) if seat.holder and seat.substitute)
    substitute = filled.substitute
    substitute.user = stage.user("habitante")
    substitute.save(update_fields=["user"])
    return filled.holder, substitute.user


def account_invited(stage: Stage) -> str:
    """Invites a member without an account again, a week after the first invitation."""
    member = Member.objects.filter(invitation__email__gt="").get()
    email = member.invitation.email
    AccountInvitation.objects.filter(member=member).update(sent_at=stage.ago(8))
    invite(invited=[(member, email)], by=stage.user("admin"), now=stage.now)
    return email


def convocation(stage: Stage) -> str:
    """Convenes the members to the next session for the first time."""
    Convocation.objects.all().delete()
    return _called(stage, "Nous parlerons des durées. Lisez la page avant de venir.")


def office_changed(stage: Stage) -> str:
    """Begins the office of a coordinator, whose rights were given ahead."""
    user, today = stage.user("membre"), stage.now.date()
    Mandate.objects.filter(role=Mandate.Role.COORDINATOR).delete()
    Mandate.objects.create(member=user.member, role=Mandate.Role.COORDINATOR, starts_on=today)
    OfficeRights.objects.create(user=user, group=office_group(), given_at=stage.now, begins_on=today)
    follow_offices(now=stage.now)
    return user.email


def mandate_ended(stage: Stage) -> str:
    """Ends the last mandate of a member, the day before."""
    user = stage.user("membre")
    yesterday = timezone.localdate(stage.now) - timedelta(days=1)
    Mandate.objects.filter(member__user=user).update(ends_on=yesterday)
    tell_former_members(now=stage.now)
    return user.email


def convocation_corrected(stage: Stage) -> str:
    """Sends a corrected convocation after a change of the session."""
    _called(stage, "Nous parlerons des durées.")
    SessionPage.objects.filter(pk=_next_session(stage).pk).update(place="Centre administratif, salle 12")
    return _called(stage, "La salle a changé.")


def convocation_cancelled(stage: Stage) -> str:
    """Cancels the session: its members are notified."""
    _called(stage, "Nous parlerons des durées.")
    session = _next_session(stage)
    SessionPage.objects.filter(pk=session.pk).update(status=SessionPage.Status.CANCELLED)
    return _called(stage, "Nous cherchons une autre date.", session)


def _called(stage: Stage, words: str, session: SessionPage | None = None) -> str:
    convene(
        session=session or _next_session(stage),
        words=words,
        online_link="https://comite.example/visio",
        sender=stage.user("secretariat"),
        key=uuid.uuid4(),
        shown=BY_PROGRAM,
        now=stage.now,
    )
    return stage.user("membre").email
