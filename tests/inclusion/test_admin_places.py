"""Places in the admin: pending work, confirmation with one click, import previews, answers to reports."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from inclusion.models import Place, PlaceReport
from tests.bulk import submit_edit
from tests.factories import PlaceFactory, PlaceReportFactory, UserFactory
from tests.inclusion.files import national_row, written

NOW = dt.datetime(2019, 6, 3, 9, tzinfo=dt.UTC)
TODAY = NOW.date()

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    with time_machine.travel(NOW, tick=False):
        user = UserFactory(email="redaction@comite.example")
        user.groups.add(Group.objects.get(name="Rédaction"))
        client.force_login(user)
        yield user


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args, query=query))


def names(response):
    return [row.name for row in response.context["object_list"]]


def test_list_shows_and_filters_by_the_pending_task_of_each_place(client, editor):
    PlaceFactory(name="Vieux", checked_on=dt.date(2018, 6, 2))
    PlaceFactory(name="Frais", checked_on=TODAY, hours="le mardi")
    PlaceReportFactory(place=PlaceFactory(name="Signalé", checked_on=TODAY))
    PlaceFactory(name="Parti", left_on=TODAY)
    PlaceFactory(name="Caché", published_at=None)
    places_page = page(client, "places:list")
    text = places_page.text
    for words in ("À vérifier", "Horaires que le site ne sait pas lire", "Signalé", "Sorti de sa liste", "Non affiché"):
        assert words in text
    for todo, expected in {"check": ["Vieux"], "reported": ["Signalé"], "left": ["Parti"], "hidden": ["Caché"]}.items():
        assert names(page(client, "places:list", todo=todo)) == expected
    assert len(names(page(client, "places:list", commune="Strasbourg"))) == 5


def test_label_of_publication_is_masculine(client, editor):
    """The French label of pages is « Publiée »; places, workshops and criteria are masculine."""
    fields = page(client, "places:add").context["form"].fields
    assert str(fields["is_published"].label) == "Publié"


def test_form_explains_where_to_find_coordinates(client, editor):
    """The site queries no other server for the position of an address."""
    assert "openstreetmap.org" in page(client, "places:add").text


def test_confirmation_by_post_redirects_back_to_the_list(client, editor):
    place = PlaceFactory(checked_on=dt.date(2018, 1, 1))
    back = reverse("places:list", query={"todo": "check"})
    answer = client.post(reverse("places:confirm", args=[place.pk]), {"next": back})
    place.refresh_from_db()
    assert (answer.url, place.checked_on, place.checked_by) == (back, TODAY, editor)
    after_sign_in = client.get(reverse("places:confirm", args=[place.pk]))
    assert after_sign_in.url == reverse("places:list")


def test_bulk_action_confirms_the_selected_places(client, editor):
    places = [PlaceFactory(), PlaceFactory()]
    other = PlaceFactory()
    url = reverse(
        "wagtail_bulk_action", args=["inclusion", "place", "confirm"], query={"id": [one.pk for one in places]}
    )
    assert places[1].name in client.get(url).text
    client.post(url)
    assert {*Place.objects.filter(checked_by=editor)} == {*places}
    other.refresh_from_db()
    assert other.checked_on is None


def save(client, place, **changes):
    form = page(client, "places:edit", place.pk).context["form"]
    data = {name: value for name in form.fields if (value := form[name].value())} | {"is_published": "on", **changes}
    return submit_edit(client, reverse("places:edit", args=[place.pk]), data, follow=True)


def plain(answer):
    return answer.text.replace("\u00a0", " ")


def test_saved_hours_and_closure_are_displayed_to_the_editor(client, editor):
    place = PlaceFactory()
    week = "undi à vendredi 9 h – 12 h, 14 h – 17 h"
    assert week in plain(page(client, "places:edit", place.pk))
    closure = {"closed_from": "10/06/2019", "closed_until": "14/06/2019", "closed_because": "travaux"}
    answer = save(client, place, hours="Mo-Fr 09:00-12:00", **closure)
    assert "voient : lundi à vendredi 9 h – 12 h; Fermé du 10 au 14 juin 2019 : travaux." in plain(answer)
    place.refresh_from_db()
    assert (place.closed_from, place.closed_until) == (dt.date(2019, 6, 10), dt.date(2019, 6, 14))
    assert "Fermé du 10 au 14 juin 2019 : travaux" in plain(page(client, "places:list"))


def week_data(**days):
    """Returns form data of opening hours: four times a day, from Monday (0); `d0="09:00 12:00 14:00 17:00"`."""
    times = [[*days.get(f"d{day}", "").split(), "", "", "", ""] for day in range(7)]
    return {f"week_{4 * day + number}": times[day][number] for day in range(7) for number in range(4)}


def test_hours_are_entered_as_a_week(client, editor):
    place = PlaceFactory(hours="Mo-Fr 09:00-12:00,14:00-17:00; 2019 Jul 1 off")
    form = page(client, "places:edit", place.pk).context["form"]
    assert 'value="14:00"' in str(form["week"])
    save(client, place, **week_data(d0="09:00 12:00", d1="09:00 12:00", d5="10:00 12:00 13:00 00:00"))
    place.refresh_from_db()
    assert place.hours == "Mo-Tu 09:00-12:00; Sa 10:00-12:00,13:00-24:00; 2019 Jul 1 off"
    # Submitted unchanged, the form changes nothing.
    save(client, place, **week_data(d0="09:00 12:00", d1="09:00 12:00", d5="10:00 12:00 13:00 00:00"))
    place.refresh_from_db()
    assert place.hours == "Mo-Tu 09:00-12:00; Sa 10:00-12:00,13:00-24:00; 2019 Jul 1 off"


@pytest.mark.parametrize("wrong", ["14:00 12:00", "09:00", "09:00 12:00 11:00 17:00"])
def test_invalid_week_is_refused_with_the_day_in_the_error(client, editor, wrong):
    place = PlaceFactory()
    answer = save(client, place, **week_data(d1=wrong))
    assert "Mardi" in str(answer.context["form"].errors["week"])


def test_hours_beyond_a_simple_week_are_unchanged_if_no_week_is_entered(client, editor):
    place = PlaceFactory(hours="Mo 09:00-12:00; Jul-Aug off")
    form = page(client, "places:edit", place.pk).context["form"]
    assert "ligne" in form.fields["week"].help_text
    save(client, place, name="Autre nom", **week_data())
    place.refresh_from_db()
    assert (place.name, place.hours) == ("Autre nom", "Mo 09:00-12:00; Jul-Aug off")
    answer = save(client, place, hours="Mo 10:00-12:00", **week_data(d0="09:00 12:00"))
    assert "hours" in answer.context["form"].errors


def test_hours_past_midnight_are_saved_after_confirmation(client, editor):
    place = PlaceFactory()
    answer = save(client, place, hours="Mo-Fr 14:00-12:00")
    assert "14:00-12:00 finit le lendemain" in plain(answer)
    assert "undi 14 h – minuit" in plain(answer)
    assert 'name="is_open_at_night"' in answer.text
    place.refresh_from_db()
    assert place.hours == "Mo-Fr 09:00-12:00,14:00-17:00"
    save(client, place, hours="Mo-Fr 14:00-12:00", is_open_at_night="on")
    place.refresh_from_db()
    assert place.hours == "Mo-Fr 14:00-12:00"
    save(client, place, name="Toujours ouvert")
    place.refresh_from_db()
    assert place.name == "Toujours ouvert"


@pytest.mark.parametrize(
    ("closure", "message"),
    [
        ({"closed_until": "14/06/2019"}, "Écrivez le premier jour de la fermeture."),
        ({"closed_because": "travaux"}, "Écrivez le premier jour de la fermeture."),
        ({"closed_from": "14/06/2019", "closed_until": "10/06/2019"}, "ne vient pas avant le premier"),
    ],
    ids=["last day alone", "reason alone", "wrong order"],
)
def test_invalid_closure_is_refused_with_a_message(client, editor, closure, message):
    place = PlaceFactory()
    assert message in save(client, place, **closure).text
    place.refresh_from_db()
    assert place.closed_from is None


def test_saving_confirms_the_place_and_warns_about_unreadable_hours(client, editor):
    place = PlaceFactory()
    answer = save(client, place, hours="le mardi")
    place.refresh_from_db()
    assert (place.hours, place.checked_by, place.services) == (
        "le mardi",
        editor,
        ("Aide aux démarches administratives",),
    )
    assert "ne sait pas lire ces horaires" in answer.text


def test_places_cannot_be_deleted(client, editor):
    place = PlaceFactory()
    assert client.post(reverse("places:delete", args=[place.pk])).status_code in (302, 403)
    assert Place.objects.filter(pk=place.pk).exists()


def upload(client, rows):
    file = SimpleUploadedFile("lieux.csv", written(rows).getvalue(), "text/csv")
    return client.post(reverse("places:import"), {"file": file})


def test_file_is_previewed_before_its_import(client, editor):
    tried = upload(client, [national_row(1, nom="L’Étage, « ici »"), national_row(2, nom="")])
    assert not Place.objects.exists()
    assert "1 nouveau lieu" in tried.text
    assert "cette case est vide" in tried.text
    text = tried.context["form"].initial["text"]
    done = client.post(reverse("places:import"), {"text": text, "take_in": "1"})
    assert "Ce qu’a fait ce fichier" in done.text
    assert Place.objects.get().name == "L’Étage, « ici »"


def test_content_of_a_hostile_file_is_escaped(client, editor):
    tried = upload(client, [national_row(1, nom="</textarea><script>alert(1)</script>x", telephone="<b>")])
    assert "<script>alert(1)" not in tried.text
    assert "telephone" in tried.text


def test_invalid_file_is_refused_with_an_error_on_the_field(client, editor):
    answer = client.post(reverse("places:import"), {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})
    assert "code_postal" in answer.context["form"].errors["file"][0]
    assert client.post(reverse("places:import")).context["form"].errors["file"]


def test_answered_report_can_be_reopened(client, editor):
    report = PlaceReportFactory(email="odile@courriel.example")
    url = reverse("place_reports:edit", args=[report.pk])
    assert "odile@courriel.example" in client.get(url).text
    submit_edit(client, url, {"state": "corrected", "text": "Autre chose"})
    report.refresh_from_db()
    assert (report.state, report.answered_by, report.answered_at) == ("corrected", editor, NOW)
    assert report.text == "Le numéro de téléphone ne répond plus."
    submit_edit(client, url, {"state": "waiting"})
    report.refresh_from_db()
    assert (report.state, report.answered_at) == ("waiting", None)
    assert client.get(reverse("place_reports:add")).status_code in (302, 403)
    assert reverse("places:edit", args=[report.place_id]) in page(client, "place_reports:list").text


def test_the_dashboard_lists_reports_and_places_to_check(client, editor):
    PlaceReportFactory(text="Le lieu est fermé.")
    text = client.get(reverse("wagtailadmin_home")).text
    assert "Le lieu est fermé." in text
    assert "1 lieu à vérifier" in text


@pytest.mark.parametrize("group", ["Modération", "Accueil", "Services"])
def test_other_groups_have_no_access(client, group):
    user = UserFactory()
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    place = PlaceFactory()
    for name, args in (("places:import", []), ("places:list", []), ("place_reports:list", [])):
        assert client.get(reverse(name, args=args)).status_code in (302, 403)
    client.post(reverse("places:confirm", args=[place.pk]))
    bulk = reverse("wagtail_bulk_action", args=["inclusion", "place", "confirm"], query={"id": place.pk})
    client.post(bulk)
    place.refresh_from_db()
    assert place.checked_on is None


def test_editors_have_permissions_without_deletion():
    types = ContentType.objects.get_for_models(Place, PlaceReport).values()
    granted = {
        f"{group.name}: {right.codename}"
        for group in Group.objects.all()
        for right in group.permissions.filter(content_type__in=types)
    }
    permissions = ("add_place", "change_place", "view_place", "change_placereport", "view_placereport")
    assert granted == {f"{group}: {right}" for group in ("Rédaction", "Animation") for right in permissions}


def test_form_has_readable_labels_for_codes_hidden_from_residents():
    """Codes of the national list, such as ASSO_CHOMEUR, have a label; residents only see the names of known kinds."""
    place = Place(kinds=("CAP_EMPLOI", "BIB"))
    for name in ("kinds", "services", "fees", "programmes", "audiences"):
        labels = dict(Place._meta.get_field(name).formfield().choices)
        assert [label for label in labels.values() if "_" in label or (label.isupper() and len(label) > 3)] == [], name
    assert {"Cap emploi", "Association de chômeurs"} <= {
        *dict(Place._meta.get_field("kinds").formfield().choices).values()
    }
    assert place.kind_names == ["Bibliothèque ou médiathèque"]
