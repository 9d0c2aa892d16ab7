"""Report « Présences par siège »: recorded attendance of past and current sessions, and its file."""

import csv

import pytest
from django.urls import reverse

from committee.models import Attendance
from tests.committee.minutes import DAY, NOW, TODAY, held, signed_in
from tests.factories import MandateFactory, SeatFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
LIST = reverse("committee_attendance:list")


@pytest.fixture
def secretary(editor_of):
    return signed_in(editor_of("Secrétariat"))


def note(session, mandate, state):
    noted = {"session": session, "seat": mandate.seat, "member": mandate.member, "recorded_at": NOW}
    return Attendance.objects.create(state=state, how="sheet", **noted)


def test_report_and_export_list_past_attendance_latest_first(secretary):
    first, second = (
        MandateFactory(member__name=name, seat=SeatFactory(name=seat, order=order), starts_on=TODAY - 900 * DAY)
        for order, (name, seat) in enumerate([("Zoé", "Siège 1"), ("Aïcha", "Siège 2")])
    )
    old, late, coming = held(400, title="Ancienne"), held(10, title="Récente"), held(-10)
    note(old, first, "present")
    note(late, second, "absent")
    note(late, first, "online")
    note(coming, first, "excused")
    # A deleted member is not named, but the seat still counts.
    Attendance.objects.filter(session=old).update(member=None)
    rows = secretary.get(LIST).context["object_list"]
    assert [(row.session.title, row.seat.name, row.state) for row in rows] == [
        ("Récente", "Siège 1", "online"),
        ("Récente", "Siège 2", "absent"),
        ("Ancienne", "Siège 1", "present"),
    ]
    answer = secretary.get(LIST, {"export": "csv", "year": 2026})
    header, *lines = csv.reader(answer.getvalue().decode("utf-8-sig").splitlines(), delimiter=";")
    assert header == ["Jour", "Séance", "Siège", "Collège", "Membre", "Présences", "Comment c’est noté"]
    assert [[line[0], line[2], line[4], line[5]] for line in lines] == [
        ["14/11/2026", "Siège 1", "Zoé", "En ligne"],
        ["14/11/2026", "Siège 2", "Aïcha", "Absent"],
    ]
    assert secretary.get(LIST, {"export": "xlsx"}).status_code == 200
