"""Test campaigns: public pages, and the forms of participants."""

from django.utils import timezone

from fieldwork.models import CampaignPage, Finding, Scenario
from tests.browser.pages.accounts import ANIMATION, DESK, HABITANTE, SERVICES
from tests.browser.pages.admin import admin
from tests.browser.pages.audited import ERROR, Audited, fill, first, press, read


def campaign(phase: str) -> CampaignPage:
    today = timezone.localdate()
    return next(one for one in CampaignPage.objects.published() if one.phase_at(today) == phase)


def scenario(screen: str = "") -> str:
    return f"{Scenario.objects.filter(campaign=campaign('open')).first().get_absolute_url()}{screen}"


def finding(state: str, screen: str = "") -> str:
    return f"{Finding.objects.public().filter(state=state).earliest('pk').get_absolute_url()}{screen}"


TRIALS_READING = (
    read("test campaigns", "/essais/", "Testez avec nous"),
    read("campaign that is over", lambda: campaign("closed").url, "Ce que cela a donné"),
    read("campaign, filtered", lambda: f"{campaign('closed').url}?etat=verifie", "Corrigé et vérifié"),
    read("campaign to come", lambda: campaign("coming").url),
    read("scenario", scenario, "Raconter mon essai"),
    read("sheet of a scenario", lambda: scenario("feuille/"), "Il faut une feuille"),
    read("finding, verified", lambda: finding("verifie"), "Nouveaux essais"),
    read("finding, sent", lambda: finding("transmis"), "Transmis à la ville"),
)
TRIALS_FORMS = (
    Audited("tell a trial", lambda: scenario("raconter/"), None, "Chaque bouton garde ce que vous avez écrit"),
    Audited(
        "tell a trial, errors",
        lambda: scenario("raconter/"),
        first(fill(**{"constat-1-what_happened": "Le bouton est gris."}), press("Envoyer mon essai")),
        ERROR,
        HABITANTE,
    ),
    Audited("try again, signed out", lambda: finding("a-reverifier", "nouvel-essai/"), None, "Refaire l’essai"),
    Audited(
        "try again, errors",
        lambda: finding("a-reverifier", "nouvel-essai/"),
        press("Envoyer mon nouvel essai"),
        ERROR,
        HABITANTE,
    ),
    Audited("the same problem", lambda: finding("a-reverifier", "moi-aussi/"), None, "J’ai le même problème"),
    Audited("my trials", "/compte/essais/", viewer="amadou@courriel.example"),
)

TRIALS_ADMIN = (
    admin("findings of trials", "/admin/constats/", ANIMATION),
    admin("finding of a trial", lambda: f"/admin/constats/inspect/{Finding.objects.earliest('pk').pk}/", ANIMATION),
    admin("findings to deal with", "/admin/constats-a-traiter/", SERVICES),
    admin("trial on a sheet", "/admin/saisir-un-essai/", DESK),
)
