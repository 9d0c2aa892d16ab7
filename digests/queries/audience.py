"""Recipients of a newsletter: readers and members."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from committee.attendance.queries.absences import announced
from committee.convocations.queries.calls import without_email
from committee.models import Mandate, Member, SessionPage
from committee.models.attendance_rules import day_of
from committee.models.members import MemberQuerySet
from committee.queries.seats import seats_on
from digests.models import AddressedMember, Newsletter, Subscriber, SubscriberQuerySet

Group = Newsletter.Group


def audience_of(newsletter: Newsletter, *, now: datetime) -> SubscriberQuerySet:
    """Returns the readers who get `newsletter` at `now`: active and not paused.

    None is enqueued for a message to members; what an earlier release enqueued for the readers among them is still
    sent.
    """
    readers = Subscriber.objects.active().exclude(paused_until__gt=timezone.localdate(now))
    if newsletter.audience != Newsletter.Audience.TOPIC:
        return readers
    return readers.filter(topics=newsletter.topic_id) if newsletter.topic_id else readers.none()


def members_of(newsletter: Newsletter, *, now: datetime) -> list[Member]:
    """Returns the members who get `newsletter` at `now`, by name, whatever their digest choices."""
    if not newsletter.is_for_members:
        return []
    today = timezone.localdate(now)
    match newsletter.group:
        case Group.ALL:
            return list(Member.objects.sitting_or_to_come(today).select_related("user"))
        case Group.COLLEGE:
            seats = Mandate.objects.not_over(today).filter(seat__college=newsletter.college)
            of_college = Q(college=newsletter.college) | Q(pk__in=seats.values("member"))
            return list(Member.objects.sitting_or_to_come(today).filter(of_college).select_related("user"))
        case Group.SILENT:
            return _without_absence(newsletter.session) if newsletter.session else []
        case _:
            return _expected_at(newsletter.session) if newsletter.session else []


def _sitting_at(session: SessionPage) -> MemberQuerySet:
    return Member.objects.sitting(day_of(session)).select_related("user")


def _without_absence(session: SessionPage) -> list[Member]:
    absent = set(announced(session).values_list("member", flat=True))
    return [member for member in _sitting_at(session) if member.pk not in absent]


def _expected_at(session: SessionPage) -> list[Member]:
    """Returns the holder of each seat, or the substitute of an absent holder, and members without a seat."""
    absent = set(announced(session).values_list("seat", "member"))
    seats = seats_on(day_of(session))
    seated = {member.pk for filled in seats for member in filled.people}
    expected = set()
    for filled in seats:
        coming = [member.pk for member in filled.people if (filled.seat.pk, member.pk) not in absent]
        expected.update(coming[:1])
    return [member for member in _sitting_at(session) if member.pk in expected or member.pk not in seated]


def colleges(now: datetime) -> list[str]:
    """Returns the colleges of current and future members, and of their seats, in alphabetical order."""
    today = timezone.localdate(now)
    of_members = Member.objects.sitting_or_to_come(today).values_list("college", flat=True)
    of_seats = Mandate.objects.not_over(today).filter(seat__isnull=False).values_list("seat__college", flat=True)
    return sorted({*of_members, *of_seats} - {""}, key=str.casefold)


def letters_of(newsletter: Newsletter, *, now: datetime) -> list[Member]:
    """Returns the members who get `newsletter` on paper only: as sent, or as it would be sent at `now`."""
    if newsletter.has_not_left:
        return without_email(members_of(newsletter, now=now))
    addressed = AddressedMember.objects.filter(newsletter=newsletter, by_mail=False).select_related("member")
    return [addressee.member for addressee in addressed]
