"""Queries of convocations: members to inform, and reasons why a convocation cannot be sent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committee.convocations.queries.deliveries import not_arrived
from committee.models import Convened, Convocation, Mandate, Member, SessionPage
from committee.models.attendance_rules import day_of
from committee.models.members import includes
from committee.permissions import can_edit_members, can_edit_sessions
from committee.queries.seats import FilledSeat, seats_on
from common.appointments import Change, changes, words_of
from common.templatetags.dates import in_city_time, short_day
from common.waiting import Task

# Members are to be called this long before a session.
CALLED_WITHIN = timedelta(weeks=3)


def changes_since(convocation: Convocation, session: SessionPage) -> list[Change]:
    """Returns the facts of `session` (day, hours, place, link) that differ from `convocation`."""
    has_facts = convocation.starts_at and convocation.ends_at
    differences = changes(words_of(convocation), words_of(session)) if has_facts else []
    if session.online_link and session.online_link != convocation.online_link:
        label = _("Link to take part from afar")
        differences.append(Change(label, convocation.online_link or _("none"), session.online_link, is_private=True))
    return differences


def is_outdated(convocation: Convocation, session: SessionPage) -> bool:
    """Returns whether `convocation` differs from `session`."""
    if session.is_cancelled:
        return not convocation.is_cancellation
    return convocation.is_cancellation or bool(changes_since(convocation, session))


def known_facts(session: SessionPage, corrected: Convocation | None) -> SessionPage | Convocation:
    """Returns the object with the date and place that a member who received `corrected` knows."""
    return corrected if corrected and corrected.starts_at else session


class SittingDays:
    """Members who sit on any day from `since`, by name. One query for all days."""

    def __init__(self, since: date) -> None:
        self.mandates: dict[Member, list[Mandate]] = {}
        for mandate in Mandate.objects.not_over(since).select_related("member__user").order_by("member__name"):
            self.mandates.setdefault(mandate.member, []).append(mandate)

    def sits(self, member: Member, on: date) -> bool:
        """Returns whether `member` sits on the date `on`."""
        return any(includes(mandate, on) for mandate in self.mandates[member])

    def on(self, on: date) -> list[Member]:
        """Returns the members who sit on the date `on`."""
        return [member for member in self.mandates if self.sits(member, on)]


@dataclass(frozen=True)
class SessionCalls:
    """Members called to a session, with their last convocation, and members still to be informed."""

    session: SessionPage
    # Members who sit on the day of the session, by name.
    sitting: list[Member]
    # Convocations of each member, by primary key of the member, the first one first.
    received: dict[int, list[Convocation]]
    # Members with a convocation who sit on the day of the session or on a day for which they were called.
    convened: list[Member]

    def last(self, member: Member) -> Convocation:
        """Returns the last convocation of a member who has received one."""
        return self.received[member.pk][-1]

    def before(self, convocation: Convocation, member: Member) -> Convocation | None:
        """Returns the convocation of `member` that `convocation` corrects; an unsaved one corrects the last."""
        received = self.received.get(member.pk, [])
        earlier = received[: received.index(convocation)] if convocation in received else received
        return earlier[-1] if earlier else None

    def corrected(self, member: Member) -> Convocation | None:
        """Returns the convocation that the next message to `member` corrects, or that the last one corrected."""
        if member in self.outdated:
            return self.last(member)
        return self.before(self.last(member), member) if member.pk in self.received else None

    @property
    def is_leaving(self) -> bool:
        """True if a message about the session is about to leave."""
        draft = getattr(self.session, "convocation_draft", None)
        return draft is not None and draft.send_at is not None

    @cached_property
    def outdated(self) -> list[Member]:
        """Members whose last convocation differs from the session."""
        return [member for member in self.convened if is_outdated(self.last(member), self.session)]

    @cached_property
    def arrived(self) -> list[Member]:
        """Members who sit on the day of the session and joined after its members were called."""
        if self.session.is_cancelled or not self.received:
            return []
        return [member for member in self.sitting if member.pk not in self.received]

    @property
    def everyone(self) -> list[Member]:
        """Recipients of a message about the session, including members who were called for another day."""
        if self.session.is_cancelled:
            return self.convened
        return sorted({*self.sitting, *self.outdated}, key=lambda member: member.name.casefold())

    @cached_property
    def changes(self) -> list[Change]:
        """Changes of the session since the last convocations, without duplicates."""
        sent = dict.fromkeys(self.last(member) for member in self.outdated)
        return list(
            dict.fromkeys(change for convocation in sent for change in changes_since(convocation, self.session))
        )

    def recipients(self, *, only_arrived: bool) -> list[Member]:
        """Returns the recipients of the next message; for a cancelled session, the members not yet informed."""
        if only_arrived:
            return self.arrived
        return self.outdated if self.session.is_cancelled else self.everyone


def session_calls(sessions: Iterable[SessionPage], now: datetime) -> list[SessionCalls]:
    """Returns the calls of each of `sessions`, in order. Three queries in total."""
    sent = Convocation.objects.order_by("sent_at", "pk").prefetch_related(
        Prefetch("convened", queryset=Convened.objects.order_by())
    )
    session_list = list(sessions)
    prefetch_related_objects(session_list, Prefetch("convocations", queryset=sent, to_attr="sent_convocations"))
    days = SittingDays(timezone.localdate(now)) if session_list else None
    return [_calls_of(session, days) for session in session_list] if days else []


def _calls_of(session: SessionPage, days: SittingDays) -> SessionCalls:
    sent: list[Convocation] = session.sent_convocations  # type: ignore[attr-defined]
    received: dict[int, list[Convocation]] = {}
    for convocation in sent:
        for row in convocation.convened.all():
            received.setdefault(row.member_id, []).append(convocation)
    convened = [
        member
        for member in days.mandates
        if (calls := received.get(member.pk)) and any(days.sits(member, on) for on in _days(session, *calls))
    ]
    return SessionCalls(session, days.on(day_of(session)), received, convened)


def _days(*subjects: SessionPage | Convocation) -> set[date]:
    """Returns the days of a session and of the convocations to it."""
    return {in_city_time(subject.starts_at).date() for subject in subjects if subject.starts_at}


def calls_of(session: SessionPage, now: datetime) -> SessionCalls:
    """Returns the calls of one session."""
    return session_calls([session], now)[0]


def calls_to_come(now: datetime) -> list[SessionCalls]:
    """Returns the calls of published sessions to come that have a convocation, the next session first."""
    convened = Convocation.objects.values("session")
    sessions = SessionPage.objects.published().filter(starts_at__gt=now, pk__in=convened).order_by("starts_at")
    return session_calls(sessions.select_related("convocation_draft"), now)


def session_refusal(session: SessionPage, *, now: datetime) -> str:
    """Returns why `session` cannot have a convocation at `now`, regardless of its members; "" if it can."""
    if not SessionPage.objects.published().filter(pk=session.pk).exists():
        return _("Publish the session first: the message leads to its page.")
    if session.is_cancelled and not session.convocations.exists():
        return _("This session is cancelled.")
    if session.starts_at <= now:
        return _("This session has begun.")
    return ""


def refusal_reason(session: SessionPage, members: list[Member], *, now: datetime) -> str:
    """Returns why a message about `session` to `members` cannot be sent at `now`; "" if it can."""
    if reason := session_refusal(session, now=now):
        return reason
    if members:
        return ""
    if session.is_cancelled:
        return _("This session is cancelled, and those who were called to it were told.")
    if not SittingDays(timezone.localdate(now)).on(day_of(session)):
        message = _("Nobody sits on %(day)s, the day of the session. Write the mandates in the list of members first.")
        return message % {"day": short_day(session.starts_at)}
    return _("Everyone who sits on the day of the session was called already.")


def has_email(member: Member) -> bool:
    """Returns whether `member` has an active account."""
    return member.user is not None and member.user.is_active


def without_email(members: Iterable[Member]) -> list[Member]:
    """Returns those of `members` without e-mail, who are informed by phone or on paper."""
    return [member for member in members if not has_email(member)]


@dataclass(frozen=True)
class PendingStep:
    """Next step for the members called to a session: sentence, URL and details."""

    session: SessionPage
    text: str
    url: str
    note: str
    # Deadline: the session, or the time for which members were called.
    until: datetime


def pending_steps(now: datetime, *, shows_phones: bool = False) -> Iterator[PendingStep]:
    """Yields the messages to send to members about sessions to come, except for those that are about to leave.

    At most seven queries. `shows_phones` adds the telephone numbers of members to call, for users who can edit
    members.
    """
    yield from _not_convened(now)
    coming = calls_to_come(now)
    for calls in coming:
        if calls.is_leaving:
            continue
        if calls.outdated:
            note = _changed(calls.changes)
            url = convene_url(calls.session)
            yield _step(calls, notification_label(calls), calls.outdated, url, note, shows_phones)
        if calls.arrived:
            count = len(calls.arrived)
            text = ngettext(
                "Call %(count)d person who arrived after the convocation of %(day)s",
                "Call %(count)d people who arrived after the convocation of %(day)s",
                count,
            ) % {"count": count, "day": short_day(calls.session.starts_at)}
            url = convene_url(calls.session, only_arrived=True)
            yield _step(calls, text, calls.arrived, url, "", shows_phones)
    yield from _not_arrived(coming, shows_phones)


def _not_convened(now: datetime) -> Iterator[PendingStep]:
    """Yields the sessions of the next weeks that have an agenda and no convocation."""
    soon = SessionPage.objects.published().to_begin(now).filter(starts_at__lte=now + CALLED_WITHIN)
    ready = soon.filter(convocations=None, convocation_draft__send_at=None, agenda_items__isnull=False).distinct()
    for session in ready:
        text = _("Call the members to the session of %(day)s") % {"day": short_day(session.starts_at)}
        yield PendingStep(session, text, convene_url(session), session.heading, session.starts_at)


def _not_arrived(all_calls: list[SessionCalls], shows_phones: bool) -> Iterator[PendingStep]:
    """Yields the convocations with failed mails, each with the members to inform otherwise."""
    sent = [
        (calls.last(member), member) for calls in all_calls for member in calls.convened if member not in calls.outdated
    ]
    members: dict[Convocation, list[Member]] = {}
    for convocation, member in not_arrived(sent):
        members.setdefault(convocation, []).append(member)
    for convocation, unreached in members.items():
        session, count = convocation.session, len(unreached)
        text = ngettext(
            "Call %(count)d person, or write: the e-mail about the session of %(day)s did not arrive",
            "Call %(count)d people, or write: the e-mail about the session of %(day)s did not arrive",
            count,
        ) % {"count": count, "day": short_day(session.starts_at)}
        note = ", ".join(reached_at(member, shows_phone=shows_phones) for member in unreached)
        url = reverse("convocations:sent", args=[convocation.pk])
        yield PendingStep(session, text, url, note, session.starts_at)


def _step(
    calls: SessionCalls, text: str, members: list[Member], url: str, note: str, shows_phones: bool
) -> PendingStep:
    notes = [note, _to_call(without_email(members), shows_phones)]
    announced = [calls.last(member).starts_at for member in calls.outdated] if members == calls.outdated else []
    until = min(moment for moment in (calls.session.starts_at, *announced) if moment)
    return PendingStep(calls.session, text, url, " ".join(filter(None, notes)), until)


def notification_label(calls: SessionCalls) -> str:
    """Returns « Prévenir 11 membres : la séance du 15 mars est annulée », with the day for which they were called."""
    count, announced_at = len(calls.outdated), calls.last(calls.outdated[0]).starts_at
    if calls.session.is_cancelled:
        label = ngettext(
            "Tell %(count)d member: the session of %(day)s is cancelled",
            "Tell %(count)d members: the session of %(day)s is cancelled",
            count,
        )
    else:
        label = ngettext(
            "Tell %(count)d member: the session of %(day)s has changed",
            "Tell %(count)d members: the session of %(day)s has changed",
            count,
        )
    return label % {"count": count, "day": short_day(announced_at or calls.session.starts_at)}


def _changed(changes: list[Change]) -> str:
    """Returns « Lieu : salle 12 (avant : salle 32). » For a link, only its name."""
    sentence = _("%(label)s: %(after)s (before: %(before)s).")
    facts = [
        {"label": change.label, "after": change.after, "before": change.before}
        for change in changes
        if not change.is_private
    ]
    named = [_("%(label)s: changed.") % {"label": change.label} for change in changes if change.is_private]
    return " ".join([*(sentence % fact for fact in facts), *named])


def reached_at(member: Member, *, shows_phone: bool) -> str:
    """Returns « Paul (06 12 34 56 78) », with the number if `shows_phone`."""
    return f"{member.name} ({member.private_phone})" if shows_phone and member.private_phone else member.name


def _to_call(members: list[Member], shows_phones: bool) -> str:
    if not members:
        return ""
    names = ", ".join(reached_at(member, shows_phone=shows_phones) for member in members)
    return _("To call, or to tell by letter: %(names)s.") % {"names": names}


def convene_url(session: SessionPage, *, only_arrived: bool = False) -> str:
    """Returns the URL of the view that sends a message about `session`."""
    return reverse("convocations:convene", args=[session.pk]) + ("?pour=arrivees" if only_arrived else "")


def convocation_tasks(member: Member, now: datetime) -> Iterator[Task]:
    """Yields messages to send, for users who can edit sessions, and cancelled sessions to which `member` was called."""
    if member.user and can_edit_sessions(member.user):
        for step in pending_steps(now, shows_phones=can_edit_members(member.user)):
            yield Task(title=step.text, url=step.url, note=step.note, until=step.until)
    cancelled = SessionPage.objects.published().filter(
        status=SessionPage.Status.CANCELLED, starts_at__gt=now, convocations__convened__member=member
    )
    for session in cancelled.distinct().order_by("starts_at"):
        text = _("The session of %(day)s is cancelled: you have nothing to do") % {"day": short_day(session.starts_at)}
        yield Task(title=text, url=session.get_url() or "", until=session.starts_at, is_that_day=True)


@dataclass(frozen=True)
class Sheet:
    """Convocation on paper for one member: the seat on the day of the session, and its other person."""

    member: Member
    # Holder of the facts of a cancelled session that the member knows: an earlier convocation, or the session.
    announced: SessionPage | Convocation
    # True if the member sits on the day of the session.
    is_expected: bool
    filled: FilledSeat | None
    # Convocation of this member to correct, if any, and the changes since.
    corrected: Convocation | None
    changes: list[Change]

    @property
    def replaces(self) -> Member | None:
        """The holder, if this member is the substitute."""
        return self.filled.holder if self.filled and self.filled.holder != self.member else None

    @property
    def replaced_by(self) -> Member | None:
        """The substitute, if this member holds the seat."""
        return self.filled.stand_in if self.filled and self.filled.holder == self.member else None


def sheets_for(calls: SessionCalls, members: list[Member]) -> list[Sheet]:
    """Returns a sheet for each of `members`. Two queries."""
    seats = {member: filled for filled in seats_on(day_of(calls.session)) for member in filled.people}
    return [
        Sheet(
            member,
            announced=known_facts(calls.session, corrected := calls.corrected(member)),
            is_expected=member in calls.sitting,
            filled=seats.get(member),
            corrected=corrected,
            changes=[change for change in changes_since(corrected, calls.session) if not change.is_private]
            if corrected
            else [],
        )
        for member in members
    ]
