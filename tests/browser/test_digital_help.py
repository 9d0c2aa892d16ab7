"""A resident finds the nearest open place for a need; an editor announces a workshop, which readers add."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inclusion.models import Need, Place, Workshop
from tests.browser.test_editing import sign_in_as
from tests.factories import PlaceFactory
from tests.inclusion.files import national_row, written

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.thorough,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
MAX_STEPS = 3


def test_a_resident_finds_the_nearest_open_place_in_three_steps(visit, record_property):
    offer = {"services": Need.FORMALITIES.services, "insee_code": "67447", "commune": "Schiltigheim"}
    near = {"latitude": 48.61, "longitude": 7.745}
    PlaceFactory(name="Loin", services=Need.FORMALITIES.services, hours="24/7", latitude=48.5, longitude=7.7)
    PlaceFactory(name="Tout près", phone="03 53 01 00 99", hours="24/7", **offer, **near)
    PlaceFactory(name="Fermé", hours="Mo-Su off", **offer, **near)
    steps = 0
    page = visit("/", js=False)
    for act in (
        lambda: page.get_by_role("link", name="Besoin d’aide avec le numérique").click(),
        lambda: fill_in(page),
    ):
        act()
        steps += 1
    first = page.locator(".place-list > li").first
    expect(first).to_contain_text("Tout près")
    expect(first).to_contain_text("Ouvert")
    expect(page.get_by_text("Fermé", exact=True)).to_have_count(0)
    call = first.get_by_role("link", name="Appeler le")
    expect(call).to_have_attribute("href", "tel:+33353010099")
    box = call.bounding_box()
    assert box["height"] >= 44
    assert box["x"] + box["width"] <= 360
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert steps <= MAX_STEPS
    record_property("journey", f"{steps} steps from the home page to the phone of the nearest open place")


def fill_in(page):
    """Selects the commune and the need, ticks « open now » and submits: one screen, one step."""
    page.get_by_label("Votre commune").select_option("Schiltigheim")
    page.get_by_label("Pour quoi faire").select_option("demarches")
    page.get_by_label("Ouvert maintenant").check()
    page.get_by_role("button", name="Trouver de l’aide").click()


@pytest.mark.guide("Annoncer un atelier, signaler une ressource")
def test_an_editor_announces_a_workshop_that_readers_add_to_their_calendar(watched, live_server):
    day = timezone.localtime() + dt.timedelta(days=20)
    with watched(width=360) as page:
        sign_in_as(page, live_server, "Rédaction")
        page.goto("/admin/ateliers/add/")
        page.locator("[name=title]").fill("Se servir d’une souris")
        page.locator("[name=learns]").fill("Cliquer, glisser, déposer.")
        page.locator("[name=need]").select_option("apprendre")
        page.locator("[name=starts_at]").fill(day.strftime("%d/%m/%Y 14:00"))
        page.locator("[name=ends_at]").fill(day.strftime("%d/%m/%Y 16:00"))
        page.locator("[name=where]").fill("Médiathèque, 1 rue des Essais")
        page.locator("[name=commune]").select_option("67447")
        page.locator("[name=how_to_come]").fill("Sans rendez-vous.")
        page.locator("[name=is_published]").check()
        page.locator("footer button[type=submit], .footer button[type=submit]").first.click()
        expect(page.locator(".messages .success")).to_be_visible()
        page.goto("/aide-numerique/ateliers/")
        page.get_by_role("link", name="Se servir d’une souris", exact=True).click()
        expect(page.get_by_text("Sans rendez-vous.")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="Ajouter à mon agenda").click()
        assert download.value.suggested_filename == f"atelier-{Workshop.objects.get().pk}.ics"


@pytest.mark.guide("Tenir à jour les lieux d’aide")
def test_a_reader_reports_a_mistake_and_an_editor_corrects_and_confirms(visit, watched, live_server, tmp_path):
    place = PlaceFactory(name="Maison du numérique")
    page = visit(f"/aide-numerique/lieux/{place.pk}/", js=False)
    page.get_by_role("link", name="Signaler une erreur").click()
    page.get_by_label("Qu’est-ce qui ne va pas").fill("Le téléphone a changé.")
    page.get_by_role("button", name="Envoyer mon signalement").click()
    expect(page.get_by_role("heading", name="Votre signalement est envoyé")).to_be_visible()
    file = tmp_path / "lieux.csv"
    file.write_bytes(written([national_row(1, nom="Nouveau lieu")]).getvalue())
    with watched(width=1280) as page:
        sign_in_as(page, live_server, "Rédaction")
        page.goto("/admin/signalements-de-lieux/?state=waiting")
        page.get_by_role("link", name="Corriger le lieu Maison du numérique").click()
        page.locator("[name=phone]").fill("03 53 01 00 98")
        page.locator("footer button[type=submit], .footer button[type=submit]").first.click()
        expect(page.locator(".messages .success")).to_be_visible()
        page.goto("/admin/signalements-de-lieux/?state=waiting")
        page.get_by_role("link", name="Maison du numérique", exact=True).first.click()
        page.locator("[name=state]").select_option("corrected")
        page.locator("footer button[type=submit], .footer button[type=submit]").first.click()
        page.goto("/admin/lieux/fichier/")
        page.locator("[name=file]").set_input_files(file)
        page.get_by_role("button", name="Voir ce que le fichier ferait").click()
        expect(page.get_by_text("1 nouveau lieu")).to_be_visible()
        page.get_by_role("button", name="Importer ces lieux").click()
        page.get_by_role("link", name="Voir les lieux").click()
        page.get_by_role("button", name="Encore juste : Nouveau lieu").click()
        expect(page.locator(".messages .success")).to_contain_text("Nouveau lieu")
    place.refresh_from_db()
    assert (place.phone, place.reports.get().state) == ("03 53 01 00 98", "corrected")
    assert {one.checked_on for one in Place.objects.all()} == {timezone.localdate()}
