"""« Signaler une erreur »: no account, one report per form, no lost text; retention."""

import datetime as dt
import uuid

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts.exports.personal_data import data_sets_of, erasure_summary_of
from accounts.services.erasure import erase_declared
from common.hooks import datasets
from common.limits import TEXTS_PER_NETWORK_AND_HOUR
from inclusion.models import Place, PlaceReport
from inclusion.services.places import RETENTION, confirm, forget_reports
from tests.factories import PlaceFactory, PlaceReportFactory, UserFactory
from tests.hostile import TEXTS

pytestmark = pytest.mark.django_db
TEXT = "Le téléphone ne répond plus."


def url_of(place):
    return f"/aide-numerique/lieux/{place.pk}/signaler/"


def send(client, place, **data):
    return client.post(url_of(place), {"text": TEXT, "key": str(uuid.uuid4()), **data})


def test_visitor_can_report_a_place(client):
    place = PlaceFactory()
    assert client.get(url_of(place)).status_code == 200
    answer = send(client, place, email="odile@courriel.example")
    report = PlaceReport.objects.get()
    assert (report.place, report.text, report.email) == (place, TEXT, "odile@courriel.example")
    assert TEXT in answer.text
    assert not report.answered_at


def test_form_submitted_twice_creates_one_report(client):
    place, key = PlaceFactory(), str(uuid.uuid4())
    send(client, place, key=key)
    assert send(client, place, key=key).status_code == 200
    assert PlaceReport.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"email": "odile"}, {"website": "https://spam.example"}, {"text": "x" * 1_001}],
    ids=["mail", "trap", "long"],
)
def test_refused_form_preserves_the_text(client, wrong):
    place = PlaceFactory()
    answer = send(client, place, **wrong)
    assert answer.context["form"].errors
    assert wrong.get("text", TEXT) in answer.text
    assert not PlaceReport.objects.exists()


def test_rate_limited_form_preserves_the_text(client):
    place = PlaceFactory()
    for _number in range(TEXTS_PER_NETWORK_AND_HOUR):
        send(client, place)
    answer = send(client, place, text="Encore une chose.")
    assert (answer.status_code, PlaceReport.objects.count()) == (429, TEXTS_PER_NETWORK_AND_HOUR)
    assert "Encore une chose." in answer.text


@pytest.mark.parametrize("hidden", [{"published_at": None}, {"left_on": dt.date(2019, 1, 1)}], ids=["draft", "left"])
def test_report_form_of_an_unpublished_place_returns_404(client, hidden):
    assert client.get(url_of(PlaceFactory(**hidden))).status_code == 404


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_hostile_texts(client, text):
    answer = send(client, PlaceFactory(), text=f"{text} fin")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "\x00" not in PlaceReport.objects.get().text


def test_reports_are_erased_a_year_after_the_answer():
    now = timezone.now()
    PlaceReportFactory()
    young = {"state": "right", "answered_at": now - RETENTION + dt.timedelta(minutes=1)}
    PlaceReportFactory(**young)
    PlaceReportFactory(state="corrected", answered_at=now - RETENTION - dt.timedelta(minutes=1))
    assert forget_reports(now=now) == 1
    assert PlaceReport.objects.count() == 2


def test_export_and_erasure_include_reports_with_the_address_of_the_account():
    user = UserFactory(email="odile@courriel.example")
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    mine = PlaceReportFactory(email="Odile@courriel.example")
    other = PlaceReportFactory(email="autre@courriel.example")
    confirm([mine.place], by=user, now=timezone.now())
    held = {one.name: one.rows for one in data_sets_of(user) if one.name.startswith("inclusion.")}
    assert [len(held[name]) for name in ("inclusion.reports", "inclusion.places", "inclusion.answers")] == [1, 1, 0]
    lines = [str(line.text) for line in erasure_summary_of(user)]
    assert "votre adresse e-mail dans 1 signalement de lieu d’aide numérique" in lines
    erase_declared(user, timezone.now())
    user.delete()
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.email, mine.place.checked_by, other.email) == ("", None, "autre@courriel.example")


def test_open_data_set_has_schema_columns_and_public_places_only():
    place = PlaceFactory(
        name="=1+1", services=("Aide aux démarches administratives", "Loisirs et créations numériques")
    )
    PlaceFactory(published_at=None)
    PlaceFactory(left_on=dt.date(2019, 1, 1))
    PlaceReportFactory(place=place, email="odile@courriel.example")
    dataset = next(one for one in datasets() if one.slug == "lieux")
    rows = [dict(zip(dataset.header, row, strict=True)) for row in dataset.rows()]
    assert [*dataset.header[1:33]] == [*Place.NATIONAL]
    assert [row["nom"] for row in rows] == ["=1+1"]
    assert rows[0]["services"] == "Aide aux démarches administratives|Loisirs et créations numériques"
    assert rows[0]["page"].endswith(reverse("inclusion:place", args=[place.pk]))
    assert "odile" not in str(rows)
