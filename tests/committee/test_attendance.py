"""Attendance: recording, refusals, figures, alerts about absences."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from committee.attendance.queries.absences import recorded_seats
from committee.attendance.queries.figures import (
    absence_runs,
    attendance_by_session,
    attendance_of,
    attendee_count,
    incomplete_sheets,
    percent,
)
from committee.attendance.services.alerts import alert_after_sessions
from committee.attendance.services.recording import record_sheet, record_with_code
from committee.errors import AttendanceRefused
from committee.models import AbsenceAlert, Attendance, Mandate, SessionPage, attendance_rules
from committee.queries.seats import seats_on
from common.templatetags.dates import CITY_ZONE
from mailing.models import Message
from tests.factories import MandateFactory, SeatFactory, SessionPageFactory, UserFactory

pytestmark = pytest.mark.django_db

State, Role, How = Attendance.State, Mandate.Role, Attendance.How
DAY = dt.timedelta(days=1)
STARTS = dt.datetime(2019, 1, 14, 18, tzinfo=CITY_ZONE)
ENDS = STARTS + dt.timedelta(hours=2)
AFTER = ENDS + dt.timedelta(minutes=10)


@pytest.fixture
def officer(db):
    return MandateFactory(role=Role.COORDINATOR, seat=None, member__user=UserFactory()).member.user


def session(starts_at=STARTS, **fields):
    return SessionPageFactory(starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2), **fields)


def seat(substitute=False, **fields):
    """Returns a seat with a holder, and optionally a substitute."""
    holder = MandateFactory(**fields)
    if substitute:
        MandateFactory(seat=holder.seat, role=Role.SUBSTITUTE)
    return holder.seat


def note(page, officer, states, now=None):
    return record_sheet(
        session=page, states={seat.pk: state for seat, state in states.items()}, by=officer, now=now or page.ends_at
    )


# Recorded values


def test_sheet_records_the_member_who_came_or_was_expected(officer):
    page, plain, with_substitute = session(), seat(), seat(substitute=True)
    assert note(page, officer, {plain: State.EXCUSED, with_substitute: State.SUBSTITUTED}, AFTER) == 2
    excused, substituted = Attendance.objects.order_by("seat__order")
    assert (excused.member, excused.recorded_by, excused.recorded_at) == (
        seats_on(STARTS.date())[0].holder,
        officer,
        AFTER,
    )
    assert substituted.member == seats_on(STARTS.date())[1].substitute
    assert substituted.came


def test_unchanged_rows_keep_their_recorder(officer):
    page, one = session(), seat()
    member = one.mandates.get().member
    record_with_code(session=page, member=member, online=True, by=officer, now=STARTS)
    assert note(page, officer, {one: State.ONLINE}, AFTER) == 0
    assert Attendance.objects.get().how == How.CODE
    assert note(page, officer, {one: State.ABSENT}, AFTER) == 1
    assert Attendance.objects.get().how == How.SHEET


def test_seat_has_one_attendance_per_session(officer):
    page, one = session(), seat()
    note(page, officer, {one: State.PRESENT})
    for fields in ({"state": State.PRESENT}, {"state": "venu"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attendance.objects.create(session=page, seat=one, how=How.SHEET, recorded_at=AFTER, **fields)


@pytest.mark.parametrize(
    ("fields", "now", "sentence"),
    [
        ({"minutes_published_at": ENDS}, AFTER, "Le compte rendu est publié"),
        ({"status": "cancelled"}, AFTER, "est annulée"),
        ({}, STARTS - dt.timedelta(minutes=31), "trop tôt"),
    ],
)
def test_closed_attendance_is_refused_with_a_sentence(officer, fields, now, sentence):
    page, one = session(), seat()
    SessionPage.objects.filter(pk=page.pk).update(**fields)
    with pytest.raises(AttendanceRefused, match=sentence):
        note(page, officer, {one: State.PRESENT}, now)
    with pytest.raises(AttendanceRefused):
        record_with_code(session=page, member=one.mandates.get().member, online=False, by=officer, now=now)
    assert not Attendance.objects.exists()


def test_state_that_is_impossible_for_the_seat_is_refused(officer):
    page, alone = session(), seat()
    empty = SeatFactory()
    for states in ({alone: State.SUBSTITUTED}, {alone: State.PRESENT, empty: State.PRESENT}):
        with pytest.raises(AttendanceRefused, match="sièges ont changé"):
            note(page, officer, states)
    assert not Attendance.objects.exists()


# The code


def test_code_is_valid_for_one_session_from_30_minutes_before_to_its_end():
    page, other = session(), session(STARTS + 7 * DAY)
    assert len(attendance_rules.code_of(page)) == 6
    assert attendance_rules.code_matches(page, attendance_rules.code_of(page))
    assert attendance_rules.code_of(page) != attendance_rules.code_of(other)
    half = dt.timedelta(minutes=30)
    moments = [STARTS - half - dt.timedelta(seconds=1), STARTS - half, ENDS, ENDS + dt.timedelta(seconds=1)]
    assert [attendance_rules.code_is_valid(page, moment) for moment in moments] == [False, True, True, False]


def test_the_holder_has_precedence_over_the_substitute(officer):
    page, _one = session(), seat(substitute=True)
    [filled] = seats_on(STARTS.date())
    facts = {"session": page, "by": officer, "now": STARTS}
    assert record_with_code(member=filled.substitute, online=False, **facts).state == State.SUBSTITUTED
    assert record_with_code(member=filled.holder, online=True, **facts).state == State.ONLINE
    again = record_with_code(member=filled.substitute, online=False, **facts)
    assert (again.state, again.member) == (State.ONLINE, filled.holder)
    assert Attendance.objects.count() == 1


def test_a_late_member_is_no_longer_absent(officer):
    page, one = session(), seat()
    note(page, officer, {one: State.ABSENT}, STARTS)
    row = record_with_code(session=page, member=one.mandates.get().member, online=False, by=officer, now=ENDS)
    assert (row.state, row.how) == (State.PRESENT, How.CODE)


def test_a_member_without_a_seat_gets_an_instruction(officer):
    office = MandateFactory(role=Role.FACILITATOR, seat=None).member
    with pytest.raises(AttendanceRefused, match="Dites à la coordination"):
        record_with_code(session=session(), member=office, online=False, by=officer, now=STARTS)


# The figures


def test_seats_and_persons_are_counted_on_the_day_of_the_session(officer, django_assert_num_queries):
    """Three occupied seats, one of them by a substitute only; one empty, one that ended before."""
    page, one, two = session(), seat(), seat(substitute=True)
    alone = MandateFactory(role=Role.SUBSTITUTE).seat
    SeatFactory()
    seat(ends_on=STARTS.date() - DAY)
    seat(starts_on=STARTS.date() + DAY)
    note(page, officer, {one: State.ONLINE, two: State.SUBSTITUTED})
    with django_assert_num_queries(2):
        [before] = attendance_of([page])
    assert (before.recorded, before.is_complete) == (2, False)
    assert attendance_by_session(2019) == []
    note(page, officer, {alone: State.PRESENT})
    [figures] = attendance_by_session(2019)
    assert (figures.seats, figures.represented, figures.seat_rate) == (3, 3, 100)
    assert attendee_count(2019) == 3
    assert attendance_by_session(2018) == []


def test_deletion_of_a_member_does_not_change_the_figures(officer):
    page, one = session(), seat()
    note(page, officer, {one: State.PRESENT})
    MandateFactory(seat=one, role=Role.SUBSTITUTE)
    mandate = one.mandates.get(role=Role.MEMBER)
    mandate.delete()
    mandate.member.delete()
    assert Attendance.objects.get().member is None
    [figures] = attendance_of([page])
    assert (figures.seats, figures.represented) == (1, 1)


@pytest.mark.parametrize(("part", "whole", "expected"), [(8, 10, 80), (1, 3, 33), (2, 3, 67), (1, 8, 13), (0, 0, None)])
def test_a_rate_is_rounded_to_the_nearest(part, whole, expected):
    assert percent(part, whole) == expected


def test_queries_of_a_year_do_not_grow_with_its_sessions(officer, django_assert_num_queries):
    seats = [seat() for _ in range(4)]
    for week in range(8):
        page = session(STARTS + week * 7 * DAY)
        note(page, officer, dict.fromkeys(seats, State.PRESENT))
    with django_assert_num_queries(3):
        assert len(attendance_by_session(2019)) == 8


def test_sheet_is_incomplete_until_each_seat_is_recorded(officer):
    page, one, two = session(), seat(), seat()
    assert incomplete_sheets(STARTS) == []
    note(page, officer, {one: State.PRESENT})
    for later in (AFTER, AFTER + 400 * DAY):
        assert [sheet.session for sheet in incomplete_sheets(later)] == [page]
    note(page, officer, {two: State.ABSENT})
    assert incomplete_sheets(AFTER) == []


# Absences in a row


def hold_sessions(officer, *meetings):
    """Holds one session a week; each of `meetings` maps seats to states."""
    pages = []
    for week, states in enumerate(meetings):
        pages.append(session(STARTS + week * 7 * DAY))
        note(pages[-1], officer, states, pages[-1].ends_at + dt.timedelta(minutes=1))
    return pages


def test_consecutive_absences_are_counted_by_seat_including_excused_ones(officer):
    gone, back, unknown = seat(), seat(), seat()
    pages = hold_sessions(
        officer,
        {gone: State.PRESENT, back: State.ABSENT, unknown: State.ABSENT},
        {gone: State.EXCUSED, back: State.ABSENT, unknown: State.ABSENT},
        {gone: State.ABSENT, back: State.PRESENT},
        {gone: State.ABSENT, back: State.ABSENT, unknown: State.ABSENT},
    )
    runs = absence_runs(pages[-1].ends_at + DAY, at_least=3)
    assert [(run.seat, run.missed, run.excused) for run in runs] == [(gone, 3, 1), (unknown, 3, 0)]
    assert runs[0].first_session_id == pages[1].pk


def test_coordinator_and_deputy_get_one_alert_for_a_run_of_absences(officer):
    deputy = MandateFactory(role=Role.DEPUTY_COORDINATOR, seat=None, member__user=UserFactory()).member.user
    MandateFactory(role=Role.RAPPORTEUR, seat=None, member__user=UserFactory())
    one = seat()
    hold_sessions(officer, {one: State.ABSENT}, {one: State.EXCUSED})
    assert not Message.objects.exists()
    third = session(STARTS + 14 * DAY)
    note(third, officer, {one: State.ABSENT}, third.starts_at)
    assert not Message.objects.exists(), "members can arrive until the end of the session"
    assert alert_after_sessions(now=third.ends_at + dt.timedelta(minutes=1)) == 1
    assert set(Message.objects.values_list("to_email", flat=True)) == {officer.email, deputy.email}
    text = Message.objects.first().payload["text"]
    assert f"{one}, {one.mandates.get().member} : 3 séances (1 absence est excusée)" in text.replace("\u00a0", " ")
    fourth = session(STARTS + 21 * DAY)
    note(fourth, officer, {one: State.ABSENT}, fourth.ends_at + dt.timedelta(minutes=1))
    assert alert_after_sessions(now=fourth.ends_at + dt.timedelta(minutes=2)) == 0
    assert (Message.objects.count(), AbsenceAlert.objects.count()) == (2, 1)


def test_run_of_absences_belongs_to_one_mandate(officer):
    """Bernard missed three sessions and left: the alert named Fatou for them, and hers were never reported."""
    seats = former_seat, again, _alone = seat(), seat(), seat(substitute=True)
    absent = dict.fromkeys(seats, State.ABSENT)
    first, *_others = hold_sessions(officer, absent, absent, absent)
    changes = STARTS.date() + 15 * DAY
    holders = Mandate.objects.filter(seat__in=seats, role=Role.MEMBER)
    same = holders.get(seat=again).member
    holders.update(ends_on=changes - DAY)
    fatou = MandateFactory(seat=former_seat, member__name="Fatou D.", starts_on=changes).member
    MandateFactory(seat=again, member=same, starts_on=changes)
    assert set(AbsenceAlert.objects.values_list("seat", "first_session")) == {(one.pk, first.pk) for one in seats}
    Message.objects.all().delete()
    later = [session(STARTS + week * 7 * DAY) for week in (3, 4, 5)]
    assert absence_runs(later[0].starts_at, at_least=1) == []
    for number, page in enumerate(later, 1):
        note(page, officer, absent, page.ends_at + dt.timedelta(minutes=1))
        assert [run.missed for run in absence_runs(page.ends_at + DAY, at_least=1)] == [number] * len(seats)
    anew = AbsenceAlert.objects.exclude(first_session=first).values_list("seat", "first_session")
    assert set(anew) == {(one.pk, later[0].pk) for one in seats}
    [mail] = Message.objects.all()
    assert f"{former_seat}, {fatou} : 3 séances" in mail.payload["text"].replace("\u00a0", " ")


def test_new_run_after_a_presence_sends_another_alert(officer):
    one = seat()
    absent = {one: State.ABSENT}
    hold_sessions(officer, absent, absent, absent, {one: State.PRESENT}, absent, absent, absent)
    assert AbsenceAlert.objects.count() == 2
    assert Message.objects.filter(to_email=officer.email).count() == 2


def test_tick_does_one_query_if_no_session_has_just_ended(officer, django_assert_num_queries):
    page = session()
    with django_assert_num_queries(1):
        assert alert_after_sessions(now=page.ends_at + 2 * DAY) == 0


def test_sheet_and_figures_count_the_same_announced_absences():
    """The figures attributed the absence of a substitute to a holder who came later."""
    page, alone = session(), MandateFactory(role=Role.SUBSTITUTE)
    facts = {"state": State.EXCUSED, "how": How.AHEAD, "recorded_at": STARTS - DAY}
    Attendance.objects.create(session=page, seat=alone.seat, member=alone.member, **facts)

    def counts():
        return len(recorded_seats(page, seats_on(STARTS.date()))), attendance_of([page])[0].recorded

    assert counts() == (1, 1)
    MandateFactory(seat=alone.seat)
    assert counts() == (0, 0)
