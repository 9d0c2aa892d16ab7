"""Pages of the account: address, personal data, deletion, coming back."""

from django.contrib.auth import get_user_model
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import DataExport
from accounts.services.exports import make_exports
from tests.browser.pages.accounts import ANIMATION, HABITANTE, JOINED, LEAVING, MEMBRE
from tests.browser.pages.audited import ERROR, Audited, check, fill, first, press

PASSWORD = "un mot de passe assez long"
NEW = "nouvelle.adresse@courriel.example"


def data_page(*, made: bool) -> str:
    """Returns the page of a user who requested an export; with `made`, the file exists."""
    user = get_user_model().objects.get(email=HABITANTE)
    DataExport.objects.update_or_create(
        user=user, defaults={"asked_at": timezone.now(), "ready_at": None, "archive": None}
    )
    if made:
        make_exports(now=timezone.now())
    return "/compte/mes-donnees/"


def no_export() -> str:
    DataExport.objects.all().delete()
    return "/compte/mes-donnees/"


def close_and_sign_in(page: Page) -> None:
    """Closes the account of a user, who then signs in again."""
    user = get_user_model().objects.get(email=LEAVING)
    user.is_active, user.deletion_due_at = False, timezone.now() + user.DELETION_DELAY
    user.set_password(PASSWORD)
    user.save()
    first(fill(login=LEAVING, password=PASSWORD), press("Me connecter avec mon mot de passe"))(page)


CHANGE = first(fill(email=NEW), press("Recevoir un code"))
DELETE = first(check("[name=texts][value=keep]"), press("Recevoir un code"))
WRONG = fill(code="000000")

OWN_ACCOUNT = (
    Audited("own address", "/compte/adresse/", viewer=HABITANTE),
    Audited("own address, errors", "/compte/adresse/", press("Recevoir un code"), ERROR, HABITANTE),
    Audited("own address, code", "/compte/adresse/", CHANGE, "Copiez le code", HABITANTE),
    Audited(
        "own address, wrong code",
        "/compte/adresse/",
        first(CHANGE, WRONG, press("Changer mon adresse")),
        ERROR,
        HABITANTE,
    ),
    Audited("own devices", "/compte/appareils/", None, "ouvert", HABITANTE),
    Audited("confirm identity", "/compte/confirmer/", None, "que c’est bien vous", HABITANTE),
    Audited("confirm identity, code", "/compte/confirmer/", press("Recevoir un code"), "Copiez le code", HABITANTE),
    Audited(
        "password, errors",
        "/compte/mot-de-passe/",
        press("Enregistrer mon mot de passe"),
        ERROR,
        ANIMATION,
    ),
    Audited("password, change", "/compte/mot-de-passe/", None, "Changer mon mot de passe", ANIMATION),
    Audited("password, first", "/compte/mot-de-passe/choisir/", None, "Choisir un mot de passe", JOINED),
    Audited(
        "password, first, errors",
        "/compte/mot-de-passe/choisir/",
        press("Enregistrer mon mot de passe"),
        ERROR,
        JOINED,
    ),
    Audited("own data", no_export, None, "Recevoir mes données", HABITANTE),
    Audited("own data, code", no_export, press("Recevoir mes données"), "Copiez le code", HABITANTE),
    Audited("own data, asked", lambda: data_page(made=False), None, "Nous les préparons", HABITANTE),
    Audited("own data, ready", lambda: data_page(made=True), None, "Télécharger mes données", HABITANTE),
    Audited("deletion", "/compte/supprimer/", None, "Ce que vous décidez", MEMBRE),
    Audited("deletion, no texts", "/compte/supprimer/", None, "Ce qui part", ANIMATION),
    Audited("deletion, errors", "/compte/supprimer/", press("Recevoir un code"), ERROR, MEMBRE),
    Audited("deletion, code", "/compte/supprimer/", DELETE, "Copiez le code", MEMBRE),
    Audited("account closed", "/compte/ferme/", None, "Pour revenir"),
    Audited("coming back", "/compte/connexion/", close_and_sign_in, "Revenir"),
)
