"""Reports of readers about places of help, and places in the admin."""

from inclusion.models import Place, PlaceReport
from tests.browser.pages.accounts import REDACTION
from tests.browser.pages.admin import admin
from tests.browser.pages.audited import ERROR, Audited, fill, first, press


def place_report() -> str:
    return f"/aide-numerique/lieux/{Place.objects.public().first().pk}/signaler/"


PLACE_REPORTS = (
    Audited("report about a place", place_report),
    Audited("report about a place, errors", place_report, first(press("Envoyer mon signalement")), ERROR),
    Audited(
        "report about a place, sent",
        place_report,
        first(fill(text="Fermé le samedi."), press("Envoyer mon signalement")),
        "Votre signalement est envoyé",
    ),
)

PLACES_ADMIN = (
    admin("places", "/admin/lieux/", REDACTION, shows="Encore juste"),
    admin("places to check", "/admin/lieux/?todo=check", REDACTION, shows="À vérifier"),
    admin("place", lambda: f"/admin/lieux/edit/{Place.objects.first().pk}/", REDACTION),
    admin(
        "places to confirm", lambda: f"/admin/bulk/inclusion/place/confirm/?id={Place.objects.first().pk}", REDACTION
    ),
    admin("places from a file", "/admin/lieux/fichier/", REDACTION),
    admin("reports about places", "/admin/signalements-de-lieux/?state=waiting", REDACTION, shows="Corriger le lieu"),
    admin(
        "report about a place",
        lambda: f"/admin/signalements-de-lieux/edit/{PlaceReport.objects.first().pk}/",
        REDACTION,
        shows="J’y suis allé pour rien",
    ),
)
