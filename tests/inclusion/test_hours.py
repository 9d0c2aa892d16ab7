"""Opening hours: correct at each boundary, on the holidays of Alsace, across changes of hour; and in words."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from inclusion.models import Place
from inclusion.models.hours import can_be_read, opening_at, spans_past_midnight, week_of
from inclusion.models.week import week_in, with_week
from inclusion.queries.opening import closures_to_come, days_to_come, opening_words, week_in_words

PARIS = ZoneInfo("Europe/Paris")
COUNTER = "Mo-Th 08:00-12:00,13:00-17:00; Fr 08:00-12:00"
# Monday 14 January 2019; Friday the 18th; Easter was on 21 April 2019.
MONDAY, FRIDAY = (2019, 1, 14), (2019, 1, 18)
GOOD_FRIDAY = (2019, 4, 19)


def at(day, hour, minute=0, second=0):
    return dt.datetime(*day, hour, minute, second, tzinfo=PARIS)


def is_open(hours, moment, **kwargs):
    return opening_at(hours, moment, **kwargs).is_open


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(MONDAY, 7, 59, 59), False),
        (at(MONDAY, 8), True),
        (at(MONDAY, 11, 59, 59), True),
        (at(MONDAY, 12), False),
        (at(MONDAY, 12, 59, 59), False),
        (at(MONDAY, 13), True),
        (at(MONDAY, 16, 59, 59), True),
        (at(MONDAY, 17), False),
        (at(FRIDAY, 13), False),
    ],
    ids=range(9),
)
def test_opening_at_boundaries(moment, expected):
    assert is_open(COUNTER, moment) is expected
    # The same moment, in the time zone returned by the database.
    assert is_open(COUNTER, moment.astimezone(dt.UTC)) is expected


@pytest.mark.parametrize(
    "day", [(2018, 12, 26), (2019, 12, 26), GOOD_FRIDAY, (2026, 4, 3), (2019, 5, 1), (2019, 12, 25)], ids=range(6)
)
def test_counters_are_closed_on_the_holidays_of_alsace(day):
    opening = opening_at(COUNTER, at(day, 9))
    assert (opening.is_open, opening.is_holiday) == (False, True)


@pytest.mark.parametrize("day", [(2019, 12, 26), GOOD_FRIDAY], ids=["26", "friday"])
def test_the_two_holidays_of_alsace_are_working_days_elsewhere(day):
    assert is_open(COUNTER, at(day, 9), department="54")
    assert not is_open(COUNTER, at(day, 9), department="57")


def test_rules_for_public_holidays_apply_to_those_of_alsace():
    open_then = "Mo-Fr 08:00-12:00; PH 10:00-11:00"
    assert not is_open(open_then, at(GOOD_FRIDAY, 9))
    assert is_open(open_then, at(GOOD_FRIDAY, 10))
    assert is_open("Mo-Fr,PH 08:00-12:00", at((2019, 12, 26), 9))
    assert not is_open("Mo-Fr 08:00-12:00; PH off", at((2019, 12, 26), 9))


def test_next_opening_after_a_holiday_in_the_next_year():
    opening = opening_at(COUNTER, at((2026, 12, 31), 17))
    # Friday 1 January 2027 is a holiday.
    assert opening.opens_at == at((2027, 1, 4), 8)


@pytest.mark.parametrize(("day", "hours"), [((2019, 3, 31), 2), ((2019, 10, 27), 4)], ids=["spring", "autumn"])
def test_daylight_saving_time_changes(day, hours):
    opening = opening_at("Su 01:00-04:00", at(day, 1))
    assert opening.closes_at == at(day, 4)
    assert opening.closes_at.astimezone(dt.UTC) - at(day, 1).astimezone(dt.UTC) == dt.timedelta(hours=hours)
    assert is_open("Mo-Su 09:00-12:00", at(day, 9))
    assert not is_open("Mo-Su 09:00-12:00", at(day, 8, 59))


def test_hours_past_midnight():
    late = "Fr 20:00-02:00"
    assert opening_at(late, at(FRIDAY, 21)).closes_at == at((2019, 1, 19), 2)
    assert is_open(late, at((2019, 1, 19), 1, 59))
    assert not is_open(late, at((2019, 1, 19), 2))


@pytest.mark.parametrize(
    "written", ["", "du lundi au vendredi", "Mo-Fr 08h-12h", "Mo 25:00-26:99", "<b>", "a" * 9_999], ids=range(6)
)
def test_unreadable_hours_have_no_opening_and_no_week(written):
    assert not can_be_read(written)
    assert opening_at(written, at(MONDAY, 9)) is None
    assert week_of(written, dt.date(*MONDAY)) == []


@pytest.mark.parametrize(
    ("hours", "moment", "sentence"),
    [
        (COUNTER, at(MONDAY, 9), "Ouvert, ferme à 12 h"),
        (COUNTER, at(MONDAY, 16, 30), "Ouvert, ferme à 17 h"),
        (COUNTER, at(MONDAY, 12, 15), "Fermé, ouvre à 13 h"),
        (COUNTER, at(MONDAY, 17), "Fermé, ouvre demain à 8 h"),
        (COUNTER, at(FRIDAY, 12), "Fermé, ouvre lundi à 8 h"),
        (COUNTER, at(GOOD_FRIDAY, 9), "Fermé aujourd’hui, jour férié, ouvre mardi à 8 h"),
        ("Jun Mo 09:30-11:00", at((2019, 5, 20), 9), "Fermé, ouvre le 3 juin 2019 à 9 h 30"),
        ("24/7; PH 00:00-24:00", at(MONDAY, 3), "Ouvert jour et nuit"),
        ("Mo 18:00-24:00", at(MONDAY, 20), "Ouvert, ferme à minuit"),
        ("off", at(MONDAY, 20), "Fermé"),
        ("", at(MONDAY, 9), "Horaires non connus : appelez avant de venir"),
    ],
    ids=range(11),
)
def test_opening_sentence(hours, moment, sentence):
    opening = opening_words(Place(hours=hours, insee_code="67482", phone="03 53 01 00 99"), moment)
    assert opening.sentence.replace("\u00a0", " ") == sentence


def test_unreadable_hours_are_displayed_unchanged():
    opening = opening_words(Place(hours="le mardi, sur rendez-vous", insee_code="67482"), at(MONDAY, 9))
    assert (opening.is_open, opening.as_written) == (None, "le mardi, sur rendez-vous")


def test_note_of_the_hours_is_displayed():
    place = Place(hours='Mo 09:00-12:00 "sur rendez-vous"', insee_code="67482")
    assert opening_words(place, at(MONDAY, 9)).note == "sur rendez-vous"


def test_week_in_words_ignores_holidays_and_exceptions():
    hours = f"{COUNTER}; 2019 Apr 18 off"
    assert [line.replace("\u00a0", " ") for line in week_in_words(hours, dt.date(*GOOD_FRIDAY))] == [
        "lundi à jeudi 8 h – 12 h, 13 h – 17 h",
        "vendredi 8 h – 12 h",
    ]
    assert week_in_words("24/7", dt.date(*FRIDAY)) == ["Ouvert jour et nuit"]


def test_upcoming_days_include_holidays_and_closures():
    place = Place(hours=COUNTER, insee_code="67482", closed_from=dt.date(2019, 4, 23))
    days = days_to_come(place, dt.date(*GOOD_FRIDAY))
    assert [(day.day, hours.replace("\u00a0", " ")) for day, hours in days] == [
        (19, "fermé, jour férié"),
        (20, "fermé"),
        (21, "fermé"),
        (22, "fermé, jour férié"),
        (23, "fermé exceptionnellement"),
        (24, "8 h – 12 h, 13 h – 17 h"),
        (25, "8 h – 12 h, 13 h – 17 h"),
    ]


def test_place_open_day_and_night_has_no_holidays_and_no_table():
    place = Place(hours="24/7", insee_code="67482")
    assert opening_words(place, at((2019, 12, 25), 3)).sentence == "Ouvert jour et nuit"
    assert days_to_come(place, dt.date(2019, 12, 25)) == []
    place.closed_from = dt.date(2019, 12, 26)
    days = days_to_come(place, dt.date(2019, 12, 25))
    assert [hours for _day, hours in days[:3]] == ["jour et nuit", "fermé exceptionnellement", "jour et nuit"]


# A closure from Monday to Wednesday entered by an editor, and the same in the hours.
ENTERED = {"closed_from": dt.date(2019, 1, 14), "closed_until": dt.date(2019, 1, 16), "closed_because": "travaux"}
WRITTEN = f'{COUNTER}; 2019 Jan 14-2019 Jan 16 off "travaux"'


@pytest.mark.parametrize(
    "place",
    [
        Place(hours=COUNTER, insee_code="67482", **ENTERED),
        Place(hours=WRITTEN, insee_code="67482"),
        Place(hours=f'{COUNTER}; PH 10:00-12:00; 2019 Jan 14-16 closed "travaux"', insee_code="67482"),
    ],
    ids=["entered", "written", "short"],
)
def test_exceptional_closure_appears_in_sentence_note_and_upcoming_days(place):
    closed = "Fermé du 14 au 16 janvier 2019"
    for moment, sentence in {
        at((2019, 1, 13), 9): "Fermé, ouvre jeudi à 8 h",
        at(MONDAY, 9): f"{closed}, ouvre jeudi à 8 h",
        at((2019, 1, 17), 9): "Ouvert, ferme à 12 h",
    }.items():
        assert opening_words(place, moment).sentence.replace("\u00a0", " ") == sentence
    assert opening_words(place, at(MONDAY, 9)).note == "travaux"
    assert [sentence for _day, sentence in days_to_come(place, dt.date(*MONDAY))][:3] == [
        "fermé exceptionnellement"
    ] * 3
    for day, lines in {dt.date(2019, 1, 16): [f"{closed} : travaux"], dt.date(2019, 1, 17): []}.items():
        assert [line.replace("\u00a0", " ") for line in closures_to_come(place, day)] == lines


@pytest.mark.parametrize("hours", ["", "le mardi"], ids=["unknown", "unreadable"])
def test_closure_is_displayed_if_hours_are_missing_or_unreadable(hours):
    place = Place(hours=hours, **ENTERED)
    assert opening_words(place, at(MONDAY, 9)).sentence == "Fermé du 14 au 16\u00a0janvier 2019"
    assert opening_words(place, at((2019, 1, 17), 9)).is_open is None


def test_exported_hours_contain_a_closure_until_its_last_day():
    place = Place(hours=COUNTER, **ENTERED)
    assert place.hours_with_closures(dt.date(2019, 1, 16)) == WRITTEN
    assert place.hours_with_closures(dt.date(2019, 1, 17)) == COUNTER


def test_spans_past_midnight_are_detected():
    for hours, spans in {
        "Mo-Fr 14:00-12:00": ["14:00-12:00"],
        "Mo 9:00-9:00; Fr 22:00-26:00": ["9:00-9:00", "22:00-26:00"],
        'Mo 9:00-10:00,14:00-24:00 "pas 14:00-12:00"': [],
        "24/7": [],
        "de 14:00-12:00": [],
    }.items():
        assert spans_past_midnight(hours) == spans


@pytest.mark.parametrize(
    "hours", [COUNTER, "Mo-Fr 09:00-12:00; PH off", "Sa 10:00-24:00", 'Mo 09:00-12:00; 2026 Nov 30 off "travaux"']
)
def test_week_of_at_most_two_spans_a_day_round_trips(hours):
    week = week_in(hours)
    assert with_week(hours, week) == hours


@pytest.mark.parametrize(
    "hours",
    [
        "24/7",
        "le mardi",
        "",
        "Mo 22:00-02:00",
        "Mo 09:00-10:00,11:00-12:00,13:00-14:00",
        "Jul-Aug Mo 09:00-12:00",
        'Mo 09:00-12:00 "sur rendez-vous"',
        "Mo[1] 09:00-12:00",
        "Mo 09:00-12:00; PH 10:00-11:00",
    ],
)
def test_hours_beyond_a_simple_week_have_no_week(hours):
    assert week_in(hours) is None
